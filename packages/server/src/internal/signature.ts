/**
 * AWS's signature of version 4, computed from a request as it was received.
 *
 * It works on the text of the request line and the headers, so nothing is accepted that was not signed letter for
 * letter.
 */
import { Buffer } from "node:buffer"
import { timingSafeEqual } from "node:crypto"
import type { SentHeaders } from "./sentHeaders.ts"

export const date = "x-amz-date"
export const contentHash = "x-amz-content-sha256"
export const securityToken = "x-amz-security-token"

/** A request line and headers as they were received, and when. */
export interface Claim {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: SentHeaders
  readonly now: number
}

/** What an `Authorization` header says. */
export interface Credential {
  readonly accessKeyId: string
  readonly day: string
  readonly region: string
  readonly service: string
  readonly terminator: string
  readonly signedHeaders: ReadonlyArray<string>
  readonly signature: string
}

const unsigned =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]{1,128})\/(\d{8})\/([\w-]{1,63})\/([\w-]{1,63})\/(\w{1,63}), *SignedHeaders=([^A-Z,=\s]+), *Signature=$/u

const signatureLength = 64

/** What an `Authorization` header says before its signature. A client says the same all day, so the latest is kept. */
let known: { readonly text: string; readonly credential: Omit<Credential, "signature"> | undefined } | undefined

/** Reads an `Authorization` header; `undefined` if it is not of the form, or its list of headers is not in order. */
export const parse = (header: string): Credential | undefined => {
  const signature = header.slice(-signatureLength)
  if (!/^[0-9a-f]{64}$/u.test(signature)) return undefined
  const text = header.slice(0, -signatureLength)
  if (text !== known?.text) known = { text, credential: readUnsigned(text) }
  return known.credential === undefined ? undefined : { ...known.credential, signature }
}

const readUnsigned = (text: string): Omit<Credential, "signature"> | undefined => {
  const match = unsigned.exec(text)
  if (match === null) return undefined
  const [, accessKeyId = "", day = "", region = "", service = "", terminator = "", list = ""] = match
  const signedHeaders = list.split(";")
  if (!signedHeaders.every((name, index) => name > (signedHeaders[index - 1] ?? ""))) return undefined
  return { accessKeyId, day, region, service, terminator, signedHeaders }
}

/** What a request says about its sender: a key's id, and the region that it signs for. */
export interface Identity {
  readonly accessKeyId: string
  readonly region: string
}

/** Reads only who a request is from, signed well or not; `undefined` if it does not say. */
export const identity = (header: string): Identity | undefined => {
  const [, accessKeyId, region] =
    /^AWS4-HMAC-SHA256 .*?\bCredential=(\w{1,128})\/\d{8}\/([\w-]{1,63})\/[\w-]{1,63}\/aws4_request(?:,|\s|$)/u.exec(
      header,
    ) ?? []
  return accessKeyId === undefined || region === undefined ? undefined : { accessKeyId, region }
}

let latest: { readonly text: string; readonly at: number | undefined } = { text: "", at: undefined }

/**
 * The milliseconds since the epoch of a date in ISO 8601's basic form, `20060102T150405Z`. The latest is kept, since
 * requests of one second have the same.
 */
export const parseDate = (text: string): number | undefined => {
  if (text !== latest.text) latest = { text, at: readDate(text) }
  return latest.at
}

const readDate = (text: string): number | undefined => {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? undefined : at
}

/** Whether two secrets are the same, in a time that depends on nothing but their lengths. */
export const equal = (one: string, other: string): boolean => isEqual(Buffer.from(one), Buffer.from(other))

const isEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other)

/** Whether a query carries a signature of its own, as a presigned URL does. */
export const isPresigned = (query: string): boolean =>
  /(?:^|&)x-amz-(?:algorithm|credential|signature)(?:=|&|$)/iu.test(query)
