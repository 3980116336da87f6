/**
 * Records what any implementation of the repositories returns, and plays it back without network or credentials.
 */
import * as SessionRepo from "@proxy-session/repo/ProxySessionRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { Interaction } from "./Cassette.ts"
import type { CassetteError } from "./CassetteError.ts"
import type { CassetteStore } from "./CassetteStore.ts"
import { describe } from "./internal/descriptor.ts"
import * as Engine from "./internal/engine.ts"
import { howToRecord, resolve } from "./internal/mode.ts"
import type { Player } from "./internal/player.ts"
import type { Mode } from "./Mode.ts"

/**
 * Which cassette, by a name that comes from the test and never from data.
 *
 * @category models
 */
export interface ReplayOptions {
  readonly cassette: string
}

/**
 * Options of a Layer that may record.
 *
 * - `mode`: taken from `CASSETTE_MODE` where it is left out, and `replay` where that is not set either
 * - `aliases`: the real value (a telephone number, a connector's id, a name) of each fictional one that the test uses;
 *   looked up only in order to record
 * - `keepMessages`: writes the messages of errors as they are instead of standard text. A message that holds seven digits in
 *   a row, an escape (`%`, `\`, `&`) or a real value of an alias fails the recording. Default false
 *
 * @category models
 */
export interface RecordOptions extends ReplayOptions {
  readonly mode?: Mode
  readonly aliases?: { readonly [alias: string]: Config.Config<Redacted.Redacted> }
  readonly keepMessages?: boolean
}

type Repos = ProxySessionRepo | VoiceConnectorProxyRepo

/**
 * Plays a cassette. The type asks for neither network nor credentials, so a test that uses it needs none.
 *
 * **Details**
 *
 * A call is matched by its operation and request, and each recorded call is used once. Equal calls are used in the order
 * in which they were recorded, and where they ended differently, calls of several fibers wait for their recorded turn.
 * A call that the cassette does not have is a `CassetteMismatch`: a defect, which is raised again when the scope closes,
 * in case somebody swallowed it. A run that has gone well and left calls unused fails with `CassetteUnused`.
 *
 * A call whose caller stopped waiting during the recording never ends, so timeouts replay under the test clock. Instants
 * are relative to the time at which the Layer is built.
 *
 * @category layers
 */
export const layer = ({ cassette }: ReplayOptions): Layer.Layer<Repos, CassetteError, CassetteStore> =>
  Layer.effectContext(Engine.play(cassette, connect, howToRecord(false)))

/**
 * Records what an implementation returns, or plays it, by the mode. The implementation is built only in order to record.
 *
 * **Details**
 *
 * A cassette is written as a whole when the scope closes without failure. After a failure or an interruption the old one
 * stays. A cassette in which nothing has changed is not written.
 *
 * **Gotchas**
 *
 * Provide the Layer inside one test. The scope of a Layer that tests share closes well even if one of them has failed.
 *
 * @category layers
 */
export const record = <E, R>(
  options: RecordOptions,
  live: Layer.Layer<Repos, E, R>,
): Layer.Layer<Repos, CassetteError | E, CassetteStore | R> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const mode = yield* resolve(options.cassette, options.mode)
      if (mode === "replay") {
        return yield* Engine.play(options.cassette, connect, howToRecord(options.mode === undefined))
      }
      const recorder = yield* Engine.record(options)
      const context = yield* Layer.build(live)
      const sessions: SessionRepo.Implementation = Context.get(context, ProxySessionRepo)
      const proxies: ProxyRepo.Implementation = Context.get(context, VoiceConnectorProxyRepo)
      return both(
        SessionRepo.fromOperations((operation, method) => recorder.record(describe(operation), sessions[method])),
        ProxyRepo.fromOperations((operation, method) => recorder.record(describe(operation), proxies[method])),
      )
    }),
  )

/**
 * Reads a cassette as a replay does, and looks for what a recording would not have written: numbers that are not fictional,
 * unknown codes of errors, and texts with numbers. The error names the first such member, never its value.
 *
 * **Example** (The number of calls of a sound cassette)
 *
 * ```ts
 * import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
 * import * as Effect from "effect/Effect"
 *
 * export const calls = Effect.map(ReplayRepo.check("trip"), ({ length }) => length)
 * ```
 *
 * @category checks
 */
export const check = (cassette: string): Effect.Effect<ReadonlyArray<Interaction>, CassetteError, CassetteStore> =>
  Engine.check(cassette, connect)

const connect = (play: Player["play"]) =>
  both(
    SessionRepo.fromOperations((operation) => play(describe(operation))),
    ProxyRepo.fromOperations((operation) => play(describe(operation))),
  )

const both = (sessions: ProxySessionRepo["Service"], proxies: VoiceConnectorProxyRepo["Service"]) =>
  Context.make(ProxySessionRepo, sessions).pipe(Context.add(VoiceConnectorProxyRepo, proxies))
