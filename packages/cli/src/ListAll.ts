/**
 * Every page of a listing as one answer.
 */
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import type { ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ProxySessionStream from "@proxy-session/repo/ProxySessionStream"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * Turns all pages of a listing, and tells after each how many sessions there are so far.
 *
 * @category operations
 */
export const listAll = (
  request: ListProxySessions,
  onPage: (sessions: number) => Effect.Effect<void>,
): Effect.Effect<ProxySessionPage, ErrorOf["ListProxySessions"], ProxySessionRepo> =>
  Effect.suspend(() => {
    const sessions: Array<ProxySession> = []
    return ProxySessionStream.pages(request).pipe(
      Stream.runForEach(({ proxySessions }) => {
        sessions.push(...proxySessions)
        return onPage(sessions.length)
      }),
      Effect.map(() => new ProxySessionPage({ proxySessions: sessions }, { disableChecks: true })),
    )
  })
