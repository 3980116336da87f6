/**
 * A connector's sessions as a stream that turns the pages itself.
 */
import type { Input } from "@proxy-session/domain/Input"
import { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import type { ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { ProxySessionRepo } from "./ProxySessionRepo.ts"

/**
 * All sessions that a request lists, oldest first, from its `nextToken` (if any) to the end of the listing.
 *
 * A page is asked for when somebody wants its first session, so `Stream.take(1)` asks once. `maxResults` is the size of
 * each page. A listing whose token comes back a second time would never end, so that is a `MalformedResponse`.
 *
 * **Example** (Counting the open sessions of a connector)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import * as ProxySessionStream from "@proxy-session/repo/ProxySessionStream"
 *
 * export const openSessions = (voiceConnectorId: string) =>
 *   Stream.runCount(ProxySessionStream.sessions({ voiceConnectorId, status: "Open", maxResults: 100 }))
 * ```
 *
 * @category constructors
 */
export const sessions = (
  request: Input<typeof ListProxySessions>,
): Stream.Stream<ProxySession, ErrorOf["ListProxySessions"], ProxySessionRepo> =>
  walk(request, (page) => page.proxySessions)

/**
 * The pages of a listing as they come, empty ones among them.
 *
 * @category constructors
 */
export const pages = (
  request: Input<typeof ListProxySessions>,
): Stream.Stream<ProxySessionPage, ErrorOf["ListProxySessions"], ProxySessionRepo> => walk(request, (page) => [page])

const walk = <A>(
  request: Input<typeof ListProxySessions>,
  elements: (page: ProxySessionPage) => ReadonlyArray<A>,
): Stream.Stream<A, ErrorOf["ListProxySessions"], ProxySessionRepo> =>
  Stream.unwrap(
    Effect.map(ProxySessionRepo, (repo) => {
      const followed = new Set<string>()
      return Stream.paginate(request, (current) => {
        if (current.nextToken !== undefined) followed.add(current.nextToken)
        return Effect.flatMap(repo.list(current), (page) => {
          const { nextToken } = page
          if (nextToken === undefined) return Effect.succeed([elements(page), Option.none()] as const)
          return followed.has(nextToken)
            ? Effect.fail(repeated)
            : Effect.succeed([elements(page), Option.some({ ...request, nextToken })] as const)
        })
      })
    }),
  )

const repeated = new MalformedResponse({
  operation: "ListProxySessions",
  path: "NextToken",
  problem: "leads back to a page that was read before",
})
