import type * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Cassette from "../Cassette.ts"
import { CassetteError, CassetteUnused } from "../CassetteError.ts"
import { CassetteStore } from "../CassetteStore.ts"
import * as CassetteWriter from "../CassetteWriter.ts"
import type * as Mode from "../Mode.ts"
import * as Aliases from "./aliases.ts"
import type { Descriptor, Known } from "./descriptors.ts"
import { howToRecord } from "./howToRecord.ts"
import * as Player from "./player.ts"
import * as Recorder from "./recorder.ts"

/** Which cassette, of which operations, and how it is matched. */
export interface Options extends Player.Matching {
  readonly cassette: string
  readonly operations: ReadonlyArray<Known>
  /** What else a run was to meet, and has not. */
  readonly unmet?: () => ReadonlyArray<string>
}

/** With the real value of each alias that a test uses, what nobody may see, and whether defects are recorded. */
export interface RecordOptions extends Options {
  readonly aliases?: { readonly [alias: string]: Config.Config<Redacted.Redacted> }
  readonly secrets?: ReadonlyArray<Redacted.Redacted>
  readonly defects?: boolean
}

/** Puts a cassette in the place of an operation. */
export type Replay = <Request, A, E>(descriptor: Descriptor<Request, A, E>) => (request: Request) => Effect.Effect<A, E>

/** Puts a cassette between an operation and whoever calls it. */
export type Recording = <Request, A, E>(
  descriptor: Descriptor<Request, A, E>,
  run: (request: Request) => Effect.Effect<A, E>,
) => (request: Request) => Effect.Effect<A, E>

/** Reads a cassette, all of it with today's schemas. */
export const open = Effect.fnUntraced(function* ({
  cassette: name,
  operations,
}: Options): Effect.fn.Return<Cassette.Cassette, CassetteError, CassetteStore> {
  const store = yield* CassetteStore
  const cassette = yield* Effect.flatMap(store.read(name), (text) => Cassette.parse(name, text))
  const known = new Map(operations.map((each) => [each.operation, each]))
  for (const [index, interaction] of cassette.interactions.entries()) {
    const descriptor = known.get(interaction.operation)
    const problem = descriptor === undefined ? "there is no such operation" : descriptor.staleness(interaction)
    if (problem !== undefined) {
      // What is no operation's name may be anything.
      const which = descriptor === undefined ? "" : ` (${interaction.operation})`
      const detail = `interactions[${index}]${which}: ${problem}`
      return yield* new CassetteError({ cassette: name, reason: "Stale", detail })
    }
  }
  return cassette
})

/** Opens a cassette for a test that plays it; where there is none, tells how it comes to be. */
const openToPlay = (options: Options) =>
  Effect.mapError(open(options), (error) =>
    error.reason === "Absent"
      ? new CassetteError({
          cassette: options.cassette,
          reason: "Absent",
          detail: `${error.detail}; to record it, ${howToRecord(options.isModeConfigured ?? false)}`,
        })
      : error,
  )

/**
 * What is done when the scope closes. A defect of a call is told first, in case somebody swallowed it; then, of a run that
 * has gone well, what it was to do and did not; and only where there is nothing to tell a cassette is written.
 */
