/**
 * The clients that are compared, each made only where it is asked for, so that none pays for another's modules.
 *
 * Every one builds, signs and sends `GetProxySession` and checks that the answer has the right dates, each as its users
 * would call it: a promise for each call, or for ours fibers of one runtime. Those that are called floors leave
 * something of that out, as their names say. All have the defaults that they come with, but for keys and endpoint.
 */
import type { OptionsError } from "@proxy-session/http/OptionsError"
import type { Transport } from "@proxy-session/http/Transport"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type { HttpClient } from "effect/http/HttpClient"
import type { Span } from "effect/Tracer"
import type { Options } from "@proxy-session/http/HttpRepo"
import type { InputOf } from "@proxy-session/domain/Operations"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import * as Floors from "./floors.ts"
import { key, region } from "./floors.ts"
import type { Calls } from "./measure.ts"

export const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"
export const ProxySessionId = "123a4bc5-67d8-901e-2f3g-h4ghjk56789l"
const path = `/voice-connectors/${VoiceConnectorId}/proxy-sessions/${ProxySessionId}` as const
const created = 1586967010288

/** Makes a client of the server at a URL. */
export type Make = (url: string) => Promise<Calls>

/** A client that is called for a promise. */
export const promises =
  (call: () => Promise<number | undefined>): Calls =>
  async (inFlight, goesOn, took) => {
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let begun = performance.now(); goesOn(begun);) {
          if ((await call()) !== created) throw new Error("a call gave a wrong answer")
          const ended = performance.now()
          took(ended - begun)
          begun = ended
        }
      }),
    )
  }

/** A client that is an effect. */
export const fibers =
  <E>(call: Effect.Effect<ProxySession, E>, run: (effect: Effect.Effect<void, E>) => Promise<void>): Calls =>
  (inFlight, goesOn, took) => {
    const calls = Effect.suspend(() => {
      let begun = performance.now()
      return Effect.whileLoop({
        while: () => goesOn(begun),
        body: () => call,
        step: (session) => {
          if (session.createdTimestamp.epochMilliseconds !== created) throw new Error("a call gave a wrong answer")
          const ended = performance.now()
          took(ended - begun)
          begun = ended
        },
      })
    })
    return run(Effect.all(Array<typeof calls>(inFlight).fill(calls), { concurrency: "unbounded", discard: true }))
  }

const sdk =
  (handler: () => Promise<object>): Make =>
  async (endpoint) => {
    const { ChimeSDKVoiceClient, GetProxySessionCommand } = await import("@aws-sdk/client-chime-sdk-voice")
    const client = new ChimeSDKVoiceClient({ endpoint, region, credentials: key, ...(await handler()) })
    return promises(async () => {
      const { ProxySession } = await client.send(new GetProxySessionCommand({ VoiceConnectorId, ProxySessionId }))
      return ProxySession?.CreatedTimestamp?.getTime()
    })
  }

/** The live Layer as shipped: retries, deadlines, redaction and decoding of errors in place. */
export const repo = async (
  endpoint: string,
  client: Layer.Layer<Transport, OptionsError>,
  more: Layer.Layer<never>,
  options: Options = {},
  input: InputOf["GetProxySession"] = { voiceConnectorId: VoiceConnectorId, proxySessionId: ProxySessionId },
) => {
  const [{ Credentials }, HttpRepo, { ProxySessionRepo }] = await Promise.all([
    import("@proxy-session/http/Credentials"),
    import("@proxy-session/http/HttpRepo"),
    import("@proxy-session/repo/ProxySessionRepo"),
  ])
  const runtime = ManagedRuntime.make(
    HttpRepo.layer({ endpoint, region, ...options }).pipe(
      Layer.provide([Credentials.layer({ ...key, secretAccessKey: Redacted.make(key.secretAccessKey) }), client]),
      Layer.provideMerge(more),
    ),
  )
  const { get } = await runtime.runPromise(ProxySessionRepo)
  return { call: get(input), runtime }
}

const ours =
  (
    client: () => Promise<Layer.Layer<Transport, OptionsError>>,
    more: () => Promise<Layer.Layer<never>> = async () => Layer.empty,
    options?: Options,
    around: (call: Effect.Effect<ProxySession, ProxySessionError>) => typeof call = identity,
  ): Make =>
  async (endpoint) => {
    const { call, runtime } = await repo(endpoint, await client(), await more(), options)
    return fibers<ProxySessionError>(around(call), runtime.runPromise)
  }

const undiciClient = async (connections?: number) =>
  (await import("@proxy-session/http/UndiciTransport")).layer({ connections })

/** A transport over a client of Effect's. */
const over = async (client: Layer.Layer<HttpClient>): Promise<Layer.Layer<Transport>> =>
  Layer.provide((await import("@proxy-session/http/Transport")).layerHttpClient(), client)

