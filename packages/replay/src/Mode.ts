/**
 * What is done with a cassette: played, recorded, or left out.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CassetteError } from "./CassetteError.ts"

/**
 * The modes.
 *
 * - `replay`: plays the cassette; whatever it lacks is a defect
 * - `record`: records anew, in the place of what there was
 * - `auto`: records where there is no cassette, else replays
 * - `extend`: replays, and records what the cassette lacks
 * - `prune`: replays, and takes out of the cassette what was not called
 * - `verify`: makes the cassette's calls to the implementation first, fails if that answers otherwise, then replays
 * - `live`: no cassette at all
 *
 * @category models
 */
export const Mode = Schema.Literals(["auto", "extend", "live", "prune", "record", "replay", "verify"])

/**
 * The type of a mode.
 *
 * @category models
 */
export type Mode = typeof Mode.Type

/**
 * The mode of a run: the one given, else `CASSETTE_MODE`, else `replay`. A mode that is not known is a typed error.
 *
 * Where the `ConfigProvider` of an application has no `CASSETTE_MODE`, the `Environment` may: whoever sets the variable in
 * order to record knows of no provider.
 *
 * @category config
 */
export const resolve = (cassette: string, given: Mode | undefined): Effect.Effect<Mode, CassetteError> =>
  given === undefined
    ? configured.pipe(
        Effect.flatMap((mode) =>
          Option.isSome(mode)
            ? Effect.succeed(mode)
            : Effect.flatMap(Environment, (environment) => configured.parse(environment)),
        ),
        Effect.map(Option.getOrElse((): Mode => "replay")),
        Effect.mapError(
          () =>
            new CassetteError({
              cassette,
              reason: "BadMode",
              detail: `CASSETTE_MODE is none of ${Mode.literals.join(", ")}`,
            }),
        ),
      )
    : Effect.succeed(given)

const configured = Config.option(Config.schema(Mode, "CASSETTE_MODE"))

/**
 * Where `CI` is looked up: the environment of the process, whatever `ConfigProvider` an application installs for itself.
 * So is `CASSETTE_MODE`, where that provider has none. The tests of a recording provide another.
 *
 * **Example** (As if outside CI)
 *
 * ```ts
 * import * as Mode from "@proxy-session/replay/Mode"
 * import * as ConfigProvider from "effect/ConfigProvider"
 * import * as Layer from "effect/Layer"
 *
 * export const outsideCI = Layer.succeed(Mode.Environment, ConfigProvider.fromEnvRecord({}))
 * ```
 *
 * @category references
 */
export const Environment = Context.Reference<ConfigProvider.ConfigProvider>("@proxy-session/replay/Mode/Environment", {
  defaultValue: () => ConfigProvider.fromEnv(),
})

/**
 * Refuses to record where `CI` is set to anything but `false`, `0` or nothing: what a machine of a build records nobody
 * reviews. A store in memory is nobody's file, and may be recorded to everywhere.
 *
 * @category config
 */
export const permitRecording = (cassette: string, isPersistent: boolean): Effect.Effect<void, CassetteError> =>
  isPersistent
    ? Environment.pipe(
        Effect.flatMap((environment) => Config.option(Config.String("CI")).parse(environment)),
        Effect.orElseSucceed(() => Option.some("unreadable")),
        Effect.flatMap((ci) =>
          Option.isNone(ci) || ["", "0", "false"].includes(ci.value)
            ? Effect.void
            : Effect.fail(
                new CassetteError({
                  cassette,
                  reason: "RecordingRefused",
                  detail: "nothing is recorded in CI; record where the cassette is reviewed, and commit it",
                }),
              ),
        ),
      )
    : Effect.void
