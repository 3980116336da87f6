/**
 * Everything that comes out of a client while it works, and what must not be in it.
 */
import { Credentials } from "@proxy-session/http/Credentials"
import type { OptionsError } from "@proxy-session/http/OptionsError"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as NodeTransport from "@proxy-session/http/NodeTransport"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as Transport from "@proxy-session/http/Transport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as Util from "node:util"
import { transports as stock } from "../../packages/http/test/server.ts"

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

/** A value as Node prints it, but whole: by default it leaves out what comes after 100 elements or 10,000 characters. */
const inspectAll = (value: unknown, showHidden = false): string =>
  Util.inspect(value, { depth: 12, showHidden, maxArrayLength: null, maxStringLength: null })

const printed = (value: unknown): ReadonlyArray<string> => [
  String(value),
  JSON.stringify(value) ?? "",
  inspectAll(value, true),
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
    const structured = Logger.map(Logger.formatStructured, (line) => void output.push(inspectAll(line)))
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
      output.push(name, inspectAll([...attributes]), inspectAll([events, status]))
    }
    output.push(inspectAll(yield* Metric.snapshot))
    return { output, spans, exit }
  })

/** Leaves no time between the attempts of a call: chance decides how long it is. */
export const atOnce = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(call, Random.Random, { nextDoubleUnsafe: () => 0, nextIntUnsafe: () => 0 })

/** A Layer of both repositories whose every secret is a canary. */
export const canaried = (
  endpoint: string,
  transport: Layer.Layer<Transport.Transport, OptionsError>,
  options?: HttpRepo.Options,
) =>
  HttpRepo.layer({ endpoint, ...options }).pipe(
    Layer.provide([
      Credentials.layer({
        accessKeyId,
        secretAccessKey: Redacted.make(secretAccessKey),
        sessionToken: Redacted.make(sessionToken),
      }),
      transport,
    ]),
  )

/** What an application may well do: write each request and response to the log and to a span, headers by themselves too. */
const captured = (transport: Layer.Layer<Transport.Transport, OptionsError>) =>
  Layer.effect(
    Transport.Transport,
    Effect.map(Transport.Transport, (transport) =>
      Transport.make({
        ...transport,
        send: (request, ...rest) =>
          Effect.withSpan(Effect.logInfo("sending", request, request.headers), "sending", {
            attributes: { headers: Util.inspect(request.headers), json: JSON.stringify(request) },
          }).pipe(
            Effect.andThen(transport.send(request, ...rest)),
            Effect.tap((response) => Effect.logInfo("received", response)),
            Effect.tapError((failure) => Effect.logInfo("failed", failure, inspectAll(failure))),
          ),
      }),
    ),
  ).pipe(Layer.provide(transport))

/** The same through a client of Effect's. */
const capturedClient = Layer.effect(
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

/** Every transport, and each of them with what passes it written to the log, too. */
export const transports: Readonly<Record<string, Layer.Layer<Transport.Transport, OptionsError>>> = {
  ...Object.fromEntries(
    Object.entries({
      ...stock,
      NodeTransport: NodeTransport.layer(),
      UndiciTransport: UndiciTransport.layer(),
      "UndiciTransport and FastSigner": Layer.merge(UndiciTransport.layer(), FastSigner.layer()),
    }).flatMap(([name, transport]) => [
      [name, transport],
      [`${name}, captured`, captured(transport)],
    ]),
  ),
  "Effect's fetch, its requests captured": Transport.layerHttpClient().pipe(
    Layer.provide(capturedClient),
    Layer.provide(FetchHttpClient.layer),
  ),
}
