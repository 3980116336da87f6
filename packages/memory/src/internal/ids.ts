import { PhoneNumberOrderId } from "@proxy-session/domain/PhoneNumberOrderId"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Hash from "effect/Hash"

const hash = (...parts: ReadonlyArray<number | string>): number => Hash.string(parts.join("/")) >>> 0

/**
 * The id of the nth session of a store: shaped like the service's own ids, and the same again for the same seed.
 *
 * The count leads, so ids are never given twice and their order is that of creation.
 */
export const sessionId = (seed: string, count: number): ProxySessionId =>
  ProxySessionId.make(uuid(seed, count, "abc"), { disableChecks: true })

/** The same for an order of numbers. */
export const orderId = (seed: string, count: number): PhoneNumberOrderId =>
  PhoneNumberOrderId.make(uuid(seed, count, "def"), { disableChecks: true })

const uuid = (seed: string, count: number, salts: string): string => {
  const [one = "", two = "", three = ""] = Array.from(salts, (salt) =>
    hash(seed, count, salt).toString(16).padStart(8, "0"),
  )
  return `${count.toString(16).padStart(8, "0")}-${one.slice(0, 4)}-${one.slice(4)}-${two.slice(0, 4)}-${two.slice(4)}${three}`
}

/** The same for a Voice Connector: 22 lower-case letters and digits, the count last. */
export const connectorId = (seed: string, count: number): VoiceConnectorId => {
  const text = ["a", "b"].map((salt) => hash(seed, count, salt).toString(36).padStart(7, "0")).join("")
  return VoiceConnectorId.make(`${text}${count.toString(36).padStart(8, "0")}`, { disableChecks: true })
}
