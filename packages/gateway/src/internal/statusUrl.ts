import type { Form } from "../Form.ts"

/** The member of a status URL that names the message that came in, since the one that is sent has an id of its own. */
const member = "inbound"

/** The URL that a carrier reports to. It is part of what most carriers sign. */
export const statusUrl = (webhookUrl: string, inbound?: string): string =>
  inbound === undefined ? webhookUrl : `${webhookUrl}?${member}=${encodeURIComponent(inbound)}`

/** The id of the message that came in, as a status URL has it. */
export const inboundMessage = (query: Form): string | undefined => {
  const [id, ...more] = query.values(member)
  return id !== undefined && more.length === 0 && /^[!-~]{1,256}$/u.test(id) ? id : undefined
}
