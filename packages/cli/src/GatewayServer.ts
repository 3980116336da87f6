/**
 * The gateway of `proxy-session serve`, from its flags and variables.
 */
import type * as CallLimits from "@proxy-session/gateway/CallLimits"
import type { Carrier } from "@proxy-session/gateway/Carrier"
import type { RoutingRules } from "@proxy-session/domain/Routing"
import type { CallRouter } from "@proxy-session/repo/CallRouter"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import type * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type CommandFailure, configuration, general, usage } from "./ExitCode.ts"
import { type GatewayFlags, variables } from "./GatewayFlags.ts"
import { variable } from "./Profile.ts"

/** The modules of the gateway are loaded on demand, so that a server without calls starts without them. */
const modules = Effect.promise(async () => {
  const [Gateway, Twilio, SignalWire, Telnyx, Somleng, Jambonz, Plivo] = await Promise.all([
    import("@proxy-session/gateway/Gateway"),
    import("@proxy-session/gateway/Twilio"),
    import("@proxy-session/gateway/SignalWire"),
    import("@proxy-session/gateway/Telnyx"),
    import("@proxy-session/gateway/Somleng"),
    import("@proxy-session/gateway/Jambonz"),
    import("@proxy-session/gateway/Plivo"),
  ])
  return { Gateway, Twilio, SignalWire, Telnyx, Somleng, Jambonz, Plivo }
})

/** A list of secrets. An empty one of several is a slip that would let everybody in with an empty secret. */
const secrets = Effect.fnUntraced(function* (
  name: string,
): Effect.fn.Return<ReadonlyArray<Redacted.Redacted>, CommandFailure> {
  const text = yield* variable(name)
  if (text === undefined) return []
  const all = text.split(",").map((secret) => secret.trim())
  return all.includes("")
    ? yield* configuration(`${name} must be secrets with commas between, and none of them empty`)
    : all.map((secret) => Redacted.make(secret))
})

const carriers = Effect.gen(function* () {
  const { Jambonz, Plivo, SignalWire, Somleng, Telnyx, Twilio } = yield* modules
  const authTokens = yield* secrets(variables.twilioAuthTokens)
  const sharedKeys = yield* secrets(variables.twilioSharedKeys)
  const signingKeys = yield* secrets(variables.signalWireSigningKeys)
  const somlengTokens = yield* secrets(variables.somlengAuthTokens)
  const plivoTokens = yield* secrets(variables.plivoAuthTokens)
  const webhookSecrets = yield* secrets(variables.jambonzWebhookSecrets)
  const publicKeys = yield* Effect.forEach(yield* secrets(variables.telnyxPublicKeys), (text) => {
    const key = Telnyx.publicKey(Redacted.value(text))
    return key === undefined
      ? configuration(`${variables.telnyxPublicKeys} must be public keys of 32 bytes in Base64`)
      : Effect.succeed(key)
  })
  const all: ReadonlyArray<readonly [ReadonlyArray<unknown>, () => Carrier]> = [
    [[...authTokens, ...sharedKeys], () => Twilio.make({ authTokens, sharedKeys })],
    [signingKeys, () => SignalWire.make({ signingKeys })],
    [publicKeys, () => Telnyx.make({ publicKeys })],
    [plivoTokens, () => Plivo.make({ authTokens: plivoTokens })],
    [webhookSecrets, () => Jambonz.make({ webhookSecrets })],
    [somlengTokens, () => Somleng.make({ authTokens: somlengTokens })],
  ]
  return all.flatMap(([known, make]) => (known.length === 0 ? [] : [make()]))
})

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
  const { Gateway } = yield* modules
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
): Effect.fn.Return<Layer.Layer<never, CommandFailure, CallRouter | HttpServer.HttpServer>, CommandFailure> {
  const { Gateway } = yield* modules
  const known = yield* carriers
  if (known.length === 0 && flags.routeToken === undefined) {
    return yield* configuration(
      `--gateway-port needs the secrets of a carrier, such as ${variables.twilioAuthTokens}, or a --route-token`,
    )
  }
  const refusalText = yield* variable(variables.refusalText)
  return Gateway.layer({
    carriers: known,
    publicUrl: yield* publicUrl(flags, known.length > 0),
    routeTokens: flags.routeToken === undefined ? [] : [flags.routeToken],
    tenant: { ...tenant, ...(flags.account === undefined ? {} : { account: flags.account }) },
    rules: { unknownCallers: flags.unknownCallers ?? "refuse", ...(yield* minimumAttestation) },
    nationalPrefix: flags.nationalPrefix,
    refusalText,
    ...(yield* ringSeconds),
    limits: limits(flags.callsPerMinute),
    accessLog,
  }).pipe(
    Layer.catch((error) =>
      Layer.effectDiscard(
        error._tag === "AmbiguousTenant"
          ? usage(`${error.message}; name one with --gateway-account, --region and --namespace`)
          : general(`--database: ${error.message}`),
      ),
    ),
  )
})
