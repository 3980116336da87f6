import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Interaction } from "../Cassette.ts"
import { RecordedDefect } from "../CassetteError.ts"
import type { Descriptor } from "./descriptors.ts"
import { reader } from "./staleness.ts"

/** Reads what recorded calls ended in. A cassette is read as a whole when it is opened, and played from what was read. */
export const outcomes = <Request, A, E>(
  request: Schema.Codec<Request, Schema.Json>,
  success: Schema.Codec<A, Schema.Json>,
  error: Schema.Codec<E, Schema.Json>,
  options: { readonly isPlain: boolean },
): Pick<Descriptor<never, A, E>, "replay" | "staleness"> => {
  const ofRequest = reader(request, "request", options)
  const ofSuccess = reader(success, "outcome.value", options)
  const ofError = reader(error, "outcome.error", options)
  const known = new WeakMap<Interaction, Effect.Effect<A, E>>()

  const read = ({ outcome }: Interaction): Result.Result<Effect.Effect<A, E>, string> => {
    switch (outcome._tag) {
      case "Success":
        return Result.map(ofSuccess(outcome.value), Effect.succeed)
      case "Failure":
        return Result.map(ofError(outcome.error), Effect.fail)
      case "Interrupted":
        // The caller gave up waiting when this was recorded, and has to do so again.
        return Result.succeed(Effect.never)
      case "InterruptedItself":
        return Result.succeed(Effect.interrupt)
      case "Died":
        return Result.succeed(Effect.die(new RecordedDefect({ defect: outcome.defect, detail: outcome.detail })))
    }
  }

  return {
    staleness: (interaction) => {
      const asked = ofRequest(interaction.request)
      if (Result.isFailure(asked)) return asked.failure
      const ended = read(interaction)
      if (Result.isFailure(ended)) return ended.failure
      known.set(interaction, ended.success)
      return undefined
    },
    replay: (interaction) =>
      known.get(interaction) ??
      Result.getOrElse(read(interaction), (problem): Effect.Effect<A, E> => Effect.die(new Error(problem))),
  }
}
