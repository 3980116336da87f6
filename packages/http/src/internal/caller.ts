import * as Endpoint from "@proxy-session/protocol/Endpoint"
import * as Effect from "effect/Effect"
import { Credentials } from "../Credentials.ts"
import type { Options } from "../HttpRepo.ts"
import * as Retry from "../Retry.ts"
import { Signer } from "../Signer.ts"
import { Transport } from "../Transport.ts"
import * as Call from "./call.ts"
import * as ClockSkew from "./clockSkew.ts"
import { atLeastOne, check, millisOf, time } from "./limits.ts"
import * as RetryQuota from "./retryQuota.ts"

/** What makes the calls of a Layer, which is called `name` where its options are wrong. */
export const make = Effect.fnUntraced(function* (name: string, options: Options) {
  const { constants = "2026", create = "safe", clockSkew = true, maxAttempts = 3 } = options.retry ?? {}
  const endpoint = yield* Effect.fromResult(Endpoint.resolve(options))
  const { "retry.maxAttempts": attempts, ...limits } = yield* check(name, {
    "retry.maxAttempts": [maxAttempts, atLeastOne],
    maxResponseBytes: [options.maxResponseBytes ?? 4 * 1024 * 1024, atLeastOne],
    attemptTimeout: [millisOf(options.attemptTimeout ?? 10_000), time],
    operationTimeout: [millisOf(options.operationTimeout ?? 30_000), time],
  })
  return Call.make({
    ...limits,
    maxAttempts: attempts,
    endpoint,
    transport: yield* Transport,
    credentials: yield* Credentials,
    sign: yield* Signer,
    skew: clockSkew ? ClockSkew.make() : ClockSkew.none,
    quota: RetryQuota.make(),
    constants: Retry.constants[constants],
    repeatCreate: create === "aws-compatible",
  })
})
