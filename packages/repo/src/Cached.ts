/**
 * Remembers sessions that were read, for a while.
 */
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { ProxySessionKey, UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ProxySessionRepo from "./ProxySessionRepo.ts"
import { Tenant } from "./Tenant.ts"

/**
 * How long a session is remembered, and how many of them.
 *
 * - `timeToLive`: the longest time for which an answer may be out of date
 * - `capacity`: beyond it the session that was asked for longest ago is forgotten; 1,000 by default
 *
 * @category models
 */
export interface CachedOptions {
  readonly timeToLive: Duration.Input
  readonly capacity?: number
}

/** Each tenant has resources of its own, so a key says whose session it means. */
interface Key extends Tenant {
  readonly voiceConnectorId: VoiceConnectorId
  readonly proxySessionId: ProxySessionId
}

interface Read {
  readonly session: ProxySession
  /** Milliseconds until it expires; `Infinity` for one that never does or already has. */
  readonly left: number
}

/**
 * A repository whose `get` answers from memory what it read a short while ago; everything else goes through.
 *
 * - Who asks for a session while another asks for it waits for the same answer.
 * - An update or delete through this repository forgets the session, before and after, so that a read that began before
 *   it ended is not remembered. What others change is noticed once the time to live is over.
 * - Nothing is remembered past the session's own expiry, and failures not at all.
 *
 * Callers share the session they are given, so it must not be changed.
 *
 * @category constructors
 */
export const make: (
  repo: ProxySessionRepo.ProxySessionRepo["Service"],
  options: CachedOptions,
) => Effect.Effect<ProxySessionRepo.ProxySessionRepo["Service"]> = Effect.fnUntraced(function* (repo, options) {
  const longest = Duration.fromInputUnsafe(options.timeToLive)
  const cache = yield* Cache.makeWith(
    ({ proxySessionId, voiceConnectorId }: Key) =>
      Effect.gen(function* (): Effect.fn.Return<Read, ErrorOf["GetProxySession"]> {
        const session = yield* repo.get({ voiceConnectorId, proxySessionId })
        const end = session.status === "Closed" ? undefined : Lifecycle.expiresAt(session)
        const now = yield* Clock.currentTimeMillis
        return { session, left: end === undefined ? Infinity : DateTime.toEpochMillis(end) - now }
      }),
    {
      capacity: options.capacity ?? 1000,
      timeToLive: (exit) =>
        Exit.isSuccess(exit) ? Duration.min(longest, Duration.millis(Math.max(0, exit.value.left))) : 0,
    },
  )
  const keyOf = ({ proxySessionId, voiceConnectorId }: ProxySessionKey) =>
    Effect.map(Tenant, ({ account, namespace, region }): Key => ({
      account,
      namespace,
      region,
      voiceConnectorId,
      proxySessionId,
    }))
  const forgetting =
    <Request extends ProxySessionKey, A, E>(change: (request: Request) => Effect.Effect<A, E>) =>
    (request: Request): Effect.Effect<A, E> =>
      Effect.flatMap(keyOf(request), (key) => {
        const forget = Cache.invalidate(cache, key)
        return Effect.andThen(forget, Effect.ensuring(change(request), forget))
      })
  return ProxySessionRepo.make({
    ...repo,
    get: (request) =>
      Effect.map(
        Effect.flatMap(keyOf(request), (key) => Cache.get(cache, key)),
        ({ session }) => session,
      ),
    update: forgetting((request: UpdateProxySession) => repo.update(request)),
    delete: forgetting((key: ProxySessionKey) => repo.delete(key)),
  })
})

/**
 * Puts a cache before the repository that it is provided with.
 *
 * **Example** (A cache before any Layer)
 *
 * ```ts
 * import * as Layer from "effect/Layer"
 * import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import * as Cached from "@proxy-session/repo/Cached"
 *
 * export const remembered = (live: Layer.Layer<ProxySessionRepo>) =>
 *   Cached.layer({ timeToLive: "5 seconds" }).pipe(Layer.provide(live))
 * ```
 *
 * @category layers
 */
export const layer = (
  options: CachedOptions,
): Layer.Layer<ProxySessionRepo.ProxySessionRepo, never, ProxySessionRepo.ProxySessionRepo> =>
  Layer.effect(
    ProxySessionRepo.ProxySessionRepo,
    Effect.flatMap(ProxySessionRepo.ProxySessionRepo, (repo) => make(repo, options)),
  )
