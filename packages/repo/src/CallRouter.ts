/**
 * The data path: whom a call or text reaches, what became of it, whose a number is, and how much it is used.
 */
import type { Input } from "@proxy-session/domain/Input"
import type { Interaction } from "@proxy-session/domain/Interaction"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { Decision } from "@proxy-session/domain/Routing"
import {
  InteractionsRequest,
  parse,
  type ParsedRoute,
  RecordRequest,
  RouteRequest,
} from "@proxy-session/domain/RoutingRequest"
import type {
  NotFoundException,
  ServiceFailureException,
  ServiceUnavailableException,
} from "@proxy-session/domain/ServiceError"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { VoiceConnectorKey } from "@proxy-session/domain/VoiceConnectorRequest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { reading } from "./internal/decoding.ts"
import type { Tenant } from "./Tenant.ts"

/**
 * How the store behind a router can fail.
 *
 * @category errors
 */
export type CallRouterError = ServiceFailureException | ServiceUnavailableException

/**
 * A Voice Connector, and the tenant that it belongs to.
 *
 * @category models
 */
export interface NumberOwner {
  readonly tenant: Tenant
  readonly voiceConnectorId: VoiceConnectorId
}

/**
 * A number of a Voice Connector, and how many live sessions it has.
 *
 * @category models
 */
export interface NumberUse extends PoolNumber {
  readonly liveSessions: number
}

/**
 * How long a store remembers an answer that concerns no session: an hour. Any other is remembered as long as the session is
 * kept.
 *
 * @category constants
 */
export const remembered: Duration.Duration = Duration.hours(1)

/**
 * The data path's view of a store. Operations are those of the tenant for which the calling fiber acts.
 *
 * **Details**
 *
 * `route` decides by one look-up, in both directions, with `Routing.decide`. A session is `InProgress` from its first
 * connected call or text on. A carrier that repeats a request gets the same answer, whatever happened meanwhile: as long as
 * the session is kept, or for an hour where the answer concerns no session. A repetition has the same provider, id, channel,
 * caller, dialled number and connector; the same id with anything else is another call, since the id of a SIP call is the
 * caller's own choice.
 *
 * A connector without numbers of its own has the numbers of the default pool, and is routed where a request names it.
 *
 * **Example** (The other person is dialled, and sees the proxy number)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { CallRouter } from "@proxy-session/repo/CallRouter"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Fixtures from "@proxy-session/testing/Fixtures"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
 *   const session = yield* ProxySessionRepo.use((repo) => repo.create(Fixtures.createProxySession))
 *   const router = yield* CallRouter
 *   const decision = yield* router.route({
 *     channel: "Voice",
 *     caller: "sip:+14015550101@carrier.example",
 *     dialled: session.participants[0]?.proxyPhoneNumber ?? "",
 *     voiceConnectorId: session.voiceConnectorId,
 *     provider: "example",
 *     providerId: "call-1"
 *   })
 *   yield* router.record({
 *     channel: "Voice",
 *     provider: "example",
 *     providerId: "call-1",
 *     outcome: "Answered",
 *     seconds: 42
 *   })
 *   const [call] = yield* router.interactions(session)
 *   return [decision._tag === "Connect" && decision.to, call?.outcome, call?.seconds]
 * }).pipe(Effect.provide(MemoryRepo.layer()))
 *
 * await Effect.runPromise(program) // => ["+12065550100", "Answered", 42]
 * ```
 *
 * @category services
 */
