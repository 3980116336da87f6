/**
 * AWS's signature version 4 from its published description, on Node's hashes alone: a second opinion on what signs.
 */
import { createHash, createHmac } from "node:crypto"

export interface Signed {
  readonly method: string
  /** The path and query as they were sent. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest()
const hash = (text: string) => createHash("sha256").update(text).digest("hex")
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** The parts of an `authorization` header. */
export const parts = (authorization: string) => {
  const found = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/u.exec(
    authorization,
  )
  const [, credential = "", signedHeaders = "", signature = ""] = found ?? []
  const [accessKeyId, ...scope] = credential.split("/")
  return { accessKeyId, scope: scope.join("/"), signedHeaders: signedHeaders.split(";"), signature }
}

/** The signature that a request should carry, over the headers that it says are signed. */
export const signatureOf = ({ body, headers, method, target }: Signed, secretAccessKey: string): string => {
  const { scope, signedHeaders } = parts(String(headers["authorization"]))
  const [path = "", query = ""] = target.split("?")
  const canonical = [
    method,
    // Each segment is encoded once more, and empty ones fall away.
    path
      .split("/")
      .map(encode)
      .join("/")
      .replace(/\/{2,}/gu, "/"),
    query
      .split("&")
      .toSorted((a, b) => (a < b ? -1 : 1))
      .join("&"),
    ...signedHeaders.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/gu, " ")}`),
    "",
    signedHeaders.join(";"),
    hash(body),
  ].join("\n")
  const date = String(headers["x-amz-date"])
  const toSign = ["AWS4-HMAC-SHA256", date, scope, hash(canonical)].join("\n")
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  return hmac(key, toSign).toString("hex")
}
