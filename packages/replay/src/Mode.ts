/**
 * Whether a cassette is played or recorded.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/**
 * The modes.
 *
 * - `replay`: plays the cassette; a call that it does not have is a defect
 * - `record`: records anew
 * - `auto`: records if there is no cassette, else plays it
 *
 * A Layer without a mode takes it from the variable `CASSETTE_MODE`, else it is `replay`. Nothing is recorded in CI, unless
 * the store is in memory.
 *
 * @category models
 */
export const Mode = Schema.Literals(["auto", "record", "replay"])

/**
 * The type of a mode.
 *
 * @category models
 */
export type Mode = typeof Mode.Type

/**
 * The variables of the process: `CI`, whatever `ConfigProvider` an application installs for itself, and `CASSETTE_MODE`
 * where that provider has none.
 *
 * **When to use**
 *
 * Only to test recording itself.
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
