/**
 * The store as a gateway asks it: for one tenant, within a time, and never beyond a caller's limits.
 */
import type { Interaction } from "@proxy-session/domain/Interaction"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import type { Attestation, Decision, RoutingRules } from "@proxy-session/domain/Routing"
import type { NotFoundException } from "@proxy-session/domain/ServiceError"
import { CallRouter, type CallRouterError } from "@proxy-session/repo/CallRouter"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { CallLimits, type CallLimitsOptions } from "../CallLimits.ts"
import * as GatewayTenant from "../GatewayTenant.ts"
import { logFailure } from "./observation.ts"

/** What a router is made of. */
export interface RouterOptions {
  readonly tenant?: Partial<Tenant> | undefined
  readonly rules?: RoutingRules | undefined
  readonly nationalPrefix?: string | undefined
  readonly limits?: CallLimitsOptions | undefined
  readonly timeout?: Duration.Input | undefined
}

/** A call or text that comes in. */
export interface Inbound {
  readonly channel: "SMS" | "Voice"
  readonly provider: string
  readonly providerId: string
  readonly caller: string
  readonly dialled: string
  readonly voiceConnectorId?: string | undefined
  readonly attestation?: Attestation | undefined
  readonly text?: string | undefined
  readonly dryRun?: boolean | undefined
}

/** The caller's limits are used up. */
export interface RateLimited {
  readonly _tag: "RateLimited"
}

const rateLimited: RateLimited = { _tag: "RateLimited" }

/** The store cannot be asked. Why has been logged. */
export class StoreUnavailable {
  readonly _tag = "StoreUnavailable"
}

/** Why a router does not answer. */
export type RouterError = InvalidRequest | NotFoundException | StoreUnavailable

type Store = CallRouter["Service"]

/** What a gateway asks of a store. */
export interface Router {
  readonly route: (inbound: Inbound) => Effect.Effect<Decision | RateLimited, RouterError>
  readonly record: (report: Parameters<Store["record"]>[0]) => Effect.Effect<boolean, RouterError>
  readonly interactions: (
    key: Parameters<Store["interactions"]>[0],
  ) => Effect.Effect<ReadonlyArray<Interaction>, RouterError>
}

/** What is done at once, as in memory, needs no second fiber with a timer beside it. */
const within = <A, E>(limit: Duration.Duration, effect: Effect.Effect<A, E>) =>
  Effect.flatMap(
    Effect.forkChild(effect, { startImmediately: true }),
    (fiber): Effect.Effect<A, Cause.TimeoutError | E> =>
      fiber.pollUnsafe() ?? Effect.ensuring(Effect.timeout(Fiber.join(fiber), limit), Fiber.interrupt(fiber)),
  )

/** Finds the tenant, and asks the store for it. */
export const make = Effect.fnUntraced(function* (
  options: RouterOptions,
): Effect.fn.Return<Router, GatewayTenant.AmbiguousTenant | CallRouterError, CallRouter> {
  const { nationalPrefix, rules, timeout = "5 seconds" } = options
  const store = yield* CallRouter
  const tenant = yield* GatewayTenant.make(options.tenant ?? {})
  const limits = new CallLimits(options.limits)
  const limit = Duration.fromInputUnsafe(timeout)

  /** Whatever is wrong with the store, nobody is connected: the carrier is told to try elsewhere. */
  const asked = <A>(
    ask: Effect.Effect<A, CallRouterError | InvalidRequest | NotFoundException>,
  ): Effect.Effect<A, RouterError> =>
    Effect.flatMap(tenant, (found) => within(limit, Effect.provideService(ask, Tenant, found))).pipe(
      Effect.catchCause((cause): Effect.Effect<never, RouterError> => {
        const error = Cause.findError(cause)
        const told = Result.isSuccess(error) ? error.success : undefined
        return told?._tag === "InvalidRequest" || told?._tag === "NotFoundException"
          ? Effect.fail(told)
          : Effect.andThen(logFailure(cause), Effect.fail(new StoreUnavailable()))
      }),
    )

  const route = Effect.fnUntraced(function* (inbound: Inbound): Effect.fn.Return<Decision | RateLimited, RouterError> {
    const now = yield* Clock.currentTimeMillis
    const { caller, dialled, dryRun = false, provider, providerId } = inbound
    const call = { caller, dialled, id: `${provider}\n${providerId}` }
    if (!dryRun && !limits.admit(call, now)) return rateLimited
    const decision = yield* asked(store.route({ ...inbound, nationalPrefix, rules }))
    const isFallback = decision._tag === "Connect" && decision.via === "Fallback"
    return isFallback && !dryRun && !limits.admitFallback(call, now) ? rateLimited : decision
  })

  return {
    route,
    record: (report) => asked(store.record(report)),
    interactions: (key) => asked(store.interactions(key)),
  }
})
