/**
 * Every page of a listing as one answer.
 */
import type { ListProxySessionsError } from "@proxy-session/domain/ProxySessionError"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"

/**
 * Lists page after page until one comes without a token, and tells of each how many sessions there are so far.
 *
 * A service that answers the token it was just asked with would be asked for ever: that is a `MalformedResponse`.
 *
 * @category operations
 */
export const listAll = Effect.fn("listAll")(function* (
  request: ListProxySessions,
  onPage: (sessions: number) => Effect.Effect<void>,
): Effect.fn.Return<ProxySessionPage, ListProxySessionsError, ProxySessionRepo> {
  const repo = yield* ProxySessionRepo
  const sessions: Array<ProxySession> = []
  let next = request
  for (;;) {
    const { nextToken, proxySessions } = yield* repo.list(next)
    sessions.push(...proxySessions)
    yield* onPage(sessions.length)
    if (nextToken === undefined) return new ProxySessionPage({ proxySessions: sessions }, { disableChecks: true })
    if (nextToken === next.nextToken) {
      return yield* new MalformedResponse({
        operation: "ListProxySessions",
        path: "NextToken",
        problem: "is the one that was sent",
      })
    }
    next = new ListProxySessions({ ...request, nextToken }, { disableChecks: true })
  }
})
