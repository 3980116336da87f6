/**
 * How requests are signed.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { type Endpoint, signingName } from "@proxy-session/protocol/Endpoint"
import type { WireRequest } from "@proxy-session/protocol/WireRequest"
import { SignatureV4 } from "#signature-v4"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { AwsCredentials } from "./Credentials.ts"
import { SmithyHash } from "./internal/smithyHash.ts"

// `#signature-v4` is `@smithy/signature-v4`. Its manifest offers bundlers for Node only CommonJS, which contains all of its
// core and is eight times as large. Our manifest leads bundlers to the other form, and Node, which cannot load it, to this one.

/**
 * The headers that AWS's SDKs add to each attempt: an id of the call, and which attempt it is.
 *
 * @category models
 */
export type AttemptHeaders = Readonly<Record<"amz-sdk-invocation-id" | "amz-sdk-request", string>>

/**
 * Signs a request as of a time, in milliseconds since the epoch, and returns all headers to send with it.
 *
 * - `content-type`, on a request with a body
 * - `x-amz-date` and `x-amz-content-sha256`
 * - `x-amz-security-token`, with temporary credentials
 * - `authorization`
 * - the headers of the attempt
 *
 * All of them but `authorization` are signed, and so is `host`, which the transport writes. Headers that a transport adds
 * are not. It must not throw: that would be a defect of the call.
 *
 * @category models
 */
export type Sign = (
  request: WireRequest,
  endpoint: Endpoint,
  credentials: AwsCredentials,
  at: number,
  headers: AttemptHeaders,
) => Effect.Effect<Readonly<Record<string, string>>, CredentialsError>

/**
 * Signs a request with `@smithy/signature-v4`, the signer of AWS's own SDK.
 *
 * It fails only for credentials that cannot sign anything.
 *
 * @category signing
 */
export const sign: Sign = (request, endpoint, credentials, at, headers) =>
  Effect.tryPromise({
    try: async () => {
      const signed = await signerOf(credentials).sign(
        {
          method: request.method,
          protocol: "https:",
          hostname: endpoint.host,
          path: endpoint.basePath + request.path,
          query: valuesByName(request.query),
          headers: {
            ...headers,
            host: endpoint.host,
            ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          },
          body: request.body,
        },
        { signingDate: Math.floor(at / 1000), signingRegion: endpoint.signingRegion },
      )
      const { host: _, ...sent } = signed.headers
      return sent
    },
    catch: cannotSign,
  })

const valuesByName = (query: WireRequest["query"]): Record<string, Array<string>> => {
  const values: Record<string, Array<string>> = {}
  for (const [name, value] of query) (values[name] ??= []).push(value)
  return values
}

/** The signer of each key, since making one costs half as much as a signature. */
const signers = new WeakMap<AwsCredentials, SignatureV4>()

const signerOf = (credentials: AwsCredentials): SignatureV4 => {
  const known = signers.get(credentials)
  if (known !== undefined) return known
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const signer = new SignatureV4({
    service: signingName,
    region: "",
    sha256: SmithyHash,
    credentials: {
      accessKeyId,
      secretAccessKey: Redacted.value(secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken: Redacted.value(sessionToken) }),
    },
  })
  signers.set(credentials, signer)
  return signer
}

/**
 * The error of a signer where no signature can be made.
 *
 * @internal
 */
export const cannotSign = (): CredentialsError =>
  new CredentialsError({ sources: [{ source: "Credentials", reason: "what it answered cannot sign a request" }] })

/**
 * The signer of the live Layer: `@smithy/signature-v4`, unless another one is provided when the Layer is built.
 *
 * `FastSigner` makes the same signatures in a fraction of the time.
 *
 * **Example** (The faster signer)
 *
 * ```ts
 * import * as FastSigner from "@proxy-session/http/FastSigner"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig().pipe(Layer.provide(FastSigner.layer()))
 * ```
 *
 * @category references
 */
export const Signer = Context.Reference<Sign>("@proxy-session/http/Signer", { defaultValue: () => sign })
