/**
 * Gets a session, end to end over signed HTTP: the live Layer asks the stand-in as it would have asked AWS.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer } from "node:http"

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example, of no use anywhere") }

/** The service as AWS had it, over memory: any Voice Connector exists, and its numbers are fictional. */
const StandIn = ProxySessionServer.layer({
  authentication: { keys: Authentication.fromRecord({ [key.accessKeyId]: key }) },
}).pipe(
  Layer.provide(MemoryRepo.layer()),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
)

/** The live Layer, pointed at the stand-in instead of at AWS. */
const Live = Layer.unwrap(
  HttpServer.addressFormattedWith((endpoint) => Effect.succeed(HttpRepo.layer({ endpoint, region: "us-east-1" }))),
).pipe(Layer.provide([Credentials.layer(key), Transport.layerFetch(), StandIn]))

const program = Effect.gen(function* () {
  const sessions = yield* ProxySessionRepo
  yield* VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
  const created = yield* sessions.create({
    voiceConnectorId: "abcdef1ghij2klmno3pqr4",
    participantPhoneNumbers: ["+14015550101", "+12065550100"],
    capabilities: ["Voice", "SMS"],
  })

  const session = yield* sessions.get(created)
  const json: unknown = JSON.parse(WireResponse.encode("GetProxySession", session) ?? "null")
  yield* Console.log(JSON.stringify(json, null, 2))

  // Nobody made this one.
  const error = yield* Effect.flip(sessions.get(Fixtures.key))
  yield* Console.log(`${error._tag}: ${error.message}`)
})

await Effect.runPromise(Effect.provide(program, Live))
