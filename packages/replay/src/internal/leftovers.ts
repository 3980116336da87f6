import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { Implementation } from "@proxy-session/repo/ProxySessionRepo"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { isTestClock } from "./testClock.ts"

/**
 * The same repository, which when the scope closes deletes the sessions that were made through it and not deleted: what
 * makes calls to a service must not leave numbers taken behind. It logs how many there were, how many could not be deleted,
 * and how many creations had no known end, so that there may be sessions which nobody knows the ids of.
 */
export const withoutLeftovers = Effect.fnUntraced(function* (
  what: string,
  repo: Implementation,
): Effect.fn.Return<Implementation, never, Scope.Scope> {
  const open = new Map<string, ProxySessionKey>()
  let pending = 0
  const nameOf = (key: ProxySessionKey) => JSON.stringify([key.voiceConnectorId, key.proxySessionId])
  yield* Effect.addFinalizer(
    Effect.fnUntraced(function* () {
      if (pending > 0) {
        yield* Effect.logWarning(
          `The ${what} gave up ${pending} creations of sessions, which may exist all the same: list them, and delete them by hand`,
        )
      }
      if (open.size === 0) return
      const ended = yield* Effect.forEach(open.values(), (key) => isDeleted(repo.delete(key)), { concurrency: 4 })
      const deleted = ended.filter((isGone) => isGone).length
      yield* Effect.logWarning(`The ${what} left ${open.size} sessions behind, of which ${deleted} were deleted`)
    }),
  )
  return {
    ...repo,
    create: (request) =>
      Effect.suspend(() => {
        pending++
        return Effect.onExit(repo.create(request), (exit) =>
          Effect.sync(() => {
            if (isCertain(exit)) pending--
            if (Exit.isFailure(exit)) return
            const { proxySessionId, voiceConnectorId } = exit.value
            const key = new ProxySessionKey({ proxySessionId, voiceConnectorId })
            open.set(nameOf(key), key)
          }),
        )
      }),
    delete: (key) => {
      const forget = () => Effect.sync(() => open.delete(nameOf(key)))
      return repo.delete(key).pipe(Effect.tap(forget), Effect.tapErrorTag("NotFoundException", forget))
    },
  }
})

/**
 * Whether a session is gone. A deletion that does not end would keep the cassette from being written, so it is given up; by
 * the machine's clock, since nobody moves a test's while a scope closes.
 */
const isDeleted = Effect.fnUntraced(function* (deletion: Effect.Effect<void, ErrorOf["DeleteProxySession"]>) {
  const clock = yield* Clock.Clock
  const patience = Effect.sleep("30 seconds")
  return yield* deletion.pipe(
    Effect.catchTag("NotFoundException", () => Effect.void),
    Effect.as(true),
    Effect.raceFirst(Effect.as(isTestClock(clock) ? clock.withLive(patience) : patience, false)),
    Effect.catchCause(() => Effect.succeed(false)),
  )
})

/** Whether it is known what has become of a creation. */
const isCertain = (exit: Exit.Exit<ProxySession, ErrorOf["CreateProxySession"]>): boolean =>
  Exit.isSuccess(exit) ||
  Option.match(Cause.findErrorOption(exit.cause), {
    onNone: () => false,
    onSome: (error) =>
      error._tag === "TransportError" ? error.outcome === "NotSent" : error._tag !== "MalformedResponse",
  })
