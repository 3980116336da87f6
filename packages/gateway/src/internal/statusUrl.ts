import * as Form from "../Form.ts"

/** The member of a status URL that names what came in, since what goes out has an id of its own. */
const member = "inbound"

/** The URL that a carrier reports to. It is part of what most carriers sign. */
export const statusUrl = (webhookUrl: string, inbound?: string): string =>
  inbound === undefined ? webhookUrl : `${webhookUrl}?${member}=${encodeURIComponent(inbound)}`

/** The id of what came in, as a status URL has it. */
export const inboundOfUrl = (url: string): string | undefined => {
  const [id, ...more] = Form.ofQuery(url)?.values(member) ?? []
  return id !== undefined && more.length === 0 && /^[!-~]{1,256}$/u.test(id) ? id : undefined
}

/** The mark of a text that goes out, by which a carrier's reports name the one that came in. */
export const tag = (inbound: string): string => `${member}=${inbound}`

/** The id of the message that came in, as such a mark has it; the marks of others are none. */
export const inboundOfTag = (mark: string): string | undefined => /^inbound=([!-~]{1,256})$/u.exec(mark)?.[1]
