/**
 * The whole client but for one part, in a process of its own: `node bench/client/part.ts PART URL WARM_UP_SECONDS SECONDS`.
 *
 * A part is left out by an option, by a Layer that does nothing, or by a module of `without` in the place of the real one.
 * Prints the microseconds of processor time that a call takes, 64 in flight: those of the slice of 50 ms that only a tenth of
 * all slices beat, since whatever else runs on the machine can only make it worse.
 */
import type { OptionsError } from "@proxy-session/http/OptionsError"
import type { Transport } from "@proxy-session/http/Transport"
import * as Layer from "effect/Layer"
import { registerHooks } from "node:module"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import { fibers, promises, ProxySessionId, repo, telemetry, VoiceConnectorId } from "./clients.ts"
import { type Calls, measure } from "./measure.ts"

const [part = "", url = "", warmUp = "2", seconds = "2"] = process.argv.slice(2)

/** The module that a part is, and what is loaded instead. */
const modules: Readonly<Record<string, readonly [module: string, instead: string]>> = {
  "spans and metrics": ["/http/src/internal/observe.ts", "observe.ts"],
  request: ["/protocol/src/WireRequest.ts", "WireRequest.ts"],
  "header map": ["/http/src/internal/receiver.ts", "receiver.ts"],
  "parse, decode and class": ["/protocol/src/WireResponse.ts", "WireResponse.ts"],
  "decode and class": ["/protocol/src/internal/reader.ts", "reader.ts"],
  class: ["/protocol/src/internal/reader.ts", "fields.ts"],
}
const replaced = modules[part]
if (replaced !== undefined) {
  const [module, file] = replaced
  const instead = pathToFileURL(Path.join(import.meta.dirname, "without", file)).href
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context)
      return found.url.endsWith(module) && context.parentURL !== instead ? { ...found, url: instead } : found
    },
  })
}

const [{ layer: fast }, { Signer }, { Response }, Transports, Undici, Effect, { ProxySessionKey }, Input] =
  await Promise.all([
    import("@proxy-session/http/FastSigner"),
    import("@proxy-session/http/Signer"),
    import("@proxy-session/http/Exchange"),
    import("@proxy-session/http/Transport"),
    import("@proxy-session/http/UndiciTransport"),
    import("effect/Effect"),
    import("@proxy-session/domain/ProxySessionRequest"),
    import("@proxy-session/domain/Input"),
  ])
const { getOrThrow } = await import("effect/Result")

/** Answers at once with what the server answered first. */
const ready = async (): Promise<Layer.Layer<Transport>> => {
  const answer = await fetch(`${url}/`)
  const headers = Object.fromEntries(answer.headers)
  const response = new Response({ status: 200, headers }, new Uint8Array(await answer.arrayBuffer()))
  const answered = Effect.succeed(response)
  return Layer.succeed(Transports.Transport, Transports.make({ send: () => Effect.andThen(Effect.yieldNow, answered) }))
}
const signed = Effect.succeed({ "x-amz-date": "20200101T000000Z", authorization: "AWS4-HMAC-SHA256 Signature=none" })

const transport: Layer.Layer<Transport, OptionsError> = part === "transport" ? await ready() : Undici.layer()
const signer = part === "signature" ? Layer.succeed(Signer, () => signed) : fast()
const observed = part === "spans" || part === "spans and metrics" ? Layer.empty : await telemetry()
const limits = part === "deadlines" ? { attemptTimeout: Infinity, operationTimeout: Infinity } : {}
const plain = { voiceConnectorId: VoiceConnectorId, proxySessionId: ProxySessionId }
const input = part === "request" ? getOrThrow(Input.reader(ProxySessionKey)(plain)) : plain

const { call, runtime } = await repo(url, transport, Layer.merge(signer, observed), limits, input)
const calls: Calls =
  part === "fiber"
    ? fibers(call, runtime.runPromise)
    : promises(async () => (await runtime.runPromise(call)).createdTimestamp.epochMilliseconds)
await measure(calls, 64, Number(warmUp))
const slices: Array<number> = []
for (const end = performance.now() + Number(seconds) * 1000; performance.now() < end;) {
  slices.push((await measure(calls, 64, 0.05)).cpuPerCall)
}
slices.sort((one, other) => one - other)
process.stdout.write(`${slices[Math.floor(slices.length / 10)]}\n`)
process.exit(0)
