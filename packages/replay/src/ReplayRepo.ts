/**
 * Records what any implementation of the repositories answers, and plays it back without network or credentials.
 */
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Repo from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as ProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Cassette from "./Cassette.ts"
import { CassetteError, CassetteUnused } from "./CassetteError.ts"
import { CassetteStore } from "./CassetteStore.ts"
import { type Descriptor, proxies, sessions } from "./internal/descriptors.ts"
import * as Player from "./internal/player.ts"
import * as Recorder from "./internal/recorder.ts"
import * as Scan from "./Scan.ts"

/**
 * Which cassette, by a name that comes from the test and never from data.
 *
 * @category models
 */
export interface ReplayRepoOptions {
  readonly cassette: string
}

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
export const layer = ({
  cassette: name,
}: ReplayRepoOptions): Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, CassetteError, CassetteStore> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const store = yield* CassetteStore
      const cassette = yield* Effect.flatMap(store.read(name), (text) => Cassette.parse(name, text))
      yield* check(name, cassette)
      const player = yield* Effect.acquireRelease(
        Effect.sync(() => Player.make(name, cassette)),
        ({ misses, remaining }, exit) => {
          const [miss] = misses
          if (miss !== undefined) return Effect.die(miss)
          const left = remaining()
          return Exit.isSuccess(exit) && left.length > 0
            ? Effect.die(new CassetteUnused({ cassette: name, remaining: left }))
            : Effect.void
        },
      )
      return both((descriptor) => player.play(descriptor))
    }),
  )

/**
 * Records what an implementation answers. The cassette is written, whole, when the Layer's scope closes without failure;
 * after a failure or an interruption the one of before stays.
 *
 * What holds a real telephone number, a key or a signature is not written: record against fictional numbers, of which a
 * memory repository has a thousand.
 *
 * @category layers
 */
export const record = <E, R>(
  { cassette: name }: ReplayRepoOptions,
  live: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, E, R>,
): Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, E, CassetteStore | R> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const store = yield* CassetteStore
      const repo = yield* ProxySessionRepo
      const proxyRepo = yield* VoiceConnectorProxyRepo
      const recorder = yield* Effect.acquireRelease(Effect.sync(Recorder.make), ({ interactions }, exit) =>
        Exit.isFailure(exit)
          ? Effect.void
          : Effect.orDie(write(store, name, { format: Cassette.format, interactions: interactions() })),
      )
      return Context.make(
        ProxySessionRepo,
        Repo.make({
          create: recorder.record(sessions.create, repo.create),
          get: recorder.record(sessions.get, repo.get),
          list: recorder.record(sessions.list, repo.list),
          update: recorder.record(sessions.update, repo.update),
          delete: recorder.record(sessions.delete, repo.delete),
        }),
      ).pipe(
        Context.add(
          VoiceConnectorProxyRepo,
          ProxyRepo.make({
            put: recorder.record(proxies.put, proxyRepo.put),
            get: recorder.record(proxies.get, proxyRepo.get),
            delete: recorder.record(proxies.delete, proxyRepo.delete),
          }),
        ),
      )
    }),
  ).pipe(Layer.provide(live))

const write = (store: CassetteStore["Service"], name: string, cassette: Cassette.Cassette) => {
  const text = Cassette.print(cassette)
  const secrets = Scan.secrets(text)
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

type Play = <Request, A, E>(descriptor: Descriptor<Request, A, E>) => (request: Request) => Effect.Effect<A, E>

const both = (play: Play) =>
  Context.make(
    ProxySessionRepo,
    Repo.make({
      create: play(sessions.create),
      get: play(sessions.get),
      list: play(sessions.list),
      update: play(sessions.update),
      delete: play(sessions.delete),
    }),
  ).pipe(
    Context.add(
      VoiceConnectorProxyRepo,
      ProxyRepo.make({ put: play(proxies.put), get: play(proxies.get), delete: play(proxies.delete) }),
    ),
  )

/** Every request and answer is read once with today's schemas when a cassette is opened, so that a stale one is told. */
const check = (name: string, { interactions }: Cassette.Cassette): Effect.Effect<void, CassetteError> => {
  const known = new Map<string, Pick<Descriptor<never, unknown, unknown>, "staleness">>(
    [...Object.values(sessions), ...Object.values(proxies)].map((each) => [each.operation, each]),
  )
  for (const [index, interaction] of interactions.entries()) {
    const descriptor = known.get(interaction.operation)
    const problem = descriptor === undefined ? "there is no such operation" : descriptor.staleness(interaction)
    if (problem !== undefined) {
      const detail = `interactions[${index}] (${interaction.operation}): ${problem}`
      return Effect.fail(new CassetteError({ cassette: name, reason: "Stale", detail }))
    }
  }
  return Effect.void
}
