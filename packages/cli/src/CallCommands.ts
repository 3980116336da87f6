/**
 * `proxy-session route` and `interactions`: what a gateway would do with a call, and what became of those that came.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { codes, CommandFailure, configuration, general, usage } from "./ExitCode.ts"
import { routeToken, variables } from "./GatewayFlags.ts"
import { maybe, named, orElse, required, text } from "./internal/flag.ts"
import { Platform } from "./Platform.ts"

const connection = {
  gatewayUrl: orElse(
    named("gateway-url", "url"),
    "http://127.0.0.1:4020",
    "Where serve --gateway-port listens (default http://127.0.0.1:4020)",
  ),
  routeToken,
}

type Connection = Command.Command.Config.Infer<typeof connection>

const timeouts = { connect: Duration.seconds(10), read: Duration.seconds(30) }

/** Asks a gateway and prints what it answers. An answer may hold numbers: it goes to stdout alone. */
const ask = Effect.fnUntraced(function* (
  { gatewayUrl, routeToken }: Connection,
  target: string,
  request: (url: string) => HttpClientRequest.HttpClientRequest,
): Effect.fn.Return<void, CommandFailure, Platform> {
  if (routeToken === undefined) {
    return yield* configuration(`set ${variables.routeToken} to the gateway's token, or name it with --route-token`)
  }
  if (!/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/iu.test(gatewayUrl) || !URL.canParse(gatewayUrl)) {
    return yield* usage("--gateway-url must be a URL such as http://127.0.0.1:4020")
  }
  const { httpClient } = yield* Platform
  const url = gatewayUrl.replace(/\/+$/u, "") + target
  const answer = yield* Effect.gen(function* () {
    const response = yield* HttpClient.execute(HttpClientRequest.bearerToken(request(url), routeToken))
    return { status: response.status, text: yield* response.text }
  }).pipe(
    Effect.provide(httpClient(timeouts, {})),
    Effect.mapError(() => general(`no gateway answers at ${gatewayUrl}; start one with serve --gateway-port`)),
  )
  if (answer.status === 200) return yield* Console.log(pretty(answer.text))
  return yield* new CommandFailure({ exitCode: codes.service, message: `proxy-session: error: ${refused(answer)}` })
})

const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 4)
  } catch {
    return text
  }
}

const problems: Readonly<Record<number, string>> = {
  401: "the gateway does not know the token (401)",
  404: "there is no such session, or the gateway has no token and so no such endpoint (404)",
  503: "the gateway cannot ask its store (503)",
}

const refused = ({ status, text }: { readonly status: number; readonly text: string }): string =>
  status === 400
    ? `the gateway refused the request: ${text}`
    : (problems[status] ?? `the gateway answered with status ${status}`)

const route = Command.make(
  "route",
  {
    from: required("from", "Who calls: a number, a SIP URI, or a word such as anonymous", "number"),
    to: required("to", "The number that is dialled", "number"),
    channel: orElse(Flag.Literals("channel", ["Voice", "SMS"]), "Voice", "A call or a text (default Voice)"),
    voiceConnectorId: text("voice-connector-id", "The connector; else the only one with the number"),
    attestation: maybe(Flag.Literals("attestation", ["A", "B", "C"]), "How far a carrier vouches for the caller"),
    text: text("text", "The body of a text, for its opt-out words"),
    connection,
  },
  ({ attestation, channel, connection, from, text, to, voiceConnectorId }) =>
    ask(connection, "/route?dry-run", (url) =>
      HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(url), {
        Channel: channel,
        Caller: from,
        Dialled: to,
        CallId: "dry-run",
        VoiceConnectorId: voiceConnectorId,
        Attestation: attestation,
        Text: text,
      }),
    ),
).pipe(
  Command.withDescription(
    "Ask a gateway what it would do with a call or a text. Nothing is changed, and nobody's phone rings. The answer has " +
      "telephone numbers in it.",
  ),
  Command.withShortDescription("Ask a gateway what it would do with a call or a text"),
  Command.withExamples([
    {
      description: "Whom a call reaches",
      command: "proxy-session route --from +12065550100 --to +19135550199 --gateway-url http://127.0.0.1:4020",
    },
  ]),
)

const interactions = Command.make(
  "interactions",
  {
    voiceConnectorId: text("voice-connector-id", "The Voice Connector's id; by default any one's"),
    proxySessionId: required("proxy-session-id", "The session's id"),
    connection,
  },
  ({ connection, proxySessionId, voiceConnectorId }) => {
    const query = new URLSearchParams({ session: proxySessionId })
    if (voiceConnectorId !== undefined) query.append("connector", voiceConnectorId)
    return ask(connection, `/interactions?${query.toString()}`, (url) => HttpClientRequest.get(url))
  },
).pipe(
  Command.withDescription(
    "List the calls and texts of a session by a gateway: when, and what became of them. No numbers.",
  ),
  Command.withShortDescription("List the calls and texts of a session"),
  Command.withExamples([
    {
      description: "Those of one session",
      command:
        "proxy-session interactions --proxy-session-id 123a4bc5-67d8-901e-2f3g-h4ghjk56789l " +
        "--gateway-url http://127.0.0.1:4020",
    },
  ]),
)

/**
 * The commands.
 *
 * @category commands
 */
export const commands = [route, interactions] as const
