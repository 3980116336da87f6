import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import * as Effect from "effect/Effect"

/** Runs the check each time the effect runs, so that a request changed since its making is caught too. */
export const checked =
  <Request, A, E>(
    check: (request: Request) => InvalidRequest | undefined,
    run: (request: Request) => Effect.Effect<A, E>,
  ): ((request: Request) => Effect.Effect<A, E | InvalidRequest>) =>
  (request) =>
    Effect.suspend((): Effect.Effect<A, E | InvalidRequest> => {
      const error = check(request)
      return error === undefined ? run(request) : Effect.fail(error)
    })
