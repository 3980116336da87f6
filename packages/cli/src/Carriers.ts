/**
 * The carriers of `proxy-session serve`: those whose secrets the environment has.
 */
import type { Carrier } from "@proxy-session/gateway/Carrier"
import type { Sender } from "@proxy-session/gateway/Sender"
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

/** Some of the settings are there that make sense together alone. */
const incomplete = (...names: ReadonlyArray<string>) => configuration(`set all of ${names.join(", ")}, or none of them`)

type SenderService = Sender["Service"]

/** A carrier, and whether it needs the way to its API. */
interface Configured {
  readonly needsSender: boolean
  readonly make: (sender: SenderService | undefined) => Carrier
}

const twilio = Effect.gen(function* () {
  const authTokens = yield* secrets(variables.twilioAuthTokens)
  const sharedKeys = yield* secrets(variables.twilioSharedKeys)
  if (authTokens.length + sharedKeys.length === 0) return []
  const Twilio = yield* Effect.promise(() => import("@proxy-session/gateway/Twilio"))
  return [{ needsSender: false, make: () => Twilio.make({ authTokens, sharedKeys }) }]
})

/** A carrier that needs nothing but one list of secrets. */
const bySecrets = (name: string, make: (secrets: ReadonlyArray<Redacted.Redacted>) => Promise<Carrier>) =>
  Effect.gen(function* () {
    const known = yield* secrets(name)
    if (known.length === 0) return []
    const carrier = yield* Effect.promise(() => make(known))
    return [{ needsSender: false, make: () => carrier }]
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

const telnyx = Effect.gen(function* (): Effect.fn.Return<ReadonlyArray<Configured>, CommandFailure> {
  const keys = yield* secrets(variables.telnyxPublicKeys)
  const apiKey = yield* variable(variables.telnyxApiKey)
  if (keys.length === 0) {
    return apiKey === undefined
      ? []
      : yield* configuration(`${variables.telnyxApiKey} needs ${variables.telnyxPublicKeys}, which verify the webhooks`)
  }
  const Telnyx = yield* Effect.promise(() => import("@proxy-session/gateway/Telnyx"))
  const publicKeys = yield* Effect.forEach(keys, (text) => {
    const key = Telnyx.publicKey(Redacted.value(text))
    return key === undefined
      ? configuration(`${variables.telnyxPublicKeys} must be public keys of 32 bytes in Base64`)
      : Effect.succeed(key)
  })
  const make: Configured["make"] = (sender) =>
    apiKey === undefined || sender === undefined
      ? Telnyx.make({ publicKeys })
      : Telnyx.make({ publicKeys, texts: { apiKey: Redacted.make(apiKey), sender } })
  return [{ needsSender: apiKey !== undefined, make }]
})

const vonage = Effect.gen(function* (): Effect.fn.Return<ReadonlyArray<Configured>, CommandFailure> {
  const signatureSecrets = yield* secrets(variables.vonageSignatureSecrets)
  const applicationId = yield* variable(variables.vonageApplicationId)
  const pem = yield* variable(variables.vonagePrivateKey)
  const isSending = applicationId !== undefined && pem !== undefined
  if (!isSending && (applicationId !== undefined || pem !== undefined)) {
    return yield* incomplete(variables.vonageApplicationId, variables.vonagePrivateKey)
  }
  if (signatureSecrets.length === 0) {
    return isSending
      ? yield* configuration(
          `${variables.vonageApplicationId} needs ${variables.vonageSignatureSecrets}, which verify the webhooks`,
        )
      : []
  }
  const Vonage = yield* Effect.promise(() => import("@proxy-session/gateway/Vonage"))
  if (!isSending) return [{ needsSender: false, make: () => Vonage.make({ signatureSecrets }) }]
  const privateKey = Vonage.privateKey(pem)
  if (privateKey === undefined) {
    return yield* configuration(`${variables.vonagePrivateKey} must be an RSA key in PEM`)
  }
  const make: Configured["make"] = (sender) =>
    Vonage.make({ signatureSecrets, texts: sender && { applicationId, privateKey, sender } })
  return [{ needsSender: true, make }]
})

const bandwidth = Effect.gen(function* (): Effect.fn.Return<ReadonlyArray<Configured>, CommandFailure> {
  const username = yield* variable(variables.bandwidthUsername)
  const password = yield* variable(variables.bandwidthPassword)
  const accountId = yield* variable(variables.bandwidthAccountId)
  const apiUsername = yield* variable(variables.bandwidthApiUsername)
  const apiPassword = yield* variable(variables.bandwidthApiPassword)
  const api = [accountId, apiUsername, apiPassword].filter((value) => value !== undefined)
  const isSending = accountId !== undefined && apiUsername !== undefined && apiPassword !== undefined
  if (!isSending && api.length > 0) {
    return yield* incomplete(
      variables.bandwidthAccountId,
      variables.bandwidthApiUsername,
      variables.bandwidthApiPassword,
    )
  }
  if (username === undefined || password === undefined) {
    return isSending || username !== undefined || password !== undefined
      ? yield* configuration(
          `Bandwidth needs ${variables.bandwidthUsername} and ${variables.bandwidthPassword}, which verify the webhooks`,
        )
      : []
  }
  const Bandwidth = yield* Effect.promise(() => import("@proxy-session/gateway/Bandwidth"))
  const credentials = [{ username, password: Redacted.make(password) }] as const
  const make: Configured["make"] = (sender) => {
    const texts =
      isSending && sender !== undefined
        ? { accountId, username: apiUsername, password: Redacted.make(apiPassword), sender }
        : undefined
    return Bandwidth.make({ credentials, texts })
  }
  return [{ needsSender: isSending, make }]
})

const timeouts = { connect: Duration.seconds(5), read: Duration.seconds(10) }

const sender = Effect.gen(function* () {
  const Sender = yield* Effect.promise(() => import("@proxy-session/gateway/Sender"))
  const { httpClient } = yield* Platform
  const services = yield* Layer.build(Layer.provide(Sender.layer(), httpClient(timeouts, {})))
  return Context.get(services, Sender.Sender)
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
  const all: ReadonlyArray<Configured> = (yield* Effect.all([
    twilio,
    signalWire,
    telnyx,
    somleng,
    plivo,
    jambonz,
    vonage,
    bandwidth,
  ])).flat()
  const carriers = Effect.map(
    all.some(({ needsSender }) => needsSender) ? sender : Effect.succeed(undefined),
    (service) => all.map(({ make }) => make(service)),
  )
  return { count: all.length, carriers: Effect.provideService(carriers, Platform, platform) }
})
