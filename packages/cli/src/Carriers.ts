/**
 * The carriers of `proxy-session serve`: those whose secrets the environment has.
 */
import type { Carrier } from "@proxy-session/gateway/Carrier"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { type CommandFailure, configuration } from "./ExitCode.ts"
import { variables } from "./GatewayFlags.ts"
import { Platform } from "./Platform.ts"
import { variable } from "./Profile.ts"

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

/** Settings that make sense together alone: all of them, or none. */
const together = Effect.fnUntraced(function* (
  ...names: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<string> | undefined, CommandFailure> {
  const values = (yield* Effect.forEach(names, variable)).filter((value) => value !== undefined)
  if (values.length === 0) return undefined
  return values.length === names.length
    ? values
    : yield* configuration(`set all of ${names.join(", ")}, or none of them`)
})

const timeouts = { connect: Duration.seconds(5), read: Duration.seconds(10) }

/** The way to the APIs of carriers. */
const sender = Effect.gen(function* () {
  const Sender = yield* Effect.promise(() => import("@proxy-session/gateway/Sender"))
  const { httpClient } = yield* Platform
  const services = yield* Layer.build(Layer.provide(Sender.layer(), httpClient(timeouts, {})))
  return Context.get(services, Sender.Sender)
})

/** How a carrier is made, which those that send texts need the way out for. */
type Make = (way: typeof sender) => Effect.Effect<Carrier, never, Platform | Scope.Scope>
type Makes = Effect.Effect<ReadonlyArray<Make>, CommandFailure>

const callsOnly = (carrier: Carrier): ReadonlyArray<Make> => [() => Effect.succeed(carrier)]

const twilio: Makes = Effect.gen(function* () {
  const authTokens = yield* secrets(variables.twilioAuthTokens)
  const sharedKeys = yield* secrets(variables.twilioSharedKeys)
  if (authTokens.length + sharedKeys.length === 0) return []
  const Twilio = yield* Effect.promise(() => import("@proxy-session/gateway/Twilio"))
  return callsOnly(Twilio.make({ authTokens, sharedKeys }))
})

/** A carrier that needs nothing but one list of secrets. */
const bySecrets = (name: string, make: (secrets: ReadonlyArray<Redacted.Redacted>) => Promise<Carrier>): Makes =>
  Effect.gen(function* () {
    const known = yield* secrets(name)
    return known.length === 0 ? [] : callsOnly(yield* Effect.promise(() => make(known)))
  })

const signalWire = bySecrets(variables.signalWireSigningKeys, async (signingKeys) => {
  const SignalWire = await import("@proxy-session/gateway/SignalWire")
  return SignalWire.make({ signingKeys })
})

const somleng = bySecrets(variables.somlengAuthTokens, async (authTokens) => {
  const Somleng = await import("@proxy-session/gateway/Somleng")
  return Somleng.make({ authTokens })
})

const plivo = bySecrets(variables.plivoAuthTokens, async (authTokens) => {
  const Plivo = await import("@proxy-session/gateway/Plivo")
  return Plivo.make({ authTokens })
})

const jambonz = bySecrets(variables.jambonzWebhookSecrets, async (webhookSecrets) => {
  const Jambonz = await import("@proxy-session/gateway/Jambonz")
  return Jambonz.make({ webhookSecrets })
})

/** What a carrier's API needs is of no use without what verifies its webhooks. */
const unverified = (setting: string, verifier: string) =>
  configuration(`${setting} needs ${verifier}, which verify the webhooks`)

const telnyx: Makes = Effect.gen(function* () {
  const keys = yield* secrets(variables.telnyxPublicKeys)
  const apiKey = yield* variable(variables.telnyxApiKey)
  if (keys.length === 0) {
    return apiKey === undefined ? [] : yield* unverified(variables.telnyxApiKey, variables.telnyxPublicKeys)
  }
  const Telnyx = yield* Effect.promise(() => import("@proxy-session/gateway/Telnyx"))
  const publicKeys = yield* Effect.forEach(keys, (text) => {
    const key = Telnyx.publicKey(Redacted.value(text))
    return key === undefined
      ? configuration(`${variables.telnyxPublicKeys} must be public keys of 32 bytes in Base64`)
      : Effect.succeed(key)
  })
  if (apiKey === undefined) return callsOnly(Telnyx.make({ publicKeys }))
  return [Effect.map((sender) => Telnyx.make({ publicKeys, texts: { apiKey: Redacted.make(apiKey), sender } }))]
})

const vonage: Makes = Effect.gen(function* () {
  const signatureSecrets = yield* secrets(variables.vonageSignatureSecrets)
  const api = yield* together(variables.vonageApplicationId, variables.vonagePrivateKey)
  if (signatureSecrets.length === 0) {
    return api === undefined ? [] : yield* unverified(variables.vonageApplicationId, variables.vonageSignatureSecrets)
  }
  const Vonage = yield* Effect.promise(() => import("@proxy-session/gateway/Vonage"))
  if (api === undefined) return callsOnly(Vonage.make({ signatureSecrets }))
  const [applicationId = "", pem = ""] = api
  const privateKey = Vonage.privateKey(pem)
  if (privateKey === undefined) {
    return yield* configuration(`${variables.vonagePrivateKey} must be an RSA key in PEM`)
  }
  return [Effect.map((sender) => Vonage.make({ signatureSecrets, texts: { applicationId, privateKey, sender } }))]
})

const bandwidth: Makes = Effect.gen(function* () {
  const username = yield* variable(variables.bandwidthUsername)
  const password = yield* variable(variables.bandwidthPassword)
  const api = yield* together(
    variables.bandwidthAccountId,
    variables.bandwidthApiUsername,
    variables.bandwidthApiPassword,
  )
  if (username === undefined || password === undefined) {
    return api === undefined && username === undefined && password === undefined
      ? []
      : yield* unverified("Bandwidth", `${variables.bandwidthUsername} and ${variables.bandwidthPassword}`)
  }
  const Bandwidth = yield* Effect.promise(() => import("@proxy-session/gateway/Bandwidth"))
  const credentials = [{ username, password: Redacted.make(password) }] as const
  if (api === undefined) return callsOnly(Bandwidth.make({ credentials }))
  const [accountId = "", apiUsername = "", apiPassword = ""] = api
  const texts = { accountId, username: apiUsername, password: Redacted.make(apiPassword) }
  return [Effect.map((sender) => Bandwidth.make({ credentials, texts: { ...texts, sender } }))]
})

/**
 * The carriers that the environment has secrets of: how many, and how they are made once the server starts. Their modules, and a
 * client for their APIs, are loaded on demand.
 *
 * @category constructors
 */
export const configured: Effect.Effect<
  { readonly count: number; readonly carriers: Effect.Effect<ReadonlyArray<Carrier>, never, Scope.Scope> },
  CommandFailure,
  Platform
> = Effect.gen(function* () {
  const platform = yield* Platform
  const makes = (yield* Effect.all([twilio, signalWire, telnyx, somleng, plivo, jambonz, vonage, bandwidth])).flat()
  const carriers = Effect.flatMap(Effect.cached(sender), (way) => Effect.forEach(makes, (make) => make(way)))
  return { count: makes.length, carriers: Effect.provideService(carriers, Platform, platform) }
})
