import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CassetteError } from "../CassetteError.ts"
import { CassetteStore } from "../CassetteStore.ts"
import { Environment, Mode } from "../Mode.ts"

const configured = Config.option(Config.schema(Mode, "CASSETTE_MODE"))

/** The variables of the process are read only where they are asked for: a runtime may not permit it. */
const configuredMode = (cassette: string): Effect.Effect<Mode, CassetteError> =>
  configured.pipe(
    Effect.flatMap((mode) =>
      Option.isSome(mode) ? Effect.succeed(mode) : Effect.flatMap(Environment, (each) => configured.parse(each)),
    ),
    Effect.map(Option.getOrElse((): Mode => "replay")),
    Effect.mapError(() => {
      const detail = `CASSETTE_MODE is none of ${Mode.literals.join(", ")}`
      return new CassetteError({ cassette, reason: "BadMode", detail })
    }),
  )

/** The mode of a run: the given one, else `CASSETTE_MODE`, else `replay`; `auto` once it is known whether there is a cassette. */
export const resolve = Effect.fnUntraced(function* (
  cassette: string,
  given: Mode | undefined,
): Effect.fn.Return<"record" | "replay", CassetteError, CassetteStore> {
  const mode = given ?? (yield* configuredMode(cassette))
  if (mode !== "auto") return mode
  const store = yield* CassetteStore
  return yield* store.read(cassette).pipe(
    Effect.as("replay" as const),
    Effect.catchIf(
      ({ reason }) => reason === "Absent",
      () => Effect.succeed("record" as const),
    ),
  )
})

/** Refuses to record where `CI` is set to anything but `false`, `0` or nothing: nobody reviews what a build machine records. */
export const permitRecording = Effect.fnUntraced(function* (
  cassette: string,
): Effect.fn.Return<void, CassetteError, CassetteStore> {
  const { isPersistent } = yield* CassetteStore
  if (!isPersistent) return
  const environment = yield* Environment
  const ci = yield* Effect.orElseSucceed(Config.option(Config.String("CI")).parse(environment), () =>
    Option.some("unreadable"),
  )
  if (Option.exists(ci, (value) => !["", "0", "false"].includes(value))) {
    const detail = "nothing is recorded in CI; record where the cassette is reviewed, and commit it"
    return yield* new CassetteError({ cassette, reason: "RecordingRefused", detail })
  }
})

/** How to record anew. `CASSETTE_MODE` helps only where nothing else decides. */
export const howToRecord = (isModeConfigured: boolean): string =>
  isModeConfigured
    ? "run the test with CASSETTE_MODE=record"
    : "run the test over a Layer in the mode record, since this one does not look at CASSETTE_MODE"
