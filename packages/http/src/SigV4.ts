/**
 * Signatures of AWS's version 4, made for one attempt at a time.
 */
import { signingName } from "@proxy-session/protocol/Endpoint"
import { hmac, sha256 } from "#hash"
import { SignatureV4 } from "#signature-v4"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { AwsCredentials } from "./Credentials.ts"
import { cannotSign } from "./internal/cannotSign.ts"
import { constructorOf, type HashConstructor } from "./internal/hashConstructor.ts"
import type { Sign } from "./Signer.ts"

// `#signature-v4` is `@smithy/signature-v4`, which shows bundlers for Node its CommonJS alone: with that comes all of its
// core, eight times as much code. Bundlers are led to its other form, and Node, which cannot load that, is not.
// `#hash` is `node:crypto` on Node and what imitates it, and JavaScript anywhere else.

/**
 * Makes a signer by `@smithy/signature-v4` out of a hash.
 *
 * @category constructors
 */
export const make =
  (hash: HashConstructor): Sign =>
  (request, endpoint, credentials, at, more = {}) =>
    Effect.tryPromise({
      try: async () => {
        const signed = await signerOf(hash, endpoint.signingRegion, credentials).sign(
          {
            method: request.method,
            protocol: "https:",
            hostname: endpoint.host,
            path: endpoint.basePath + request.path,
            query: Object.fromEntries(request.query),
            headers: {
              ...more,
              host: endpoint.host,
              ...(request.body === undefined ? {} : { "content-type": "application/json" }),
            },
            body: request.body,
          },
          { signingDate: Math.floor(at / 1000) },
        )
        const { host: _, ...headers } = signed.headers
        return headers
      },
      catch: cannotSign,
    })

/**
 * Signs a request as of an instant, in milliseconds since the epoch, and answers all the headers to send with it.
 *
 * - `content-type`, on a request with a body
 * - `x-amz-date` and `x-amz-content-sha256`
 * - `x-amz-security-token`, with temporary credentials
 * - `authorization`
 * - what `more` says
 *
 * These are signed, and `host` with them, which every transport writes by itself. Other headers that a transport adds
 * are outside the signature. The canonical path is the sent one encoded once more, as the service computes it. It fails
 * only for credentials that cannot sign anything. It hashes with `node:crypto` where that is, and in JavaScript elsewhere.
 *
 * @category signing
 */
export const sign: Sign = make(constructorOf({ sha256, hmac }))

interface LatestSigner {
  readonly hash: HashConstructor
  readonly region: string
  readonly signer: SignatureV4
}

/** The latest signer of each key, for as long as somebody holds the key: making one costs half as much as a signature. */
const signers = new WeakMap<AwsCredentials, LatestSigner>()

const signerOf = (hash: HashConstructor, region: string, credentials: AwsCredentials): SignatureV4 => {
  const known = signers.get(credentials)
  if (known?.region === region && known.hash === hash) return known.signer
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const signer = new SignatureV4({
    service: signingName,
    region,
    sha256: hash,
    credentials: {
      accessKeyId,
      secretAccessKey: Redacted.value(secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken: Redacted.value(sessionToken) }),
    },
  })
  signers.set(credentials, { hash, region, signer })
  return signer
}
