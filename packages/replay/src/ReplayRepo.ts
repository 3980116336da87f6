/**
 * Records what any implementation of the repositories answers, and plays it back without network or credentials.
 */
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Repo from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as ProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { CassetteError } from "./CassetteError.ts"
import type { CassetteStore } from "./CassetteStore.ts"
import type { Fault } from "./Fault.ts"
import { operations, proxies, sessions } from "./internal/descriptors.ts"
import * as Engine from "./internal/engine.ts"
import { withoutLeftovers } from "./internal/leftovers.ts"
import { overlay } from "./internal/overlay.ts"
import * as Mode from "./Mode.ts"
import * as Verify from "./Verify.ts"

/**
 * Which cassette, by a name that comes from the test and never from data, and how calls find their answers in it.
 *
 * - `order`: different requests come in any order (`"any"`, the default), only after all that had ended before they began
 *   (`"causal"`), or exactly as recorded (`"strict"`)
 * - `repeatLast`: a read that is made more often than recorded gets its last answer again, for polling
 *
 * @category models
 */
export interface ReplayOptions {
  readonly cassette: string
  readonly order?: "any" | "causal" | "strict"
  readonly repeatLast?: boolean
}

/**
 * Options of a replay: `faults` are laid over its calls.
 *
 * @category models
 */
export interface ReplayRepoOptions extends ReplayOptions {
  readonly faults?: ReadonlyArray<Fault>
}

/**
 * Options of what may record.
 *
 * - `mode`: taken from `CASSETTE_MODE` where it is left out, and `replay` where that is not set either
 * - `aliases`: the real value (a telephone number, a connector's id) of each fictional one that the test uses, from the
 *   configuration; looked up only in order to record or to verify
 * - `secrets`: values that nobody may see, such as an application's own key: `<redacted>` stands for them in messages, and a
 *   cassette that holds one elsewhere is not written
 * - `defects`: whether a call that ends in a defect is recorded, by the defect's name and message; default false
 *
 * @category models
 */
export interface RecordOptions extends ReplayOptions {
  readonly mode?: Mode.Mode
  readonly aliases?: { readonly [alias: string]: Config.Config<Redacted.Redacted> }
  readonly secrets?: ReadonlyArray<Redacted.Redacted>
  readonly defects?: boolean
}

/**
 * Options of a Layer that may record.
 *
 * - `faults` are laid over its calls
 * - `leftovers`: whether sessions that a recording or a verification made and did not delete are deleted after it,
 *   unrecorded (`"delete"`, the default), or kept; a replay that is recorded has no answer to such a delete
 * - `ignore`: the members that verifying does not compare, as in `VerifyOptions`
 *
 * @category models
 */
export interface RecordRepoOptions extends RecordOptions {
  readonly faults?: ReadonlyArray<Fault>
  readonly leftovers?: "delete" | "keep"
  readonly ignore?: ReadonlyArray<string>
}

type Repos = ProxySessionRepo | VoiceConnectorProxyRepo

/**
 * Plays a cassette back. Its type asks for neither network nor credentials, so a test that uses it needs none.
 *
 * Each recorded call answers once; equal ones answer in their order, different ones in any. Where it matters which of equal
 * ones is which, or the order does, calls of several fibers begin and end beside each other as they were recorded. A call
 * that the cassette does not have is a defect, which is raised again when the Layer's scope closes, in case somebody
 * swallowed it. A run that has gone well and left recorded calls unused fails then, too. A call that was interrupted when
 * it was recorded never ends, so timeouts replay under the test clock.
 *
 * @category layers
 */
export const layer = (options: ReplayRepoOptions): Layer.Layer<Repos, CassetteError, CassetteStore> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { lay, unmet } = overlay(options.faults)
      const replay = yield* Engine.replay({ ...options, operations, unmet })
      return played((descriptor) => lay(descriptor, replay(descriptor)))
    }),
  )