const atClose = (
  { cassette, unmet = () => [] }: Options,
  {
    defects = () => [],
    left = () => [],
    write = Effect.void,
  }: {
    readonly defects?: () => ReadonlyArray<Error>
    readonly left?: () => ReadonlyArray<string>
    readonly write?: Effect.Effect<void, CassetteError>
  },
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.addFinalizer((exit) => {
    const [defect] = defects()
    if (defect !== undefined) return Effect.die(defect)
    if (Exit.isFailure(exit)) return Effect.void
    const remaining = [...unmet(), ...left()]
    return remaining.length > 0 ? Effect.die(new CassetteUnused({ cassette, remaining })) : Effect.orDie(write)
  })

const leftOf = (player: Player.Player): ReadonlyArray<string> => player.remaining().map(({ operation }) => operation)

/** Plays a cassette until the scope closes. */
export const replay = Effect.fnUntraced(function* (
  options: Options,
): Effect.fn.Return<Replay, CassetteError, CassetteStore | Scope.Scope> {
  const player = Player.make(options.cassette, yield* openToPlay(options), options)
  yield* atClose(options, { defects: () => player.misses, left: () => leftOf(player) })
  return (descriptor) => player.play(descriptor)
})

/** The same, but that calls that were not made are taken out of the cassette. */
const prune = Effect.fnUntraced(function* (
  options: Options,
): Effect.fn.Return<Replay, CassetteError, CassetteStore | Scope.Scope> {
  const write = yield* CassetteWriter.open(options.cassette)
  const cassette = yield* openToPlay(options)
  const player = Player.make(options.cassette, cassette, { ...options, isPruned: true })
  yield* atClose(options, {
    defects: () => player.misses,
    write: Effect.suspend(() => {
      const unused = new Set(player.remaining())
      return write({ ...cassette, interactions: cassette.interactions.filter((each) => !unused.has(each)) })
    }),
  })
  return (descriptor) => player.play(descriptor)
})

/** Whether what is in a cassette's place may be recorded anew: all but what cannot be read, or is of a later version. */
export const isReplaceable = ({ reason }: CassetteError): boolean =>
  reason !== "Unreadable" && reason !== "UnknownFormat"

/** Records until the scope closes; a failed or interrupted run leaves the cassette of before. */
const record = Effect.fnUntraced(function* (
  options: RecordOptions,
  look: Effect.Effect<Option.Option<Cassette.Cassette>, CassetteError, CassetteStore>,
): Effect.fn.Return<Recording, CassetteError, CassetteStore | Scope.Scope> {
  const write = yield* CassetteWriter.open(options.cassette)
  // Looked at once nobody else can write it. What must not be replaced is told before anything is called.
  const before = yield* look
  const now = yield* DateTime.now
  const { epoch, interactions } = Option.getOrElse(before, () => ({ epoch: DateTime.formatIso(now), interactions: [] }))
  const aliases = yield* aliasesOf(options, interactions)
  const recorder = Recorder.make({ ...options, aliases, before: interactions, shift: shiftFrom(now, epoch) })
  yield* atClose(options, {
    defects: () => recorder.refusals,
    write: Effect.suspend(() => write({ epoch, interactions: recorder.interactions() }, aliases.secrets())),
  })
  return (descriptor, run) => recorder.record(descriptor, run)
})

/** The milliseconds from an instant to a cassette's epoch. */
export const shiftFrom = (now: DateTime.DateTime, epoch: string): number =>
  DateTime.toEpochMillis(DateTime.makeUnsafe(epoch)) - DateTime.toEpochMillis(now)

/** Plays a cassette, and records after its end what it lacks. Calls of it that are not made stay, of which a warning tells. */
const extend = Effect.fnUntraced(function* (
  options: RecordOptions,
): Effect.fn.Return<Recording, CassetteError, CassetteStore | Scope.Scope> {
  const write = yield* CassetteWriter.open(options.cassette)
  const cassette = yield* openToPlay(options)
  const { epoch, interactions: kept } = cassette
  const aliases = yield* aliasesOf(options, kept, Aliases.broughtUp(kept))
  const player = Player.make(options.cassette, cassette, options, aliases.canSend)
  const recorder = Recorder.make({ ...options, aliases, kept, shift: shiftFrom(yield* DateTime.now, epoch) })
  yield* atClose(options, {
    defects: () => [...player.misses, ...recorder.refusals],
    write: Effect.suspend(() => {
      const remaining = leftOf(player)
      return Effect.andThen(
        write({ epoch, interactions: recorder.interactions() }, aliases.secrets()),
        remaining.length === 0
          ? Effect.void
          : Effect.logWarning(new CassetteUnused({ cassette: options.cassette, remaining }).message),
      )
    }),
  })
  return (descriptor, run) => player.play(descriptor, recorder.record(descriptor, run))
})

/** A cassette that is recorded anew need not be sound; one that is lends its epoch, its aliases and its instants. */
const present = (options: RecordOptions) =>
  open(options).pipe(
    Effect.asSome,
    Effect.catchIf(isReplaceable, () => Effect.succeedNone),
  )

/** None, or somebody else has recorded it since it was looked for. */
const absent = ({ cassette }: RecordOptions) =>
  Effect.flatMap(settled(cassette, "auto"), (mode) =>
    mode === "first"
      ? Effect.succeedNone
      : Effect.fail(
          new CassetteError({ cassette, reason: "BeingRecorded", detail: "it has just been recorded; run again" }),
        ),
  )

/** What is done once it is known whether there is a cassette; `first` is to record one where there is none. */
export type Settled = Exclude<Mode.Mode, "auto"> | "first"

/** A mode once it is known whether there is a cassette. */
export const settled = (name: string, mode: Mode.Mode): Effect.Effect<Settled, CassetteError, CassetteStore> =>
  mode === "auto"
    ? CassetteStore.use((store) => store.read(name)).pipe(
        Effect.as("replay" as const),
        Effect.catch((error) => (error.reason === "Absent" ? Effect.succeed("first" as const) : Effect.fail(error))),
      )
    : Effect.succeed(mode)

/** Puts a cassette between operations and whoever calls them, by the mode. */
export const through = Effect.fnUntraced(function* (
  options: RecordOptions,
  mode: Settled,
): Effect.fn.Return<Recording, CassetteError, CassetteStore | Scope.Scope> {
  switch (mode) {
    case "live":
      yield* atClose(options, {})
      return (_, run) => run
    case "first":
      return yield* record(options, absent(options))
    case "record":
      return yield* record(options, present(options))
    case "extend":
      return yield* extend(options)
    case "prune":
      return yield* prune(options)
    case "replay":
    case "verify":
      return yield* replay(options)
  }
})

/** The real values are asked for only where something is recorded. */
export const aliasesOf = (
  { aliases = {}, cassette, secrets = [] }: Pick<RecordOptions, "aliases" | "cassette" | "secrets">,
  old: ReadonlyArray<Cassette.Interaction>,
  lost?: ReadonlySet<string>,
) =>
  Effect.all(aliases).pipe(
    Effect.mapBoth({
      onFailure: () =>
        new CassetteError({
          cassette,
          reason: "BadAlias",
          detail: `the real value of one of ${Object.keys(aliases).join(", ")} is not configured`,
        }),
      onSuccess: (real) =>
        Aliases.make(
          Record.map(real, (value) => Redacted.value(value)),
          old.map(({ outcome, request }) => [request, outcome]),
          { lost, secrets: secrets.map((secret) => Redacted.value(secret)) },
        ),
    }),
  )
