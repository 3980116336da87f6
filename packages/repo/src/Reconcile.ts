/**
 * Finding out what became of a create whose outcome is unknown.
 */
import * as Input from "@proxy-session/domain/Input"
import { normalize, type PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ProxySessionRepo } from "./ProxySessionRepo.ts"
import * as ProxySessionStream from "./ProxySessionStream.ts"

/**
 * What a create of unknown outcome left behind.
 *
 * - `None`: nothing yet; a service that is still at work may make the session later
 * - `One`: the session that it must have made, unless somebody else asked for the same at the same time
 * - `Several`: more than one session that it may have made; which one it was cannot be told
 *
 * @category models
 */
export type Reconciliation =
  | { readonly _tag: "None" }
  | { readonly _tag: "One"; readonly session: ProxySession }
  | {
      readonly _tag: "Several"
      readonly sessions: readonly [ProxySession, ProxySession, ...ReadonlyArray<ProxySession>]
    }

/**
 * Lists a connector's sessions to the end, and answers those that a create may have made since it was asked for.
 *
 * A candidate has the same two participants, in any order and spelling, was created at or after `since`, and has the
 * name of the request if the service tells a name. `since` is the instant before the create was called, by this
 * machine's clock: take off what it may be ahead of the service's. Nothing is created, changed or removed.
 *
 * **Example** (The one session that a create made, be its answer lost or not)
 *
 * ```ts
 * import type { Input } from "@proxy-session/domain/Input"
 * import type { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import * as Reconcile from "@proxy-session/repo/Reconcile"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * export const createOnce = (request: Input<typeof CreateProxySession>) =>
 *   Effect.gen(function*() {
 *     const since = yield* DateTime.now
 *     return yield* ProxySessionRepo.use((repo) => repo.create(request)).pipe(
 *       Effect.catchIf(({ outcome }) => outcome === "Unknown", (error) =>
 *         Effect.flatMap(Reconcile.candidates(request, since), (found) =>
 *           found._tag === "One" ? Effect.succeed(found.session) : Effect.fail(error)))
 *     )
 *   })
 * ```
 *
 * @category combinators
 */
export const candidates: (
  request: Input.Input<typeof CreateProxySession>,
  since: DateTime.Utc,
) => Effect.Effect<Reconciliation, ErrorOf["ListProxySessions"], ProxySessionRepo> = Effect.fn("Reconcile.candidates")(
  function* (request, since) {
    const { name, participantPhoneNumbers, voiceConnectorId } = yield* Effect.fromResult(read(request))
    const asked = pair(participantPhoneNumbers)
    const [first, second, ...others] = yield* ProxySessionStream.sessions({ voiceConnectorId }).pipe(
      Stream.filter(
        (session) =>
          DateTime.isGreaterThanOrEqualTo(session.createdTimestamp, since) &&
          (session.name === undefined || session.name === name) &&
          pair(session.participants.map(({ phoneNumber }) => phoneNumber)) === asked,
      ),
      Stream.runCollect,
    )
    if (first === undefined) return { _tag: "None" }
    return second === undefined
      ? { _tag: "One", session: first }
      : { _tag: "Several", sessions: [first, second, ...others] }
  },
)

const read = Input.reader(CreateProxySession, "CreateProxySession")

const pair = (numbers: ReadonlyArray<PhoneNumber>): string => numbers.map(normalize).toSorted().join()
