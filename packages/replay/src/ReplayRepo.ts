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
import type { CassetteError } from "./CassetteError.ts"
import { CassetteStore } from "./CassetteStore.ts"
import { proxies, sessions } from "./internal/descriptors.ts"
import * as Engine from "./internal/engine.ts"
import * as Mode from "./Mode.ts"

/**
 * Which cassette, by a name that comes from the test and never from data, and how calls find their answers in it.
 *
 * - `order`: different requests come in any order (`"any"`, the default), only after all that had ended before they began
 *   (`"causal"`), or exactly as recorded (`"strict"`)
 * - `repeatLast`: a read that is made more often than recorded gets its last answer again, for polling
 *
 * @category models
 */
export interface ReplayRepoOptions {
  readonly cassette: string
  readonly order?: "any" | "causal" | "strict"
  readonly repeatLast?: boolean
}

/**
 * Options of a Layer that may record.
 *
 * - `mode`: taken from `CASSETTE_MODE` where it is left out, and `replay` where that is not set either
 * - `aliases`: the real value (a telephone number, a connector's id) of each fictional one that the test uses, from the
 *   configuration; looked up only in order to record
 *
 * @category models
 */
export interface RecordOptions extends ReplayRepoOptions {
  readonly mode?: Mode.Mode
  readonly aliases?: { readonly [alias: string]: Config.Config<Redacted.Redacted> }
}

type Repos = ProxySessionRepo | VoiceConnectorProxyRepo

/**
 * Plays a cassette back. Its type asks for neither network nor credentials, so a test that uses it needs none.
 *
 * Each recorded call answers once; equal ones answer in their order, different ones in any. A call that the cassette
 * does not have is a defect, which is raised again when the Layer's scope closes, in case somebody swallowed it. A run
 * that has gone well and left recorded calls unused fails then, too. A call that was interrupted when it was recorded
 * never ends, so timeouts replay under the test clock.
 *
 * @category layers
 */
export const layer = (options: ReplayRepoOptions): Layer.Layer<Repos, CassetteError, CassetteStore> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const replay = yield* Engine.replay(yield* CassetteStore, { ...options, operations })
      return both({
        sessions: {
          create: replay(sessions.create),
          get: replay(sessions.get),
          list: replay(sessions.list),
          update: replay(sessions.update),
          delete: replay(sessions.delete),
        },
        proxies: { put: replay(proxies.put), get: replay(proxies.get), delete: replay(proxies.delete) },
      })
    }),
  )

/**
 * Records what an implementation answers, or plays it back, by the mode. The implementation is built only where it is
 * called: in the modes `record`, `extend` and `live`, and in `auto` where there is no cassette.
 *
 * A cassette is written, whole, when the Layer's scope closes without failure; after a failure or an interruption the one
 * of before stays. What holds a real telephone number, a key or a signature is not written: record against fictional
 * numbers, of which a memory repository has a thousand.
 *
 * @category layers
 */
export const record = <E, R>(
  options: RecordOptions,
  live: Layer.Layer<Repos, E, R>,
): Layer.Layer<Repos, CassetteError | E, CassetteStore | R> =>
  Layer.unwrap(
    Effect.gen(function* (): Effect.fn.Return<
      Layer.Layer<Repos, CassetteError | E, CassetteStore | R>,
      CassetteError,
      CassetteStore
    > {
      switch (yield* Mode.resolve(options.cassette, options.mode)) {
        case "live":
          return live
        case "replay":
          return layer(options)
        case "record":
          return between(Engine.record, options, live)
        case "extend":
          return between(Engine.extend, options, live)
        case "auto": {
          const store = yield* CassetteStore
          const isAbsent = yield* store.read(options.cassette).pipe(
            Effect.as(false),
            Effect.catch((error) => (error.reason === "Absent" ? Effect.succeed(true) : Effect.fail(error))),
          )
          return isAbsent ? between(Engine.record, options, live) : layer(options)
        }
      }
    }),
  )

const between = <E, R>(
  engine: typeof Engine.extend,
  options: RecordOptions,
  live: Layer.Layer<Repos, E, R>,
): Layer.Layer<Repos, CassetteError | E, CassetteStore | R> =>
  Layer.effectContext(
    Effect.gen(function* () {
      // Before the implementation is built, which may be costly, so that a refusal costs nothing.
      const record = yield* engine(yield* CassetteStore, { ...options, operations })
      const context = yield* Layer.build(live)
      const repo = Context.get(context, ProxySessionRepo)
      const proxyRepo = Context.get(context, VoiceConnectorProxyRepo)
      return both({
        sessions: {
          create: record(sessions.create, repo.create),
          get: record(sessions.get, repo.get),
          list: record(sessions.list, repo.list),
          update: record(sessions.update, repo.update),
          delete: record(sessions.delete, repo.delete),
        },
        proxies: {
          put: record(proxies.put, proxyRepo.put),
          get: record(proxies.get, proxyRepo.get),
          delete: record(proxies.delete, proxyRepo.delete),
        },
      })
    }),
  )

const both = (services: {
  readonly sessions: ProxySessionRepo["Service"]
  readonly proxies: VoiceConnectorProxyRepo["Service"]
}): Context.Context<Repos> =>
  Context.make(ProxySessionRepo, Repo.make(services.sessions)).pipe(
    Context.add(VoiceConnectorProxyRepo, ProxyRepo.make(services.proxies)),
  )

const operations: ReadonlyArray<Engine.Known> = [...Object.values(sessions), ...Object.values(proxies)]
