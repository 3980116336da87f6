/**
 * Keeps the calls of an application below a rate, so that the service has no need to throttle it.
 *
 * This module stands on `effect/persistence`, which may change in a minor version of Effect; it is therefore not part of
 * the barrel.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
import { TransportError } from "@proxy-session/domain/TransportError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as ProxySessionRepo from "./ProxySessionRepo.ts"
import { Tenant } from "./Tenant.ts"

/**
 * How many calls are let through, and what becomes of the others.
 *
 * - `limit` calls in each `window`, of all five operations together, for each tenant of its own; refilled little by
 *   little (a token bucket), so up to `limit` calls can follow at once after a rest
 * - `onExceeded`: the call waits for its turn (`"delay"`, the default) or fails with a `ThrottledClientException`
 *   (`"fail"`)
 * - `key`: names the limit in a store that is shared; default `proxy-session`
 *
 * @category models
 */
export interface RateLimitedOptions {
  readonly limit: number
  readonly window: Duration.Input
  readonly onExceeded?: "delay" | "fail"
  readonly key?: string
}

/**
 * A repository whose calls are counted before they are made.
 *
 * A request that breaks the model is refused without being counted. If the store of a shared limit cannot be reached the
 * call is not made: a `TransportError` with the outcome `NotSent`.
 *
 * @category constructors
 */
export const make = (
  repo: ProxySessionRepo.Implementation,
  limiter: RateLimiter.RateLimiter,
  { key = "proxy-session", limit, onExceeded = "delay", window }: RateLimitedOptions,
): ProxySessionRepo.ProxySessionRepo["Service"] => {
  const limited =
    <Request, A, E>(operation: OperationName, run: (request: Request) => Effect.Effect<A, E>) =>
    (request: Request): Effect.Effect<A, E | ThrottledClientException | TransportError> =>
      Tenant.pipe(
        Effect.flatMap(({ account, namespace, region }) =>
          limiter.consume({
            algorithm: "token-bucket",
            key: [key, namespace, region, account].join("/"),
            limit,
            onExceeded,
            window,
          }),
        ),
        Effect.mapError(({ reason }) =>
          reason._tag === "RateLimitExceeded"
            ? new ThrottledClientException({
                message: "The rate limit of this application is used up",
                code: "Throttled",
              })
            : new TransportError({ operation, reason: "Other", outcome: "NotSent", attempts: 0 }),
        ),
        Effect.flatMap(({ delay }) => Effect.delay(run(request), delay)),
      )
  return ProxySessionRepo.fromOperations((operation, method) => limited(operation, repo[method]))
}

/**
 * Limits the repository that it is provided with, by a `RateLimiter` of the application's choice.
 *
 * For a fleet, provide `RateLimiter.layer` over `RateLimiter.layerStoreRedis`, so that all of its processes share one
 * limit.
 *
 * @category layers
 */
export const layerLimiter = (
  options: RateLimitedOptions,
): Layer.Layer<ProxySessionRepo.ProxySessionRepo, never, ProxySessionRepo.ProxySessionRepo | RateLimiter.RateLimiter> =>
  Layer.effect(
    ProxySessionRepo.ProxySessionRepo,
    Effect.zipWith(ProxySessionRepo.ProxySessionRepo, RateLimiter.RateLimiter, (repo, limiter) =>
      make(repo, limiter, options),
    ),
  )

/**
 * Limits the repository that it is provided with, within this process.
 *
 * **Example** (Ten calls a second)
 *
 * ```ts
 * import * as Layer from "effect/Layer"
 * import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import * as RateLimited from "@proxy-session/repo/RateLimited"
 *
 * export const limited = (live: Layer.Layer<ProxySessionRepo>) =>
 *   RateLimited.layer({ limit: 10, window: "1 second" }).pipe(Layer.provide(live))
 * ```
 *
 * @category layers
 */
export const layer = (
  options: RateLimitedOptions,
): Layer.Layer<ProxySessionRepo.ProxySessionRepo, never, ProxySessionRepo.ProxySessionRepo> =>
  layerLimiter(options).pipe(Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))))