/**
 * Records what an implementation answers, or plays it back, by the mode. The implementation is built only where it is
 * called: in the modes `record`, `extend`, `verify` and `live`, and in `auto` where there is no cassette.
 *
 * A cassette is written, whole, when the Layer's scope closes without failure; after a failure or an interruption the one
 * of before stays. So provide the Layer inside one test: the scope of one that tests share closes well though a test has
 * failed. What holds a real telephone number, a key or a signature is not written: record against fictional
 * numbers, of which a memory repository has a thousand. Sessions that a recording makes and does not delete are deleted
 * after it, unless told otherwise, and a warning tells of them.
 *
 * @category layers
 */
export const record = <E, R>(
  options: RecordRepoOptions,
  live: Layer.Layer<Repos, E, R>,
): Layer.Layer<Repos, CassetteError | E, CassetteStore | R> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { cassette, faults } = options
      const { lay, unmet } = overlay(faults)
      const mode = yield* Engine.settled(cassette, yield* Mode.resolve(cassette, options.mode))
      if (mode === "verify") yield* verified(options, live)
      const isModeConfigured = options.mode === undefined
      // Before the implementation is built, which may be costly, so that a refusal costs nothing.
      const recording = yield* Engine.through({ ...options, isModeConfigured, operations, unmet }, mode)
      const between: Engine.Recording = (descriptor, run) => lay(descriptor, recording(descriptor, run))
      return mode === "prune" || mode === "replay" || mode === "verify"
        ? played((descriptor) => between(descriptor, neverCalled))
        : yield* called(options, between, live, mode !== "live")
    }),
  )

const neverCalled = () => Effect.die(new Error("a replay has called an implementation"))

const verified = Effect.fnUntraced(function* <E, R>(options: RecordRepoOptions, live: Layer.Layer<Repos, E, R>) {
  const differences = yield* Verify.verify(options, live)
  const [first] = differences
  if (first === undefined) return
  const { call, operation, path } = first
  return yield* new CassetteError({
    cassette: options.cassette,
    reason: "Different",
    detail: `${differences.length} members are no longer as recorded, the first at call ${call}, ${operation}: ${path}`,
  })
})

/** Both repositories out of a cassette alone. */
const played = (of: Engine.Replay) =>
  both({
    sessions: {
      create: of(sessions.create),
      get: of(sessions.get),
      list: of(sessions.list),
      update: of(sessions.update),
      delete: of(sessions.delete),
    },
    proxies: { put: of(proxies.put), get: of(proxies.get), delete: of(proxies.delete) },
  })

/** Both repositories with a cassette in between. */
const called = Effect.fnUntraced(function* <E, R>(
  { cassette, leftovers = "delete" }: RecordRepoOptions,
  between: Engine.Recording,
  live: Layer.Layer<Repos, E, R>,
  isRecorded: boolean,
) {
  const context = yield* Layer.build(live)
  const made = Context.get(context, ProxySessionRepo)
  const repo = isRecorded && leftovers === "delete" ? yield* withoutLeftovers(`recording of ${cassette}`, made) : made
  const proxyRepo = Context.get(context, VoiceConnectorProxyRepo)
  return both({
    sessions: {
      create: between(sessions.create, repo.create),
      get: between(sessions.get, repo.get),
      list: between(sessions.list, repo.list),
      update: between(sessions.update, repo.update),
      delete: between(sessions.delete, repo.delete),
    },
    proxies: {
      put: between(proxies.put, proxyRepo.put),
      get: between(proxies.get, proxyRepo.get),
      delete: between(proxies.delete, proxyRepo.delete),
    },
  })
})

const both = (services: {
  readonly sessions: Repo.Implementation
  readonly proxies: ProxyRepo.Implementation
}): Context.Context<Repos> =>
  Context.make(ProxySessionRepo, Repo.make(services.sessions)).pipe(
    Context.add(VoiceConnectorProxyRepo, ProxyRepo.make(services.proxies)),
  )