/** A tracer that has somebody to tell, and a reader of metrics that comes by each second. */
export const telemetry = async (): Promise<Layer.Layer<never>> => {
  const [Metric, Schedule, Tracer] = await Promise.all([
    import("effect/Metric"),
    import("effect/Schedule"),
    import("effect/Tracer"),
  ])
  const ended: Array<string> = []
  class Told extends Tracer.NativeSpan {
    override end(...args: Parameters<Span["end"]>): void {
      super.end(...args)
      if (ended.push(this.spanId) === 512) ended.length = 0
    }
  }
  const reader = Metric.snapshot.pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)
  return Layer.merge(
    Layer.succeed(Tracer.Tracer, Tracer.make({ span: (options) => new Told(options) })),
    Layer.effectDiscard(reader),
  )
}

/** The spans that a traced call makes and their attributes, as Effect alone makes them: no id is kept, nothing is told of an end. */
const underSpans = <A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  const server = { "server.address": "127.0.0.1", "server.port": 80 }
  const attempt = { "http.request.method": "GET", ...server, "http.response.status_code": 200, "aws.request_id": "" }
  const operation = { "rpc.system.name": "aws-api", "rpc.method": "ChimeSDKVoice/GetProxySession", ...server }
  return call.pipe(
    Effect.withSpan("GET", { kind: "client", attributes: attempt }),
    Effect.withSpan("ChimeSDKVoice.GetProxySession", {
      kind: "client",
      attributes: { ...operation, "cloud.region": region, "aws.request_id": "" },
    }),
  )
}

const floor =
  (make: typeof Floors.unsigned): Make =>
  async (url) =>
    promises(await make(url, { VoiceConnectorId, ProxySessionId }))

export const floors = {
  smithy: "floor: undici, smithy",
  hand: "floor: undici, signed by hand",
  unsigned: "floor: undici, unsigned",
  fetchSmithy: "floor: fetch, smithy",
  fetch: "floor: fetch, signed by hand",
} as const
export const fastest = "ours, UndiciTransport, FastSigner"
export const reference = "AWS SDK"
export const recommended = "ours, UndiciTransport"
export const ceiling = "the server's ceiling"

export const clients: Readonly<Record<string, Make>> = {
  [reference]: sdk(async () => ({})),
  "AWS SDK, fetch": sdk(async () => {
    const { FetchHttpHandler } = await import("@smithy/fetch-http-handler")
    return { requestHandler: new FetchHttpHandler() }
  }),
  aws4fetch: async (url) => {
    const { AwsClient } = await import("aws4fetch")
    const client = new AwsClient({ ...key, service: "chime", region })
    return promises(async () =>
      Date.parse((await (await client.fetch(url + path)).json()).ProxySession.CreatedTimestamp),
    )
  },
  "ours, fetch": ours(async () => (await import("@proxy-session/http/Transport")).layerFetch()),
  "ours, Effect's fetch": ours(async () => over((await import("effect/http/FetchHttpClient")).layer)),
  "ours, Effect's undici": ours(async () => over((await import("@effect/platform-node/NodeHttpClient")).layerUndici)),
  "ours, Effect's node:http": ours(async () =>
    over((await import("@effect/platform-node/NodeHttpClient")).layerNodeHttpOptions({ keepAlive: true })),
  ),
  "ours, NodeTransport": ours(async () => (await import("@proxy-session/http/NodeTransport")).layer()),
  [recommended]: ours(() => undiciClient()),
  [fastest]: ours(
    () => undiciClient(),
    async () => (await import("@proxy-session/http/FastSigner")).layer(),
  ),
  "ours, UndiciTransport, traced and measured": ours(() => undiciClient(), telemetry),
  "ours, UndiciTransport, under Effect's bare spans": ours(() => undiciClient(), undefined, undefined, underSpans),
  "ours, UndiciTransport, a promise for each call": async (endpoint) => {
    const { call, runtime } = await repo(endpoint, await undiciClient(), Layer.empty)
    return promises(async () => (await runtime.runPromise(call)).createdTimestamp.epochMilliseconds)
  },
  [floors.smithy]: floor(Floors.smithySigned),
  [floors.hand]: floor(Floors.handSigned),
  [floors.unsigned]: floor(Floors.unsigned),
  [floors.fetchSmithy]: floor(Floors.smithySignedFetch),
  [floors.fetch]: floor(Floors.handSignedFetch),
  [ceiling]: async (url) => (await import("./ceiling.ts")).calls(url, path),
}

/** Those that open a socket for each call, however many there are. */
export const unlimited: Readonly<Record<string, Make>> = {
  [reference]: sdk(async () => {
    const { Agent } = await import("node:http")
    return { requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: Infinity }) } }
  }),
  // On a busy machine it takes them longer than an attempt's time to be sent.
  [recommended]: ours(() => undiciClient(65_536), undefined, {
    attemptTimeout: "1 minute",
    operationTimeout: "1 minute",
  }),
}
