/**
 * Nothing that is a secret comes out of a client: not in a log line, a span, a metric or an error.
 */
import { assert, describe, it } from "@effect/vitest"
import { BadRequestException } from "@proxy-session/domain/ServiceError"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as UndiciClient from "@proxy-session/http/UndiciClient"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as Util from "node:util"
import { type Case, operations } from "../../packages/http/test/operations.ts"
import { clients, type Handler, type Received, reply, start } from "../../packages/http/test/server.ts"

const secretAccessKey = "canary+secret/key="
const sessionToken = "canary+session/token="
const name = "Trip 1"
/** The numbers of the requests and answers, and what else must not come out. */
const numbers = ["+14015550101", "+12065550100", "+19135550199"]
const canaries = [...numbers, name, secretAccessKey, sessionToken, "AKIDCANARY", "Signature=", "a+b/c=d e&f"]

const spellings = canaries.flatMap((canary) => [canary, canary.replace(/^\+/u, ""), encodeURIComponent(canary)])

const found = (output: ReadonlyArray<string>, more: ReadonlyArray<string> = []) =>
  [...spellings, ...more].filter((spelling) => output.some((line) => line.includes(spelling)))

const printed = (value: unknown): ReadonlyArray<string> => [
  String(value),
  JSON.stringify(value) ?? "",
  Util.inspect(value, { depth: 12, showHidden: true }),
  ...(value instanceof Error ? [value.message, value.stack ?? "", ...(value.cause ? printed(value.cause) : [])] : []),
]

/** Everything that comes out while an effect runs. */
const listen = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const output: Array<string> = []
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      },
    })
    const loggers = [Logger.formatJson, Logger.formatLogFmt, Logger.formatSimple].map((format) =>
      Logger.map(format, (line) => void output.push(line)),
    )
    const structured = Logger.map(
      Logger.formatStructured,
      (line) => void output.push(Util.inspect(line, { depth: 12 })),
    )
    const write = (...values: ReadonlyArray<unknown>) => void output.push(Util.format(...values))
    const pretty = Logger.consolePretty({ colors: false })
    const exit = yield* Effect.exit(effect).pipe(
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.provideService(Console.Console, { ...console, log: write, group: write, error: write, debug: write }),
      Effect.provide([
        Logger.layer([...loggers, structured, pretty]),
        Layer.succeed(References.MinimumLogLevel, "Trace"),
      ]),
    )
    if (exit._tag === "Failure") {
      output.push(Cause.pretty(exit.cause), ...printed(exit), ...printed(exit.cause))
      for (const error of Cause.prettyErrors(exit.cause)) output.push(...printed(error))
      output.push(...printed(Option.getOrUndefined(Cause.findErrorOption(exit.cause))))
    }
    for (const { attributes, events, name, status } of spans) {
      output.push(name, Util.inspect([...attributes], { depth: 12 }), Util.inspect([events, status], { depth: 12 }))
    }
    output.push(Util.inspect(yield* Metric.snapshot, { depth: 12 }))
    return { output, spans, exit }
  })

/** A message of the service may repeat what it was sent: the name is a word like any other where it was not. */
const echo = ({ body }: Case) => {
  const repeated = body !== undefined && "Name" in body ? [...numbers, name] : numbers
  return JSON.stringify({ Code: "Echo", Message: `refused ${repeated.join(" and ")}` })
}

/** AWS explains a wrong signature by what it expected: all that was signed, the signature too, and in its request id. */
const repeating =
  (status: number, body: string): Handler =>
  (request, response) => {
    const id = [...numbers, request.headers["x-amz-security-token"], signatureOf(request), "AKIDCANARY"].join(" ")
    reply(status, body, { "x-amzn-requestid": id, location: "http://127.0.0.1:1/" })(request, response)
  }

const explain: Handler = (request, response) => {
  const signed = Object.entries(request.headers).map(([name, value]) => `${name}:${String(value)}`)
  const Message = ["should have been", request.method, request.target, ...signed, signatureOf(request)].join("\n")
  reply(403, JSON.stringify({ Code: "InvalidSignature", Message }), { "x-amzn-requestid": numbers.join(" ") })(
    request,
    response,
  )
}

const signatureOf = ({ headers }: Received) => headers.authorization?.replace(/^.*Signature=/u, "") ?? "unsigned"

describe.each(Object.entries({ ...clients, "undici dispatcher": UndiciClient.layer() }))(
  "no secret comes out over %s",
  (_, client) => {
    for (const operation of operations) {
      it.live(`of ${operation.name}, done, refused, failed or malformed`, () =>
        Effect.gen(function* () {
          for (const handler of [
            reply(operation.status, operation.answer),
            reply(400, echo(operation)),
            reply(500, echo(operation)),
            reply(200, `["${canaries.join('","')}"]`),
            explain,
            repeating(operation.status, operation.answer),
            repeating(200, "[]"),
            repeating(302, ""),
          ]) {
            const server = yield* start(handler)
            const { output, spans } = yield* listen(
              Effect.provide(
                operation.call,
                HttpRepo.layer({ endpoint: server.url }).pipe(
                  Layer.provide([
                    Credentials.layer({
                      accessKeyId: "AKIDCANARY",
                      secretAccessKey: Redacted.make(secretAccessKey),
                      sessionToken: Redacted.make(sessionToken),
                    }),
                    client,
                  ]),
                ),
              ),
            )
            assert.isAbove(server.received.length, 0)
            assert.isAbove(spans.length, server.received.length)
            const signatures = server.received.map(signatureOf)
            const leaking = output.filter((line) => found([line], signatures).length > 0)
            assert.deepStrictEqual(
              leaking.map((line) => line.slice(0, 4000)),
              [],
            )
          }
        }),
      )
    }
  },
)

describe("the search", () => {
  it.live("finds what is planted in a log line, a span and an error", () =>
    Effect.gen(function* () {
      const leaks = [
        Effect.logTrace("calls +12065550100"),
        Effect.withSpan(Effect.void, "call", { attributes: { number: "%2B12065550100" } }),
        Effect.fail(new BadRequestException({ message: "12065550100 is in use" })),
      ]
      for (const leak of leaks)
        assert.include(found((yield* listen<void, BadRequestException>(leak)).output).join(), "12065550100")
    }),
  )
})
