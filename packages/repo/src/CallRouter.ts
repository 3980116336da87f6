/**
 * What a store knows about calls and texts: what they make of a session, whose a number is, and how much it is used.
 */
import type { Input } from "@proxy-session/domain/Input"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type {
  NotFoundException,
  ServiceFailureException,
  ServiceUnavailableException,
} from "@proxy-session/domain/ServiceError"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { VoiceConnectorKey } from "@proxy-session/domain/VoiceConnectorRequest"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
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
 * The data path's view of a store. Operations on one session or connector are those of the tenant for which the calling
 * fiber acts.
 *
 * @category services
 */
export class CallRouter extends Context.Service<
  CallRouter,
  {
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
 * What an implementation provides: the same methods, given keys that are sound.
 *
 * @category models
 */
export interface Implementation extends Pick<CallRouter["Service"], "ofNumber" | "tenants"> {
  readonly interact: (key: ProxySessionKey) => Effect.Effect<ProxySession, CallRouterError | NotFoundException>
  readonly numbers: (
    key: VoiceConnectorKey,
  ) => Effect.Effect<ReadonlyArray<NumberUse>, CallRouterError | NotFoundException>
}

/**
 * Makes the service of an implementation, which only ever sees sound keys.
 *
 * @category constructors
 */
export const make = (implementation: Implementation): CallRouter["Service"] => ({
  ...implementation,
  interact: reading(ProxySessionKey, implementation.interact),
  numbers: reading(VoiceConnectorKey, implementation.numbers),
})
