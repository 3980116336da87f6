import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * The same repository, which when the scope closes deletes the sessions that were made through it and not deleted: a
 * recording must not leave numbers taken behind. It logs how many there were, and how many could not be deleted.
 */
export const withoutLeftovers = Effect.fnUntraced(function* (
  cassette: string,
  repo: ProxySessionRepo["Service"],
): Effect.fn.Return<ProxySessionRepo["Service"], never, Scope.Scope> {
  const open = new Map<string, ProxySessionKey>()
  const nameOf = (key: ProxySessionKey) => JSON.stringify([key.voiceConnectorId, key.proxySessionId])
  yield* Effect.addFinalizer(
    Effect.fnUntraced(function* () {
      if (open.size === 0) return
      const ended = yield* Effect.forEach(open.values(), (key) => Effect.exit(repo.delete(key)), { concurrency: 4 })
      const failed = ended.filter(({ _tag }) => _tag === "Failure").length
      yield* Effect.logWarning(
        `The recording of ${cassette} left ${open.size} sessions behind, of which ${open.size - failed} were deleted`,
      )
    }),
  )
  return {
    ...repo,
    create: (request) =>
      Effect.tap(repo.create(request), ({ proxySessionId, voiceConnectorId }) =>
        Effect.sync(() => {
          const key = new ProxySessionKey({ proxySessionId, voiceConnectorId })
          open.set(nameOf(key), key)
        }),
      ),
    delete: (key) => Effect.tap(repo.delete(key), () => Effect.sync(() => open.delete(nameOf(key)))),
  }
})
