/**
 * Everything that comes out of a client while it works, and what must not be in it.
 */
import { Credentials } from "@proxy-session/http/Credentials"
import type { OptionsError } from "@proxy-session/http/OptionsError"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as NodeClient from "@proxy-session/http/NodeClient"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as UndiciClient from "@proxy-session/http/UndiciClient"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as Util from "node:util"
import { clients } from "../../packages/http/test/server.ts"

export const secretAccessKey = "canary+secret/key="
export const accessKeyId = "AKIDCANARY"
export const sessionToken = "canary+session/token="
export const name = "Trip 12345 Jane"
/** The numbers of the requests and answers. */
export const numbers = ["+14015550101", "+12065550100", "+19135550199", "+12065550142"]

/** What must not come out. */
export const canaries = [...numbers, name, secretAccessKey, sessionToken, accessKeyId, "Signature=", "a+b/c=d e&f"]

/** However somebody may write them: as they are, for a URL in letters of either case, for a form. */
const spellings = canaries.flatMap((canary) => {
  const escaped = encodeURIComponent(canary)
  const lower = escaped.replace(/%../gu, (escape) => escape.toLowerCase())
  return [canary, canary.replace(/^\+/u, ""), escaped, lower, escaped.replaceAll("%20", "+")]
})

export const found = (output: ReadonlyArray<string>, more: ReadonlyArray<string> = []) =>
  [...spellings, ...more].filter((spelling) => output.some((line) => line.includes(spelling)))

const printed = (value: unknown): ReadonlyArray<string> => [
  String(value),
  JSON.stringify(value) ?? "",
  Util.inspect(value, { depth: 12, showHidden: true }),
  ...(value instanceof Error ? [value.message, value.stack ?? "", ...(value.cause ? printed(value.cause) : [])] : []),
]

/** Everything that comes out while an effect runs. */
export const listen = <A, E>(effect: Effect.Effect<A, E>) =>
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

/** A Layer of both repositories whose every secret is a canary. */
export const canaried = (
  endpoint: string,
  client: Layer.Layer<HttpClient.HttpClient, OptionsError>,
  options?: HttpRepo.Options,
) =>
  HttpRepo.layer({ endpoint, ...options }).pipe(
    Layer.provide([
      Credentials.layer({
        accessKeyId,
        secretAccessKey: Redacted.make(secretAccessKey),
        sessionToken: Redacted.make(sessionToken),
      }),
      client,
    ]),
  )

/** What an application may well do: trace its requests and write their headers to the log. */
const capturing = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    HttpClient.HttpClient,
    HttpClient.tapRequest((request) =>
      Effect.withSpan(Effect.logInfo("sending", request.headers), "sending", {
        attributes: { headers: Util.inspect(request.headers), json: JSON.stringify(request.headers) },
      }),
    ),
  ),
)

/** Every transport, and each of them with the headers of requests written to the log, too. */
export const transports: Readonly<Record<string, Layer.Layer<HttpClient.HttpClient, OptionsError>>> =
  Object.fromEntries(
    Object.entries({
      ...clients,
      NodeClient: NodeClient.layer(),
      UndiciClient: UndiciClient.layer(),
      "UndiciClient and FastSigner": Layer.merge(UndiciClient.layer(), FastSigner.layer()),
    }).flatMap(([name, client]) => [
      [name, client],
      [`${name}, its headers captured`, Layer.provide(capturing, client)],
    ]),
  )
