/**
 * How requests are signed, for those who want it done otherwise.
 */
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import type { WireRequest } from "@proxy-session/protocol/WireRequest"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AwsCredentials } from "./Credentials.ts"
import * as SigV4 from "./SigV4.ts"

/**
 * Signs a request as of an instant, in milliseconds since the epoch, and answers all the headers to send with it.
 *
 * `more` are headers to send and sign besides. `host` is signed but not among the answer: transports write it. It must not
 * throw: that would be a defect of the call.
 *
 * @category models
 */
export type Sign = (
  request: WireRequest,
  endpoint: Endpoint,
  credentials: AwsCredentials,
  at: number,
  more?: Readonly<Record<string, string>>,
) => Effect.Effect<Readonly<Record<string, string>>, CredentialsError>

/**
 * The signer of the live Layer: `@smithy/signature-v4`, unless another is provided when the Layer is built.
 *
 * `DirectSigner` and `NodeSigner` make the same signatures in a fraction of the time; the first runs anywhere.
 *
 * **Example** (The fastest, on Node)
 *
 * ```ts
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as NodeSigner from "@proxy-session/http/NodeSigner"
 * import * as Layer from "effect/Layer"
 *
 * export const live = HttpRepo.layerConfig.pipe(Layer.provide(NodeSigner.layer))
 * ```
 *
 * @category references
 */
export const Signer = Context.Reference<Sign>("@proxy-session/http/Signer", { defaultValue: () => SigV4.sign })
