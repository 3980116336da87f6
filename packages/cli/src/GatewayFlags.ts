/**
 * How `proxy-session serve` is told about calls and texts: flags, and the variables that stand for them.
 */
import * as Config from "effect/Config"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"

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
 * What the flags say, where they or their variables are given.
 *
 * @category models
 */
export interface GatewayFlags {
  readonly port: number | undefined
  readonly account: string | undefined
  readonly publicUrl: string | undefined
  readonly routeToken: Redacted.Redacted | undefined
  readonly unknownCallers: "fallback" | "refuse" | undefined
  readonly nationalPrefix: string | undefined
  readonly callsPerMinute: number | undefined
}

const given = <A>(flag: Flag.Flag<A>, description: string, name: string): Flag.Flag<A | undefined> =>
  flag.pipe(Flag.withDescription(`${description}; also ${name}`), Flag.optional, Flag.map(Option.getOrUndefined))

/**
 * The token of the JSON endpoint, which `serve` asks for and the commands send.
 *
 * @category flags
 */
export const routeToken = given(
  Flag.Redacted("route-token").pipe(
    Flag.withMetavar("token"),
    Flag.withFallbackConfig(Config.Redacted(variables.routeToken)),
  ),
  "The bearer token of POST /route and GET /interactions",
  variables.routeToken,
)

/**
 * The flags of `serve`.
 *
 * @category flags
 */
export const flags = {
  port: given(
    Flag.Int("gateway-port").pipe(
      Flag.withMetavar("port"),
      Flag.withFallbackConfig(Config.Int(variables.port)),
      Flag.filter(
        (port) => port >= 0 && port <= 65535,
        () => "a port from 0 to 65535",
      ),
    ),
    "A port for the webhooks of carriers and for POST /route; else calls and texts are not routed",
    variables.port,
  ),
  account: given(
    Flag.String("gateway-account").pipe(
      Flag.withMetavar("account"),
      Flag.withFallbackConfig(Config.String(variables.account)),
      Flag.filter(
        (account) => /^\d{12}$/u.test(account),
        () => "12 digits",
      ),
    ),
    "The account whose numbers are called, with --region and --namespace; else the only one of the store",
    variables.account,
  ),
  publicUrl: given(
    Flag.String("public-url").pipe(
      Flag.withMetavar("url"),
      Flag.withFallbackConfig(Config.String(variables.publicUrl)),
    ),
    "The URL under which carriers reach the gateway port, such as https://calls.example.com, which is part of what they sign",
    variables.publicUrl,
  ),
  routeToken,
  unknownCallers: given(
    Flag.Literals("unknown-callers", ["refuse", "fallback"]).pipe(
      Flag.withFallbackConfig(Config.Literals(["refuse", "fallback"], variables.unknownCallers)),
    ),
    "Whether strangers and those who hide their number are refused, or reach the fallback number (default refuse)",
    variables.unknownCallers,
  ),
  nationalPrefix: given(
    Flag.String("national-prefix").pipe(
      Flag.withMetavar("code"),
      Flag.withFallbackConfig(Config.String(variables.nationalPrefix)),
      Flag.filter(
        (code) => /^\+[1-9]\d{0,3}$/u.test(code),
        () => "a calling code such as +44",
      ),
    ),
    "The calling code, such as +44, of numbers that come without one; else they are no numbers",
    variables.nationalPrefix,
  ),
  callsPerMinute: given(
    Flag.Int("calls-per-minute").pipe(
      Flag.withMetavar("count"),
      Flag.withFallbackConfig(Config.Int(variables.callsPerMinute)),
      Flag.filter(
        (count) => count >= 0,
        () => "a whole number; 0 is no limit",
      ),
    ),
    "How often one caller may call or text one number in a minute (default 60; 0 is no limit)",
    variables.callsPerMinute,
  ),
} satisfies { readonly [Name in keyof GatewayFlags]: Flag.Flag<GatewayFlags[Name]> }
