/**
 * Signatures without promises, in a fraction of the time that `@smithy/signature-v4` takes, on any runtime.
 *
 * A property test holds them equal to smithy's, byte for byte.
 */
import * as CanonicalRequest from "@proxy-session/protocol/CanonicalRequest"
import { signingName } from "@proxy-session/protocol/Endpoint"
import * as Sha256 from "@proxy-session/protocol/Sha256"
import { queryString } from "@proxy-session/protocol/WireRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { cannotSign, type Sign, Signer } from "./Signer.ts"

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

const keyFor = CanonicalRequest.signingKeys(16)

/** The names of the headers that may be signed, in their order. */
const signedNames = [
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "content-type",
  "host",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
]

let latestDate = { second: Number.NaN, text: "" }

const dateOf = (at: number): string => {
  const second = Math.floor(at / 1000)
  if (second !== latestDate.second) {
    const iso = DateTime.formatIso(DateTime.makeUnsafe(second * 1000))
    latestDate = { second, text: iso.replace(/\.\d+|[-:]/gu, "") }
  }
  return latestDate.text
}

/**
 * Signs a request.
 *
 * It fails only for credentials that cannot sign anything.
 *
 * @category signing
 */
export const sign: Sign = (request, endpoint, credentials, at, attempt) => {
  // Not suspended: a call needs no timeout for an effect that is already an `Exit`.
  try {
    const date = dateOf(at)
    const bodyHash = request.body === undefined ? emptyHash : Sha256.hashHex(request.body)
    const token = credentials.sessionToken === undefined ? "" : Redacted.value(credentials.sessionToken)
    const headers: Record<string, string> = { ...attempt }
    if (request.body !== undefined) headers["content-type"] = "application/json"
    headers["x-amz-date"] = date
    headers["x-amz-content-sha256"] = bodyHash
    if (token !== "") headers["x-amz-security-token"] = token
    const names = signedNames.filter((name) => name === "host" || name in headers)
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
    const scope = { day: date.slice(0, 8), region: endpoint.signingRegion, service: signingName }
    const key = keyFor(credentials.accessKeyId, Redacted.value(credentials.secretAccessKey), scope)
    headers["authorization"] =
      `${CanonicalRequest.algorithm} Credential=${credentials.accessKeyId}/${CanonicalRequest.scope(scope)}, ` +
      `SignedHeaders=${names.join(";")}, Signature=${CanonicalRequest.sign(key, date, scope, canonical)}`
    return Effect.succeed(headers)
  } catch {
    return Effect.fail(cannotSign())
  }
}

/**
 * Makes this the live Layer's signer.
 *
 * @category layers
 */
export const layer = (): Layer.Layer<never> => Layer.succeed(Signer, sign)