export class CallRouter extends Context.Service<
  CallRouter,
  {
    /** Whom to connect. Connecting the participants of a session makes it `InProgress`; a dry run changes nothing. */
    readonly route: (request: Input<typeof RouteRequest>) => Effect.Effect<Decision, CallRouterError | InvalidRequest>
    /**
     * What became of a call or text that a session or, after its end, the fallback connected. Any other is a
     * `NotFoundException`. Reports may come twice and in any order. It returns whether the report said something new: of
     * all who report that a text is `Sending`, one alone is told so.
     */
    readonly record: (
      request: Input<typeof RecordRequest>,
    ) => Effect.Effect<boolean, CallRouterError | InvalidRequest | NotFoundException>
    /**
     * The calls and texts of a session, refused ones among them, oldest first. They are gone when it is. Its connector need
     * not be named.
     */
    readonly interactions: (
      request: Input<typeof InteractionsRequest>,
    ) => Effect.Effect<ReadonlyArray<Interaction>, CallRouterError | InvalidRequest | NotFoundException>
    /** A first call or message goes through a session: it is `InProgress` from now on, unless it has ended. */
    readonly interact: (
      key: Input<typeof ProxySessionKey>,
    ) => Effect.Effect<ProxySession, CallRouterError | InvalidRequest | NotFoundException>
    /**
     * The connectors that have a number, over all tenants. The numbers of the default pool belong to nobody, since every
     * connector without numbers of its own has them.
     */
    readonly ofNumber: (number: PhoneNumber) => Effect.Effect<ReadonlyArray<NumberOwner>, CallRouterError>
    /** The tenants that have a connector. */
    readonly tenants: Effect.Effect<ReadonlyArray<Tenant>, CallRouterError>
    /** The numbers of a connector in the order of its pool, each with its live sessions. */
    readonly numbers: (
      key: Input<typeof VoiceConnectorKey>,
    ) => Effect.Effect<ReadonlyArray<NumberUse>, CallRouterError | InvalidRequest | NotFoundException>
  }
>()("@proxy-session/repo/CallRouter") {}

/**
 * A decision, and the interaction that it began: there is none where a session has no part in it, where the call came
 * before, and for a dry run. `progressed` says whether the session is `InProgress` from this call on.
 *
 * @category models
 */
export interface Routed {
  readonly decision: Decision
  readonly began?: { readonly key: ProxySessionKey; readonly interaction: Interaction; readonly progressed: boolean }
}

/**
 * An interaction that a report has changed, and its session.
 *
 * @category models
 */
export interface Recorded {
  readonly key: ProxySessionKey
  readonly interaction: Interaction
}

/**
 * What an implementation provides: the same methods, given requests that are sound, and calls whose numbers were read.
 *
 * @category models
 */
export interface Implementation extends Pick<CallRouter["Service"], "ofNumber" | "tenants"> {
  readonly route: (route: ParsedRoute) => Effect.Effect<Routed, CallRouterError>
  readonly record: (
    request: RecordRequest,
  ) => Effect.Effect<ReadonlyArray<Recorded>, CallRouterError | NotFoundException>
  readonly interactions: (
    request: InteractionsRequest,
  ) => Effect.Effect<ReadonlyArray<Interaction>, CallRouterError | NotFoundException>
  readonly interact: (key: ProxySessionKey) => Effect.Effect<ProxySession, CallRouterError | NotFoundException>
  readonly numbers: (
    key: VoiceConnectorKey,
  ) => Effect.Effect<ReadonlyArray<NumberUse>, CallRouterError | NotFoundException>
}

/**
 * Makes the service of an implementation, which only ever sees sound requests.
 *
 * @category constructors
 */
export const make = (implementation: Implementation): CallRouter["Service"] => ({
  ...implementation,
  route: reading(RouteRequest, (request): Effect.Effect<Decision, CallRouterError | InvalidRequest> => {
    const parsed = parse(request)
    return Result.isSuccess(parsed)
      ? Effect.map(implementation.route(parsed.success), ({ decision }) => decision)
      : Effect.fail(parsed.failure)
  }),
  record: reading(RecordRequest, (request) =>
    Effect.map(implementation.record(request), (changed) => changed.length > 0),
  ),
  interactions: reading(InteractionsRequest, implementation.interactions),
  interact: reading(ProxySessionKey, implementation.interact),
  numbers: reading(VoiceConnectorKey, implementation.numbers),
})
