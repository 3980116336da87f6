/**
 * `proxy-session watch-proxy-session`: a session's life, as it happens, until it closes.
 */
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Terminal from "effect/Terminal"
import * as Client from "./Client.ts"
import { orElse, required } from "./internal/flag.ts"

/**
 * Polls a session until it is closed or gone.
 *
 * On a terminal there is one line, rewritten at each poll; anywhere else a line is written at each change. Neither holds
 * a telephone number or a name.
 *
 * @category commands
 */
export const watch = Effect.fn("watch")(function* (key: ProxySessionKey, interval: Duration.Duration) {
  const repo = yield* ProxySessionRepo
  const terminal = yield* Terminal.Terminal
  const display = (text: string) => Effect.orDie(terminal.display(text))
  const { canAnimate } = yield* TerminalCapabilities.TerminalCapabilities
  const last = yield* Ref.make(Option.none<ProxySession>())

  const show = (session: ProxySession, before: Option.Option<ProxySession>) =>
    canAnimate
      ? Effect.flatMap(Effect.all([terminal.columns, Clock.currentTimeMillis]), ([columns, now]) =>
          display(`\r\u001B[2K${line(session, now).slice(0, columns - 1)}`),
        )
      : Option.exists(before, (earlier) => isSame(earlier, session))
        ? Effect.void
        : Console.log(entry(session))

  const poll = Effect.gen(function* () {
    const session = yield* repo.get(key)
    yield* show(session, yield* Ref.getAndSet(last, Option.some(session)))
    return session.status === "Closed"
  }).pipe(
    Effect.catchTag("NotFoundException", (error) =>
      Effect.flatMap(Ref.get(last), (before) =>
        // One that was there and is gone has been deleted, which ends its life as well.
        Option.isSome(before)
          ? Effect.as(canAnimate ? display("\r\u001B[2KDeleted") : Console.log("Deleted"), true)
          : Effect.fail(error),
      ),
    ),
  )
  yield* Effect.repeat(poll, { schedule: Schedule.spaced(interval), until: (over) => over }).pipe(
    Effect.ensuring(canAnimate ? display("\n") : Effect.void),
  )
})

const isSame = (a: ProxySession, b: ProxySession): boolean =>
  a.status === b.status && DateTime.Equivalence(a.updatedTimestamp, b.updatedTimestamp)

const capabilities = (session: ProxySession): string => session.capabilities.join("+")

/** One change: when it happened, and what the session is since. */
const entry = (session: ProxySession): string =>
  `${DateTime.formatIso(session.updatedTimestamp)} ${session.status} ${capabilities(session)}`.trimEnd()

/** One look: what the session is, and how much of its life is left. */
const line = (session: ProxySession, now: number): string => {
  const end = Lifecycle.expiresAt(session)
  const left = end === undefined ? 0 : Math.max(0, Math.ceil((DateTime.toEpochMillis(end) - now) / 1000))
  const rest =
    session.status === "Closed" || end === undefined ? "" : `, ${Duration.format(Duration.seconds(left))} left`
  return `${session.proxySessionId}: ${session.status} (${capabilities(session)})${rest}`
}

/**
 * The command.
 *
 * @category commands
 */
export const command = Command.make(
  "watch-proxy-session",
  {
    voiceConnectorId: required("voice-connector-id", "The Voice Connector's id"),
    proxySessionId: required("proxy-session-id", "The session's id"),
    interval: orElse(
      Flag.filter(
        Flag.withMetavar(Flag.Finite("interval"), "seconds"),
        (seconds) => seconds >= 0.1,
        () => "at least 0.1 seconds",
      ),
      2,
      "How long to wait between two looks (default 2)",
    ),
    connection: Client.flags,
  },
  ({ connection, interval, proxySessionId, voiceConnectorId }) =>
    ProxySessionKey.decode({ proxySessionId, voiceConnectorId }).pipe(
      Effect.flatMap((key) => watch(key, Duration.seconds(interval))),
      Client.provide(connection, "GetProxySession"),
    ),
).pipe(
  Command.withDescription("Show a proxy session's life until it closes: live on a terminal, else a line a change."),
  Command.withShortDescription("Show a proxy session's life until it closes"),
  Command.withExamples([
    {
      description: "Look every ten seconds",
      command:
        "proxy-session watch-proxy-session --voice-connector-id abcdef1ghij2klmno3pqr4 " +
        "--proxy-session-id 123a4bc5-67d8-901e-2f3g-h4ghjk56789l --interval 10",
    },
  ]),
)
