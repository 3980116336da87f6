import * as Clock from "effect/Clock"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Cassette from "../Cassette.ts"
import { CassetteError, CassetteUnused } from "../CassetteError.ts"
import { CassetteStore } from "../CassetteStore.ts"
import * as Aliases from "./aliases.ts"
import type { Known } from "./descriptor.ts"
import { permitRecording } from "./mode.ts"
import * as Player from "./player.ts"
import { mapInstants, problemsOf } from "./privacy.ts"
import * as Recorder from "./recorder.ts"

/** Decodes every call of a cassette with today's schemas. Instants are moved by so many milliseconds. */
const sound = Effect.fnUntraced(function* (
  cassette: string,
  interactions: ReadonlyArray<Cassette.Interaction>,
  operations: ReadonlyMap<string, Known>,
  by: number,
): Effect.fn.Return<void, CassetteError> {
  for (const [index, interaction] of interactions.entries()) {
    const known = operations.get(interaction.operation)
    // The unknown name may be anything, so it is not repeated.
    const which = known === undefined ? "" : ` (${known.operation})`
    const problem = known === undefined ? "there is no such operation" : known.problemOf(interaction, by)
    if (problem !== undefined) {
      const detail = `interactions[${index}]${which}: ${problem}; record it anew`
      return yield* new CassetteError({ cassette, reason: "Stale", detail })
    }
  }
})

const read = (cassette: string) =>
  Effect.flatMap(CassetteStore, (store) =>
    Effect.flatMap(store.read(cassette), (text) => Cassette.parse(cassette, text)),
  )

/** Reads a cassette, and finds what a recording would not have written. */
export const check = Effect.fnUntraced(function* (cassette: string, connect: Connect) {
  const interactions = yield* read(cassette)
  const player = Player.make(cassette, interactions, "")
  connect(player.play)
  yield* sound(cassette, interactions, player.operations, 0)
  for (const [index, { operation, outcome, request }] of interactions.entries()) {
    const known = player.operations.get(operation)
    const problems = known === undefined ? [] : problemsOf(known.request, request).map((each) => `request.${each}`)
    known?.mapOutcome(outcome, (shape, json) => {
      problems.push(...problemsOf(shape, json).map((each) => `outcome.${each}`))
      return json
    })
    const [problem] = problems
    if (problem !== undefined) {
      const detail = `interactions[${index}] (${operation}): ${problem}`
      return yield* new CassetteError({ cassette, reason: "Secret", detail })
    }
  }
  return interactions
})

/**
 * What happens when the scope closes. A defect of a call comes first, in case the program swallowed it. Of a run that has
 * gone well, unused calls come next. A cassette is written only if there is nothing to report.
 */
const atClose = (
  defects: ReadonlyArray<Error>,
  last: Effect.Effect<void, CassetteError | CassetteUnused>,
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.addFinalizer((exit) => {
    const [defect] = defects
    if (defect !== undefined) return Effect.die(defect)
    return Exit.isFailure(exit) ? Effect.void : Effect.orDie(last)
  })

/** Connects each operation of a service with a cassette. */
export type Connect<Services = unknown> = (play: Player.Player["play"]) => Services

/** Plays a cassette until the scope closes. */
export const play = Effect.fnUntraced(function* <Services>(
  cassette: string,
  connect: Connect<Services>,
  howToRecord: string,
): Effect.fn.Return<Services, CassetteError, CassetteStore | Scope.Scope> {
  const interactions = yield* Effect.mapError(read(cassette), (error) =>
    error.reason === "Absent"
      ? new CassetteError({ cassette, reason: "Absent", detail: `${error.detail}; to record it, ${howToRecord}` })
      : error,
  )
  const player = Player.make(cassette, interactions, howToRecord)
  const services = connect(player.play)
  yield* sound(cassette, interactions, player.operations, yield* Clock.currentTimeMillis)
  const unused = Effect.suspend(() => {
    const remaining = player.remaining()
    return remaining.length === 0 ? Effect.void : Effect.fail(new CassetteUnused({ cassette, remaining, howToRecord }))
  })
  yield* atClose(player.misses, unused)
  return services
})

export interface RecordOptions {
  readonly cassette: string
  readonly aliases?: { readonly [alias: string]: Config.Config<Redacted.Redacted> }
  readonly keepMessages?: boolean
}

/** Records until the scope closes. A run that failed or was interrupted leaves the old cassette. */
export const record = Effect.fnUntraced(function* ({
  aliases = {},
  cassette,
  keepMessages = false,
}: RecordOptions): Effect.fn.Return<Recorder.Recorder, CassetteError, CassetteStore | Scope.Scope> {
  const store = yield* CassetteStore
  yield* permitRecording(cassette)
  // A bad name, and a place that cannot be read, are found before anything is called.
  const present = yield* store.read(cassette).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Absent",
      () => Effect.succeed(""),
    ),
  )
  const real = yield* Effect.mapError(Effect.all(aliases), () => {
    const detail = `the real value of one of ${Object.keys(aliases).join(", ")} is not configured`
    return new CassetteError({ cassette, reason: "BadAlias", detail })
  })
  const recorder = Recorder.make({
    cassette,
    aliases: Aliases.make(Record.map(real, (value) => Redacted.value(value))),
    keepMessages,
    start: yield* Clock.currentTimeMillis,
  })
  const write = Effect.gen(function* () {
    const interactions = recorder.interactions()
    const old = yield* Effect.option(Cassette.parse(cassette, present))
    if (Option.isNone(old) || !isSame(recorder.operations, old.value, interactions)) {
      yield* store.write(cassette, Cassette.print(interactions))
    }
  })
  yield* atClose(recorder.refusals, write)
  return recorder
})

/** Whether a text holds the same calls, however it is laid out, apart from instants that moved by less than a minute. */
const isSame = (
  operations: ReadonlyMap<string, Known>,
  old: ReadonlyArray<Cassette.Interaction>,
  interactions: ReadonlyArray<Cassette.Interaction>,
): boolean => {
  const [one, other] = [old, interactions].map((each) => withoutInstants(operations, each))
  return (
    one?.text === other?.text &&
    Array.from(one?.times ?? []).every(([path, time]) => Math.abs(time - (other?.times.get(path) ?? NaN)) < 60_000)
  )
}

const withoutInstants = (operations: ReadonlyMap<string, Known>, interactions: ReadonlyArray<Cassette.Interaction>) => {
  const times = new Map<string, number>()
  const rest = interactions.map((each, index) => ({
    ...each,
    outcome:
      operations
        .get(each.operation)
        ?.mapOutcome(each.outcome, (shape, json) =>
          mapInstants(shape, json, (time, path) => (times.set(`${index} ${path}`, time), "")),
        ) ?? each.outcome,
  }))
  return { text: Cassette.print(rest), times }
}
