/**
 * How `proxy-session serve` is told about calls and texts: flags, and the variables that stand for them.
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import { isPort, maybe, named, portRule, secret } from "./internal/flag.ts"

/**
 * The settings of calls and texts that `serve` reads from the environment. The names of several secrets stand for lists, with
 * commas between.
 *
 * @category constants
 */
export const variables = {
  port: "PROXY_SESSION_GATEWAY_PORT",
  account: "PROXY_SESSION_GATEWAY_ACCOUNT",
  publicUrl: "PROXY_SESSION_PUBLIC_URL",
  routeToken: "PROXY_SESSION_ROUTE_TOKEN",
  unknownCallers: "PROXY_SESSION_UNKNOWN_CALLERS",
  nationalPrefix: "PROXY_SESSION_NATIONAL_PREFIX",
  minimumAttestation: "PROXY_SESSION_MINIMUM_ATTESTATION",
  refusalText: "PROXY_SESSION_REFUSAL_TEXT",
  ringSeconds: "PROXY_SESSION_RING_SECONDS",
  callsPerMinute: "PROXY_SESSION_CALLS_PER_MINUTE",
  twilioAuthTokens: "PROXY_SESSION_TWILIO_AUTH_TOKENS",
  twilioSharedKeys: "PROXY_SESSION_TWILIO_SHARED_KEYS",
  signalWireSigningKeys: "PROXY_SESSION_SIGNALWIRE_SIGNING_KEYS",
  telnyxPublicKeys: "PROXY_SESSION_TELNYX_PUBLIC_KEYS",
  telnyxApiKey: "PROXY_SESSION_TELNYX_API_KEY",
  somlengAuthTokens: "PROXY_SESSION_SOMLENG_AUTH_TOKENS",
  plivoAuthTokens: "PROXY_SESSION_PLIVO_AUTH_TOKENS",
  jambonzWebhookSecrets: "PROXY_SESSION_JAMBONZ_WEBHOOK_SECRETS",
  vonageSignatureSecrets: "PROXY_SESSION_VONAGE_SIGNATURE_SECRETS",
  vonageApplicationId: "PROXY_SESSION_VONAGE_APPLICATION_ID",
  vonagePrivateKey: "PROXY_SESSION_VONAGE_PRIVATE_KEY",
  bandwidthUsername: "PROXY_SESSION_BANDWIDTH_USERNAME",
  bandwidthPassword: "PROXY_SESSION_BANDWIDTH_PASSWORD",
  bandwidthAccountId: "PROXY_SESSION_BANDWIDTH_ACCOUNT_ID",
  bandwidthApiUsername: "PROXY_SESSION_BANDWIDTH_API_USERNAME",
  bandwidthApiPassword: "PROXY_SESSION_BANDWIDTH_API_PASSWORD",
} as const

/**
 * The flag of the token.
 *
 * @category flags
 */
export const routeToken = secret(
  "route-token",
  "The bearer token of POST /route and GET /interactions",
  "token",
  variables.routeToken,
)

/** A flag that may be in a variable instead, and the rule for its values. */
const given = <A>(
  flag: Flag.Flag<A>,
  config: (name: string) => Config.Config<A>,
  variable: string,
  description: string,
  isValid: (value: A) => boolean = () => true,
  rule = "",
) =>
  maybe(
    flag.pipe(
      Flag.withFallbackConfig(config(variable)),
      Flag.filter(isValid, () => rule),
    ),
    `${description}; also ${variable}`,
  )

/**
 * The flags of `serve`.
 *
 * @category flags
 */
export const flags = {
  port: given(
    Flag.withMetavar(Flag.Int("gateway-port"), "port"),
    Config.Int,
    variables.port,
    "A port for the webhooks of carriers and for POST /route; else calls and texts are not routed",
    isPort,
    portRule,
  ),
  account: given(
    named("gateway-account", "account"),
    Config.String,
    variables.account,
    "The account whose numbers are called, with --region and --namespace; else the only one of the store",
    (account) => /^\d{12}$/u.test(account),
    "12 digits",
  ),
  publicUrl: given(
    named("public-url", "url"),
    Config.String,
    variables.publicUrl,
    "The URL under which carriers reach the gateway port, such as https://calls.example.com, which is part of what they sign",
  ),
  routeToken,
  unknownCallers: given(
    Flag.Literals("unknown-callers", ["refuse", "fallback"]),
    (name) => Config.Literals(["refuse", "fallback"], name),
    variables.unknownCallers,
    "Whether strangers and those who hide their number are refused, or reach the fallback number (default refuse)",
  ),
  nationalPrefix: given(
    named("national-prefix", "code"),
    Config.String,
    variables.nationalPrefix,
    "The calling code, such as +44, of numbers that come without one; else they are no numbers",
    (code) => /^\+[1-9]\d{0,3}$/u.test(code),
    "a calling code such as +44",
  ),
  callsPerMinute: given(
    Flag.withMetavar(Flag.Int("calls-per-minute"), "count"),
    Config.Int,
    variables.callsPerMinute,
    "How often one caller may call or text one number in a minute (default 60; 0 is no limit)",
    (count) => count >= 0,
    "a whole number; 0 is no limit",
  ),
}

/**
 * What the flags say.
 *
 * @category models
 */
export type GatewayFlags = Command.Command.Config.Infer<typeof flags>
