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
import type { CassetteStore } from "../CassetteStore.ts"
import * as Mode from "../Mode.ts"
import * as Scan from "../Scan.ts"
import * as Aliases from "./aliases.ts"
import type { Descriptor } from "./descriptors.ts"
import * as Player from "./player.ts"
import * as Recorder from "./recorder.ts"

/** What the engine needs to know of an operation to find a stale recording of it. */
export type Known = Pick<Descriptor<never, unknown, unknown>, "operation" | "staleness">

/** Which cassette, of which operations, and how it is matched. */
export interface Options extends Player.Matching {
  readonly cassette: string
  readonly operations: ReadonlyArray<Known>
}

/** With the real value of each alias that a test uses, and whether defects are recorded. */
export interface RecordOptions extends Options {
  readonly aliases?: { readonly [alias: string]: Config.Config<Redacted.Redacted> }
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
export const open = Effect.fnUntraced(function* (
  store: CassetteStore["Service"],
  { cassette: name, operations }: Options,
) {
  const cassette = yield* Effect.flatMap(store.read(name), (text) => Cassette.parse(name, text))
  const known = new Map(operations.map((each) => [each.operation, each]))
  for (const [index, interaction] of cassette.interactions.entries()) {
    const descriptor = known.get(interaction.operation)
    const problem = descriptor === undefined ? "there is no such operation" : descriptor.staleness(interaction)
    if (problem !== undefined) {
      const detail = `interactions[${index}] (${interaction.operation}): ${problem}`
      return yield* new CassetteError({ cassette: name, reason: "Stale", detail })
    }
  }
  return cassette
})

/** Plays a cassette until the scope closes, which is when misses and leftovers are told. */
export const replay = (
  store: CassetteStore["Service"],
  options: Options,
): Effect.Effect<Replay, CassetteError, Scope.Scope> =>
  playing(store, options, (left) =>
    Effect.die(new CassetteUnused({ cassette: options.cassette, remaining: left.map(({ operation }) => operation) })),
  )

/** The same, but that leftovers are taken out of the cassette. */
export const prune = (
  store: CassetteStore["Service"],
  options: Options,
): Effect.Effect<Replay, CassetteError, Scope.Scope> =>
  Effect.gen(function* () {
    yield* permit(store, options.cassette)
    return yield* playing(store, options, (left, cassette) => {
      const unused = new Set(left)
      const interactions = cassette.interactions.filter((each) => !unused.has(each))
      return Effect.orDie(store.write(options.cassette, Cassette.print({ ...cassette, interactions })))
    })
  })

const playing = Effect.fnUntraced(function* (
  store: CassetteStore["Service"],
  options: Options,
  onLeft: (left: ReadonlyArray<Cassette.Interaction>, cassette: Cassette.Cassette) => Effect.Effect<void>,
): Effect.fn.Return<Replay, CassetteError, Scope.Scope> {
  const cassette = yield* open(store, options)
  const player = Player.make(options.cassette, cassette, options)
  yield* Effect.addFinalizer((exit) => {
    const [miss] = player.misses
    if (miss !== undefined) return Effect.die(miss)
    const left = player.remaining()
    return Exit.isSuccess(exit) && left.length > 0 ? onLeft(left, cassette) : Effect.void
  })
  return (descriptor) => player.play(descriptor)
})

/** Nobody records in CI, and not two the same cassette at once. */
const permit = (store: CassetteStore["Service"], name: string): Effect.Effect<void, CassetteError, Scope.Scope> =>
  Effect.andThen(Mode.permitRecording(name, store.isPersistent), store.lock(name))

/** Records until the scope closes; a failed or interrupted run leaves the cassette of before. */
export const record = (
  store: CassetteStore["Service"],
  options: RecordOptions,
): Effect.Effect<Recording, CassetteError, Scope.Scope> =>
  Effect.gen(function* () {
    const { cassette: name } = options
    yield* permit(store, name)
    // A cassette that is recorded anew need not be sound; one that is lends its epoch, its aliases and its instants.
    // What could not be replaced, or is of a later version, is told before anything is called.
    const before = yield* open(store, options).pipe(
      Effect.asSome,
      Effect.catchIf(
        ({ reason }) => reason !== "Unreadable" && reason !== "UnknownFormat",
        () => Effect.succeedNone,
      ),
    )
    const now = yield* DateTime.now
    const epoch = Option.match(before, { onNone: () => DateTime.formatIso(now), onSome: ({ epoch }) => epoch })
    const old = Option.match(before, { onNone: () => [], onSome: ({ interactions }) => interactions })
    const aliases = yield* aliasesOf(options, old)
    const recorder = Recorder.make({ ...options, aliases, before: old, shift: shiftFrom(now, epoch) })
    yield* Effect.addFinalizer((exit) =>
      Exit.isFailure(exit)
        ? Effect.void
        : Effect.orDie(write(store, name, { epoch, interactions: recorder.interactions() }, aliases)),
    )
    return (descriptor, run) => recorder.record(descriptor, run)
  })

/** The milliseconds from an instant to a cassette's epoch. */
export const shiftFrom = (now: DateTime.DateTime, epoch: string): number =>
  Option.match(DateTime.make(epoch), {
    onNone: () => 0,
    onSome: (then) => DateTime.toEpochMillis(then) - DateTime.toEpochMillis(now),
  })

/** Plays a cassette, and records after its end what it lacks. Calls of it that are not made stay. */
export const extend = (
  store: CassetteStore["Service"],
  options: RecordOptions,
): Effect.Effect<Recording, CassetteError, Scope.Scope> =>
  Effect.gen(function* () {
    yield* permit(store, options.cassette)
    const cassette = yield* open(store, options)
    const player = Player.make(options.cassette, cassette, options)
    const aliases = yield* aliasesOf(options, cassette.interactions)
    const shift = shiftFrom(yield* DateTime.now, cassette.epoch)
    const recorder = Recorder.make({ ...options, aliases, kept: cassette.interactions, shift })
    yield* Effect.addFinalizer((exit) =>
      Exit.isFailure(exit)
        ? Effect.void
        : Effect.orDie(write(store, options.cassette, { ...cassette, interactions: recorder.interactions() }, aliases)),
    )
    return (descriptor, run) => player.play(descriptor, recorder.record(descriptor, run))
  })

/** The mode once it is known whether there is a cassette. */
export const settled = (
  store: CassetteStore["Service"],
  name: string,
  mode: Mode.Mode,
): Effect.Effect<Exclude<Mode.Mode, "auto">, CassetteError> =>
  mode === "auto"
    ? store.read(name).pipe(
        Effect.as("replay" as const),
        Effect.catch((error) => (error.reason === "Absent" ? Effect.succeed("record" as const) : Effect.fail(error))),
      )
    : Effect.succeed(mode)

/** Puts a cassette between operations and whoever calls them, by the mode. */
export const through = Effect.fnUntraced(function* (
  store: CassetteStore["Service"],
  options: RecordOptions,
  mode: Exclude<Mode.Mode, "auto">,
): Effect.fn.Return<Recording, CassetteError, Scope.Scope> {
  switch (mode) {
    case "live":
      return (_, run) => run
    case "record":
      return yield* record(store, options)
    case "extend":
      return yield* extend(store, options)
    case "prune":
      return yield* prune(store, options)
    case "replay":
    case "verify":
      return yield* replay(store, options)
  }
})

/** The real values are asked for only where something is recorded. */
export const aliasesOf = (
  { aliases = {}, cassette }: Pick<RecordOptions, "aliases" | "cassette">,
  old: ReadonlyArray<Cassette.Interaction>,
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
        ),
    }),
  )

const write = (
  store: CassetteStore["Service"],
  name: string,
  cassette: Cassette.Cassette,
  aliases: Aliases.Aliases,
) => {
  const text = Cassette.print(cassette)
  const secrets = Scan.secrets(text, aliases.secrets())
  return secrets.length === 0
    ? store.write(name, text)
    : Effect.fail(
        new CassetteError({
          cassette: name,
          reason: "Secret",
          detail: `it is not written, since it holds ${secrets.join(" and ")}`,
        }),
      )
}
