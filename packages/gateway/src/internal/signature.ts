import * as Redacted from "effect/Redacted"
import { createHmac, timingSafeEqual } from "node:crypto"
import type { Form } from "../Form.ts"

const utf8 = new TextEncoder()

/** Compares two texts in a time that depends on their lengths alone. */
export const isEqual = (one: string, other: string): boolean => {
  const [left, right] = [utf8.encode(one), utf8.encode(other)]
  return left.byteLength === right.byteLength && timingSafeEqual(left, right)
}

/** The Hash-based Message Authentication Code of a text or bytes, as text. */
export const hmac = (
  algorithm: "sha1" | "sha256",
  secret: Redacted.Redacted,
  encoding: "base64" | "base64url" | "hex",
  ...parts: ReadonlyArray<string | Uint8Array>
): string => {
  const hash = createHmac(algorithm, Redacted.value(secret))
  for (const part of parts) hash.update(part)
  return hash.digest(encoding)
}

/**
 * What Twilio and those compatible with it sign: the URL, then each member's name and value, sorted by name. Of a member that
 * is there several times, the distinct values count, sorted.
 *
 * Source: Twilio's page on webhook security.
 */
export const twilioText = (url: string, form: Form): string => {
  const members = new Map<string, Set<string>>()
  for (const [name, value] of form.pairs) {
    const values = members.get(name)
    if (values === undefined) members.set(name, new Set([value]))
    else values.add(value)
  }
  let text = url
  for (const name of [...members.keys()].toSorted()) {
    for (const value of [...(members.get(name) ?? [])].toSorted()) text += name + value
  }
  return text
}

/**
 * The spellings of a URL that a carrier may have signed: as it is configured, without its port, and with the port of its
 * scheme. Twilio's own packages accept all three.
 */
export const signedUrls = (url: string): ReadonlyArray<string> => {
  const [, scheme = "", host = "", port, rest = ""] = /^(https?):\/\/([^/?#]*?)(:\d+)?([/?].*)?$/su.exec(url) ?? []
  if (scheme === "") return [url]
  const standard = scheme === "https" ? ":443" : ":80"
  return port === undefined ? [url, `${scheme}://${host}${standard}${rest}`] : [url, `${scheme}://${host}${rest}`]
}

/** Whether one of the secrets made a signature of Twilio's kind. Several are tried, so that a secret can be replaced. */
export const isTwilioSignature = (
  algorithm: "sha1" | "sha256",
  secrets: ReadonlyArray<Redacted.Redacted>,
  signature: string | undefined,
  url: string,
  form: Form | undefined,
): boolean => {
  if (signature === undefined || form === undefined) return false
  return signedUrls(url).some((each) => {
    const text = twilioText(each, form)
    return secrets.some((secret) => isEqual(hmac(algorithm, secret, "base64", text), signature))
  })
}
