/**
 * `proxy-session control` and `wait-until-ready`: what a script asks of a running server.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { variables } from "./Database.ts"
import { type CommandFailure, general, usage } from "./ExitCode.ts"
import { duration, maybe, named, on, orElse, secret, text } from "./internal/flag.ts"
import { Platform } from "./Platform.ts"
import * as SnapshotFile from "./SnapshotFile.ts"

const url = orElse(
  named("url", "url").pipe(
    Flag.withSchema(
      Schema.String.check(
        Schema.isPattern(/^https?:\/\/[^/?#]+\/?$/u, { expected: "the URL of a server, without a path" }),
      ),
    ),
  ),
  "http://127.0.0.1:4010",
  "Where the server is (default http://127.0.0.1:4010)",
)

const target = {
  url,
  token: secret("control-token", "The server's control token, if it has one", "token", variables.controlToken),
  account: text("account", "The account that is meant; else all accounts are"),
}

type Target = Command.Command.Config.Infer<typeof target>

interface Call {
  readonly method: "DELETE" | "GET" | "POST" | "PUT"
  readonly path: string
  readonly query?: Readonly<Record<string, number | string | true | undefined>>
  readonly body?: unknown
}

const timeouts = { connect: Duration.seconds(5), read: Duration.seconds(60) }

/** The status and the body of an answer, or a failure that says where nobody answered. */
const send = Effect.fnUntraced(function* (
  { account, token, url }: Target,
  { body, method, path, query = {} }: Call,
): Effect.fn.Return<{ readonly status: number; readonly text: string }, CommandFailure, Platform> {
  const { httpClient } = yield* Platform
  const params = new URLSearchParams()
  const asked: NonNullable<Call["query"]> = { account, ...query }
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined) params.set(name, String(value))
  }
  const base = `${url.replace(/\/$/u, "")}/_proxy-session${path}`
  const plain = HttpClientRequest.make(method)(params.size === 0 ? base : `${base}?${params}`)
  const filled = body === undefined ? plain : HttpClientRequest.bodyJsonUnsafe(plain, body)
  const request = token === undefined ? filled : HttpClientRequest.bearerToken(filled, token)
  return yield* HttpClient.execute(request).pipe(
    Effect.flatMap((response) => Effect.map(response.text, (text) => ({ status: response.status, text }))),
    Effect.provide(httpClient(timeouts, {})),
    Effect.mapError(() => general(`nobody answers at ${url}; is the server there? --url says where it is`)),
  )
})

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const messageOf = (text: string): string | undefined => {
  const body = json(text)
  const message: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "message") : undefined
  return typeof message === "string" ? message : undefined
}

/** Makes a call and prints what it returns. */
const call = Effect.fnUntraced(function* (target: Target, what: Call) {
  const { status, text } = yield* send(target, what)
  if (status >= 200 && status < 300) {
    if (text !== "") yield* Console.log(JSON.stringify(json(text), null, 2))
    return
  }
  if (status === 404 && messageOf(text) === undefined) {
    return yield* general(
      `the server at ${target.url} has no control API: it has one in memory on a loopback address, and with --control-token`,
    )
  }
  return yield* general(`the server refuses (${status}): ${messageOf(text) ?? "it does not say why"}`)
})

const revealing = {
  reveal: Flag.map(on("reveal", "Also with telephone numbers that are not fictional"), (isSet) => isSet || undefined),
}

const reset = Command.make("reset", target, (target) => call(target, { method: "POST", path: "/reset" })).pipe(
  Command.withDescription("Back to the seed: state, time, faults and journal"),
)

const clock = Command.make(
  "clock",
  {
    ...target,
    advance: text("advance", "Moves the service's time on, such as 60 minutes"),
    set: text("set", "Sets it, such as 2026-04-06T23:00:00Z"),
  },
  ({ advance, set, ...target }) =>
    call(
      target,
      advance === undefined && set === undefined
        ? { method: "GET", path: "/clock" }
        : { method: "POST", path: "/clock", body: { advance, set } },
    ),
).pipe(Command.withDescription("The service's time: tells it, or moves it"))

const faults = Command.make(
  "faults",
  {
    ...target,
    add: text("add", 'A fault for the next calls, such as {"error":"ThrottledClientException"}', "json"),
    clear: on("clear", "Drop the faults that wait"),
  },
  Effect.fnUntraced(function* ({ add, clear, ...target }) {
    if (clear) yield* call(target, { method: "DELETE", path: "/faults" })
    if (add !== undefined) {
      const body = json(add)
      if (body === undefined) return yield* usage("--add is not valid JSON")
      return yield* call(target, { method: "POST", path: "/faults", body })
    }
    if (!clear) yield* call(target, { method: "GET", path: "/faults" })
  }),
).pipe(Command.withDescription("What the next calls meet: lists the faults that wait, adds one, or drops them"))

const journal = Command.make(
  "journal",
  {
    ...target,
    operation: text("operation", "Only this operation, by AWS's name"),
    status: maybe(Flag.Int("status"), "Only answers with this status"),
    limit: maybe(Flag.Int("limit"), "The latest so many (default 1000)"),
    clear: on("clear", "Forget the requests"),
    ...revealing,
  },
  ({ account, clear, token, url, ...query }) =>
    call(
      { account, token, url },
      clear ? { method: "DELETE", path: "/journal" } : { method: "GET", path: "/journal", query },
    ),
).pipe(Command.withDescription("The latest requests, oldest first"))

const state = Command.make(
  "state",
  { ...target, put: text("put", "Puts this snapshot in its place; - for stdin", "file"), ...revealing },
  Effect.fnUntraced(function* ({ put, reveal, ...target }) {
    if (put === undefined) return yield* call(target, { method: "GET", path: "/state", query: { reveal } })
    const body = yield* SnapshotFile.content(put, `--put ${put}`)
    yield* call(target, { method: "PUT", path: "/state", body })
  }),
).pipe(Command.withDescription("The whole content: prints it, or puts another in its place"))

const control = Command.make("control").pipe(
  Command.withDescription("Look into a running server, start clean, move its time, make calls fail."),
  Command.withShortDescription("Control a running server, for tests"),
  Command.withSubcommands([reset, clock, faults, journal, state]),
)

const waitUntilReady = Command.make(
  "wait-until-ready",
  {
    url,
    timeout: duration("timeout", "30 seconds", "How long to wait at most (default 30 seconds)"),
  },
  ({ timeout, url }) =>
    send({ url, token: undefined, account: undefined }, { method: "GET", path: "/ready" }).pipe(
      // A server without a control API says so, and so it is there.
      Effect.flatMap(({ status }) =>
        status === 200 || status === 404 ? Effect.void : general(`the server at ${url} is not ready (${status})`),
      ),
      Effect.retry(Schedule.spaced("100 millis")),
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () => general(`the server at ${url} is not ready after ${Duration.format(timeout)}`),
      }),
    ),
).pipe(
  Command.withDescription("Wait until a server takes requests, then end with 0; with 255 if it does not in time."),
  Command.withShortDescription("Wait until a server takes requests"),
)

/**
 * The commands.
 *
 * @category commands
 */
export const commands = [control, waitUntilReady] as const
