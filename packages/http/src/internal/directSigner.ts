import * as CanonicalRequest from "@proxy-session/protocol/CanonicalRequest"
import { signingName } from "@proxy-session/protocol/Endpoint"
import { queryString } from "@proxy-session/protocol/WireRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Sign } from "../Signer.ts"
import { cannotSign } from "./cannotSign.ts"

/** The two functions that a signature is made of, at once and without promises. */
export interface Hashes<Digest> {
  /** SHA-256 of text, in hexadecimal. */
  readonly sha256: (text: string) => string
  readonly hmac: (key: Digest | string, text: string) => Digest
  readonly hex: (digest: Digest) => string
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

const maxCachedKeys = 16

/** Signs with hashes that answer at once. */
export const make = <Digest>({ hex, hmac, sha256 }: Hashes<Digest>): Sign => {
  const keyFor = CanonicalRequest.signingKeys(hmac, maxCachedKeys)

  let latest = { second: Number.NaN, date: "" }
  const dateOf = (at: number): string => {
    const second = Math.floor(at / 1000)
    if (second !== latest.second) {
      const iso = DateTime.formatIso(DateTime.makeUnsafe(second * 1000))
      latest = { second, date: `${iso.slice(0, 19).replace(/[-:]/gu, "")}Z` }
    }
    return latest.date
  }

  let ordered: ReadonlyArray<string> = []
  /** The names of what is signed, which are those of the request before as a rule. */
  const inOrder = (headers: Readonly<Record<string, string>>): ReadonlyArray<string> => {
    const names = Object.keys(headers)
    if (ordered.length !== names.length + 1 || names.some((name) => !ordered.includes(name))) {
      ordered = ["host", ...names].toSorted()
    }
    return ordered
  }

  return (request, endpoint, credentials, at, more = {}) => {
    // At once, since an effect that is a value already needs nobody to wait for it.
    try {
      const date = dateOf(at)
      const bodyHash = request.body === undefined ? emptyHash : sha256(request.body)
      const headers: Record<string, string> = { ...more }
      if (request.body !== undefined) headers["content-type"] = "application/json"
      headers["x-amz-date"] = date
      headers["x-amz-content-sha256"] = bodyHash
      if (credentials.sessionToken !== undefined) {
        headers["x-amz-security-token"] = Redacted.value(credentials.sessionToken)
      }
      const names = inOrder(headers)
      const scope = { day: date.slice(0, 8), region: endpoint.signingRegion, service: signingName }
      const canonical = CanonicalRequest.canonicalRequest(
        {
          method: request.method,
          path: endpoint.basePath + request.path,
          query: queryString(request.query),
          header: (name) => (name === "host" ? endpoint.host : headers[name]),
        },
        names,
        bodyHash,
      )
      const key = keyFor(credentials.accessKeyId, Redacted.value(credentials.secretAccessKey), scope)
      const signature = hex(hmac(key, CanonicalRequest.stringToSign(date, scope, sha256(canonical))))
      headers["authorization"] =
        `${CanonicalRequest.algorithm} Credential=${credentials.accessKeyId}/${CanonicalRequest.scope(scope)}, ` +
        `SignedHeaders=${names.join(";")}, Signature=${signature}`
      return Effect.succeed(headers)
    } catch {
      return Effect.fail(cannotSign())
    }
  }
}
