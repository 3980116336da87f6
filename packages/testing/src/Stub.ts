/**
 * Repositories that know one answer, and take every other question for a mistake in what is tested.
 */
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"

/**
 * A `ProxySessionRepo` that has the given operations; any other dies, which fails the test.
 *
 * **Example** (One session, and nothing else)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import * as Fixtures from "@proxy-session/testing/Fixtures"
 * import * as Stub from "@proxy-session/testing/Stub"
 *
 * const repo = Stub.layer({ get: Stub.answer(Fixtures.key, Effect.succeed(Fixtures.proxySession)) })
 *
 * const status = ProxySessionRepo.use((repo) => Effect.map(repo.get(Fixtures.key), (session) => session.status))
 * Effect.runSync(Effect.provide(status, repo)) // => "Open"
 * ```
 *
 * @category layers
 */
export const layer = (
  operations: Partial<ProxySessionRepo.Implementation>,
): Layer.Layer<ProxySessionRepo.ProxySessionRepo> =>
  Layer.succeed(
    ProxySessionRepo.ProxySessionRepo,
    ProxySessionRepo.fromOperations((_, method) => operations[method] ?? unexpected(method)),
  )

/**
 * A `VoiceConnectorProxyRepo` that has the given operations; any other dies, which fails the test.
 *
 * @category layers
 */
export const layerProxy = (
  operations: Partial<VoiceConnectorProxyRepo.Implementation>,
): Layer.Layer<VoiceConnectorProxyRepo.VoiceConnectorProxyRepo> =>
  Layer.succeed(
    VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
    VoiceConnectorProxyRepo.fromOperations((_, method) => operations[method] ?? unexpected(method)),
  )

const unexpected = (operation: string) => () => Effect.die(new Error(`The stub was asked to ${operation}`))

/**
 * An operation that answers one request, success or failure alike; any other request dies with the members that differ.
 *
 * Requests are compared by their members, so a plain object is as good as an instance. Their values are not told, since
 * some are secrets.
 *
 * @category constructors
 */
export const answer =
  <Request extends object, A, E>(
    expected: Request,
    outcome: Effect.Effect<A, E>,
  ): ((request: Request) => Effect.Effect<A, E>) =>
  (request) =>
    Effect.suspend(() => {
      const wanted = new Map<string, unknown>(Object.entries(expected))
      const given = new Map<string, unknown>(Object.entries(request))
      const different = [...new Set([...wanted.keys(), ...given.keys()])].filter(
        (member) => !Equal.equals(wanted.get(member), given.get(member)),
      )
      return different.length === 0
        ? outcome
        : Effect.die(new Error(`The stub was asked for something else: ${different.join(", ")} differ`))
    })
