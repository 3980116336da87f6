import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import * as Hash from "effect/Hash"

/**
 * The id of the nth session of a store: shaped like the service's own ids, and the same again for the same seed.
 *
 * The count leads, so ids are never given twice and their order is that of creation.
 */
export const sessionId = (seed: string, count: number): ProxySessionId => {
  const hex = (salt: string) => (Hash.string(`${seed}/${count}/${salt}`) >>> 0).toString(16).padStart(8, "0")
  const [one, two, three] = [hex("a"), hex("b"), hex("c")]
  const text = `${count.toString(16).padStart(8, "0")}-${one.slice(0, 4)}-${one.slice(4)}-${two.slice(0, 4)}-${two.slice(4)}${three}`
  return ProxySessionId.make(text, { disableChecks: true })
}
