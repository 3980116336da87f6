/**
 * Whether a server should get requests, and how it stops without failing one.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

/**
 * The readiness of one server.
 *
 * - `check`: whether it should get requests now
 * - `begin`: from now on it should, whenever what it stands on can be reached
 * - `drain`: it should get no more, and is about to stop. It goes on serving for a time, in which balancers notice
 * - `closing`: a server's handler that asks clients not to use their connection again while it drains
 *
 * @category models
 */
export interface Readiness {
  readonly check: Effect.Effect<boolean>
  readonly begin: (reachable: Effect.Effect<boolean>) => Effect.Effect<void>
  readonly drain: (time: Duration.Input) => Effect.Effect<void>
  readonly closing: <E, R>(
    app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  ) => Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
}

/**
 * The readiness of a server that is not ready yet.
 *
 * **Example** (A server that begins and stops in order)
 *
 * ```ts
 * import * as Readiness from "@proxy-session/server/Readiness"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const readiness = yield* Readiness.make
 *   const before = yield* readiness.check
 *   yield* readiness.begin(Effect.succeed(true))
 *   const serving = yield* readiness.check
 *   yield* readiness.drain("0 seconds")
 *   return [before, serving, yield* readiness.check]
 * })
 *
 * await Effect.runPromise(program) // => [false, true, false]
 * ```
 *
 * @category constructors
 */
export const make: Effect.Effect<Readiness> = Effect.sync(() => {
  let reachable: Effect.Effect<boolean> = Effect.succeed(false)
  let isDraining = false
  return {
    check: Effect.suspend(() => (isDraining ? Effect.succeed(false) : reachable)),
    begin: (check) =>
      Effect.sync(() => {
        reachable = check
      }),
    drain: (time) =>
      Effect.andThen(
        Effect.sync(() => {
          isDraining = true
        }),
        Effect.sleep(time),
      ),
    closing: Effect.map((response) =>
      isDraining ? HttpServerResponse.setHeader(response, "connection", "close") : response,
    ),
  }
})
