/**
 * The gateway of `proxy-session serve`, from its flags and variables.
 */
import type * as CallLimits from "@proxy-session/gateway/CallLimits"
import type { RoutingRules } from "@proxy-session/domain/Routing"
import type { CallRouter } from "@proxy-session/repo/CallRouter"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import type * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Carriers from "./Carriers.ts"
import { type CommandFailure, configuration, general, usage } from "./ExitCode.ts"
import { type GatewayFlags, variables } from "./GatewayFlags.ts"
import type { Platform } from "./Platform.ts"
import { variable } from "./Profile.ts"

/** The module of the gateway is loaded on demand, so that a server without calls starts without it. */
const gateway = Effect.promise(() => import("@proxy-session/gateway/Gateway"))

const ringSeconds = Effect.gen(function* () {
  const text = yield* variable(variables.ringSeconds)
  if (text === undefined) return {}
  return /^[1-9]\d{0,2}$/u.test(text) && Number(text) <= 600
    ? { ringSeconds: Number(text) }
    : yield* configuration(`${variables.ringSeconds} must be a whole number of seconds from 1 to 600`)
})

const minimumAttestation = Effect.gen(function* (): Effect.fn.Return<RoutingRules, CommandFailure> {
  const level = yield* variable(variables.minimumAttestation)
  if (level === undefined) return {}
  return level === "A" || level === "B" || level === "C"
    ? { minimumAttestation: level }
    : yield* configuration(`${variables.minimumAttestation} must be A, B or C`)
})

const limits = (callsPerMinute: number | undefined): CallLimits.CallLimitsOptions => {
  if (callsPerMinute === undefined) return {}
  const count = callsPerMinute === 0 ? Infinity : callsPerMinute
  return { perCaller: count, fallbacks: count }
}

const publicUrl = Effect.fnUntraced(function* (flags: GatewayFlags, hasCarriers: boolean) {
  const Gateway = yield* gateway
  if (flags.publicUrl === undefined) {
    return hasCarriers
      ? yield* usage(
          "name the URL under which carriers reach this server with --public-url: it is part of what they sign",
        )
      : "http://localhost"
  }
  return Schema.is(Gateway.PublicUrl)(flags.publicUrl)
    ? flags.publicUrl
    : yield* usage("--public-url must be a URL such as https://calls.example.com, without a query or a password")
})

/**
 * Makes the gateway that flags and variables ask for. Its carriers are those whose secrets the environment has.
 *
 * It fails if there is neither a carrier nor a token, or if the store has several tenants and the flags do not say which.
 *
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (
  flags: GatewayFlags,
  tenant: Partial<Tenant>,
  accessLog: boolean,
): Effect.fn.Return<Layer.Layer<never, CommandFailure, CallRouter | HttpServer.HttpServer>, CommandFailure, Platform> {
  const Gateway = yield* gateway
  const known = yield* Carriers.configured
  if (known.count === 0 && flags.routeToken === undefined) {
    return yield* configuration(
      `--gateway-port needs the secrets of a carrier, such as ${variables.twilioAuthTokens}, or a --route-token`,
    )
  }
  const refusalText = yield* variable(variables.refusalText)
  const options = {
    publicUrl: yield* publicUrl(flags, known.count > 0),
    routeTokens: flags.routeToken === undefined ? [] : [flags.routeToken],
    tenant: { ...tenant, ...(flags.account === undefined ? {} : { account: flags.account }) },
    rules: { unknownCallers: flags.unknownCallers ?? "refuse", ...(yield* minimumAttestation) },
    nationalPrefix: flags.nationalPrefix,
    refusalText,
    ...(yield* ringSeconds),
    limits: limits(flags.callsPerMinute),
    accessLog,
  }
  return Layer.unwrap(Effect.map(known.carriers, (carriers) => Gateway.layer({ ...options, carriers }))).pipe(
    Layer.catch((error) =>
      Layer.effectDiscard(
        error._tag === "AmbiguousTenant"
          ? usage(`${error.message}; name one with --gateway-account, --region and --namespace`)
          : general(`--database: ${error.message}`),
      ),
    ),
  )
})
