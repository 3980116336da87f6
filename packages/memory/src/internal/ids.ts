import { PhoneNumberOrderId } from "@proxy-session/domain/PhoneNumberOrderId"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Hash from "effect/Hash"

const hash = (seed: string, count: number, salt: string): number => Hash.string(`${seed}/${count}/${salt}`) >>> 0

/**
 * The id of the nth session of a store: shaped like the service's own ids, and the same again for the same seed.
 *
 * The count leads, so ids are never given twice and their order is that of creation.
 */
export const sessionId = (seed: string, count: number): ProxySessionId =>
  ProxySessionId.make(uuid(seed, count, ["a", "b", "c"]), { disableChecks: true })

/** The same for an order of numbers. */
export const orderId = (seed: string, count: number): PhoneNumberOrderId =>
  PhoneNumberOrderId.make(uuid(seed, count, ["d", "e", "f"]), { disableChecks: true })

const hex = (value: number): string => value.toString(16).padStart(8, "0")

const uuid = (seed: string, count: number, salts: readonly [string, string, string]): string => {
  const [one, two, three] = [
    hex(hash(seed, count, salts[0])),
    hex(hash(seed, count, salts[1])),
    hex(hash(seed, count, salts[2])),
  ]
  return `${hex(count)}-${one.slice(0, 4)}-${one.slice(4)}-${two.slice(0, 4)}-${two.slice(4)}${three}`
}

/** The same for a Voice Connector: 22 lower-case letters and digits, the count last. */
export const connectorId = (seed: string, count: number): VoiceConnectorId => {
  const text = ["a", "b"].map((salt) => hash(seed, count, salt).toString(36).padStart(7, "0")).join("")
  return VoiceConnectorId.make(`${text}${count.toString(36).padStart(8, "0")}`, { disableChecks: true })
}
