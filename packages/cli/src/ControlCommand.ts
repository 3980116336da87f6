/**
 * `proxy-session control` and `wait-until-ready`: what a script asks of a running server.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Stdio from "effect/Stdio"
import { variables } from "./Database.ts"
import { type CommandFailure, general, usage } from "./ExitCode.ts"
import { Platform } from "./Platform.ts"
import * as SnapshotFile from "./SnapshotFile.ts"

const url = Flag.String("url").pipe(
  Flag.withMetavar("url"),
  Flag.withDefault("http://127.0.0.1:4010"),
  Flag.withSchema(
    Schema.String.check(
      Schema.isPattern(/^https?:\/\/[^/?#]+\/?$/u, { expected: "the URL of a server, without a path" }),
    ),
  ),
  Flag.withDescription("Where the server is (default http://127.0.0.1:4010)"),
)

const target = {
  url,
  token: Flag.Redacted("control-token").pipe(
    Flag.withMetavar("token"),
    Flag.withFallbackConfig(Config.Redacted(variables.controlToken)),
    Flag.withDescription(`The server's control token, if it has one; also ${variables.controlToken}`),
    Flag.optional,
  ),
  account: Flag.optional(
    Flag.withDescription(Flag.String("account"), "The account that is meant; else all accounts are"),
  ),
}

interface Target {
  readonly url: string
  readonly token: Option.Option<Redacted.Redacted>
  readonly account: Option.Option<string>
}

interface Call {
  readonly method: "DELETE" | "GET" | "POST" | "PUT"
  readonly path: string
  readonly query?: Readonly<Record<string, Option.Option<number | string>>>
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
  const asked: Readonly<Record<string, Option.Option<number | string>>> = { account, ...query }
  for (const [name, value] of Object.entries(asked)) {
    if (Option.isSome(value)) params.set(name, String(value.value))
  }
  const base = `${url.replace(/\/$/u, "")}/_proxy-session${path}`
  const plain = HttpClientRequest.make(method)(params.size === 0 ? base : `${base}?${params}`)
  const filled = body === undefined ? plain : HttpClientRequest.bodyJsonUnsafe(plain, body)
  const request = Option.isNone(token) ? filled : HttpClientRequest.bearerToken(filled, token.value)
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

const clear = (what: string) =>
  Flag.Boolean("clear").pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withDescription(what))

const reveal = Flag.Boolean("reveal").pipe(
  Flag.withoutNegation,
  Flag.withDefault(false),
  Flag.withDescription("Also with telephone numbers that are not fictional"),
)

const asked = (flag: boolean): Option.Option<string> => (flag ? Option.some("true") : Option.none())

const reset = Command.make("reset", target, (target) => call(target, { method: "POST", path: "/reset" })).pipe(
  Command.withDescription("Back to the seed: state, time, faults and journal"),
)

const clock = Command.make(
  "clock",
  {
    ...target,
    advance: Flag.optional(
      Flag.withDescription(Flag.String("advance"), "Moves the service's time on, such as 60 minutes"),
    ),
    set: Flag.optional(Flag.withDescription(Flag.String("set"), "Sets it, such as 2026-04-06T23:00:00Z")),
  },
  ({ advance, set, ...target }) =>
    Option.isNone(advance) && Option.isNone(set)
      ? call(target, { method: "GET", path: "/clock" })
      : call(target, {
          method: "POST",
          path: "/clock",
          body: {
            ...(Option.isNone(advance) ? {} : { advance: advance.value }),
            ...(Option.isNone(set) ? {} : { set: set.value }),
          },
        }),
).pipe(Command.withDescription("The service's time: tells it, or moves it"))

const faults = Command.make(
  "faults",
  {
    ...target,
    add: Flag.optional(
      Flag.withDescription(
        Flag.withMetavar(Flag.String("add"), "json"),
        'A fault for the next calls, such as {"error":"ThrottledClientException"}',
      ),
    ),
    clear: clear("Drop the faults that wait"),
  },
  ({ add, clear, ...target }) =>
    Effect.gen(function* () {
      if (clear) yield* call(target, { method: "DELETE", path: "/faults" })
      if (Option.isSome(add)) {
        const body = json(add.value)
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
    operation: Flag.optional(Flag.withDescription(Flag.String("operation"), "Only this operation, by AWS's name")),
    status: Flag.optional(Flag.withDescription(Flag.Int("status"), "Only answers with this status")),
    limit: Flag.optional(Flag.withDescription(Flag.Int("limit"), "The latest so many (default 1000)")),
    clear: clear("Forget the requests"),
    reveal,
  },
  ({ clear, limit, operation, reveal, status, ...target }) =>
    clear
      ? call(target, { method: "DELETE", path: "/journal" })
      : call(target, { method: "GET", path: "/journal", query: { limit, operation, status, reveal: asked(reveal) } }),
).pipe(Command.withDescription("The latest requests, oldest first"))

const state = Command.make(
  "state",
  {
    ...target,
    put: Flag.optional(
      Flag.withDescription(
        Flag.withMetavar(Flag.String("put"), "file"),
        "Puts this snapshot in its place; - for stdin",
      ),
    ),
    reveal,
  },
  ({ put, reveal, ...target }): Effect.Effect<void, CommandFailure, FileSystem.FileSystem | Platform | Stdio.Stdio> =>
    Option.isNone(put)
      ? call(target, {
          method: "GET",
          path: "/state",
          query: { reveal: asked(reveal) },
        })
      : Effect.flatMap(SnapshotFile.content(put.value, `--put ${put.value}`), (body) =>
          call(target, { method: "PUT", path: "/state", body }),
        ),
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
    timeout: Flag.String("timeout").pipe(
      Flag.withMetavar("duration"),
      Flag.withDefault("30 seconds"),
      Flag.withSchema(Schema.DurationFromString),
      Flag.withDescription("How long to wait at most (default 30 seconds)"),
    ),
  },
  ({ timeout, url }) =>
    send({ url, token: Option.none(), account: Option.none() }, { method: "GET", path: "/ready" }).pipe(
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
