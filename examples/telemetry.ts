/**
 * Exports the spans and metrics of a call, a repeated attempt among them, to an OpenTelemetry collector.
 */
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as Redacted from "effect/Redacted"
import { once } from "node:events"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"

/** Collects what is exported, and stands in for a service that is unavailable at first. */
const exported: Array<string> = []
const server = createServer(async (request, response) => {
  if (request.url?.startsWith("/v1/")) exported.push(await text(request))
  else response.statusCode = exported.push("") === 1 ? 503 : 404
  response.end("{}")
}).listen(0, "127.0.0.1")
await once(server, "listening")
const address = server.address()
const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`

const Observed = Otlp.layerJson({ baseUrl: url, resource: { serviceName: "ride-calls" } }).pipe(
  Layer.provide(FetchHttpClient.layer),
)
const Live = HttpRepo.layer({ endpoint: url, region: "us-east-1" }).pipe(
  Layer.provide([
    Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("of no use") }),
    Transport.layerFetch(),
  ]),
)

const program = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const error = yield* Effect.flip(repo.get({ voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId: "one" }))
  console.log(error._tag)
}).pipe(Effect.withSpan("call a rider"))

// What was gathered is sent off when the scope of the Layer closes.
await Effect.runPromise(Effect.provide(program, Layer.provideMerge(Live, Observed)))

const found = (pattern: RegExp) => new Set(exported.flatMap((json) => json.match(pattern) ?? []))
console.log(`spans: ${[...found(/(?<="name":")(?:ChimeSDKVoice\.\w+|GET|call a rider)/gu)].join(", ")}`)
console.log(`attributes: ${[...found(/(?<="key":")(?:aws|cloud|error|http|rpc)[\w.]+/gu)].toSorted().join(", ")}`)
console.log(`metrics: ${[...found(/(?<="name":")proxy_session\w+/gu)].toSorted().join(", ")}`)
server.close()
