import * as Effect from "effect/Effect"
import type { CommandFailure } from "../ExitCode.ts"

/** Runs what throws. A problem that can be explained ends the command, and everything else is a defect. */
export const attempt = <A>(
  evaluate: () => A,
  explain: (problem: unknown) => CommandFailure | undefined,
): Effect.Effect<A, CommandFailure> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(evaluate())
    } catch (problem) {
      const failure = explain(problem)
      if (failure === undefined) throw problem
      return failure
    }
  })
