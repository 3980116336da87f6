/**
 * The main job: a proxy session, fetched end to end over signed HTTP.
 *
 * The stand-in answers on a free port of this machine, and the live Layer asks it as it would have asked AWS.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
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
  Effect.map(HttpServer.HttpServer, ({ address }) =>
    HttpRepo.layer({ endpoint: HttpServer.formatAddress(address), region: "us-east-1" }),
  ),
).pipe(Layer.provide([Credentials.layer(key), NodeHttpClient.layerUndici]), Layer.provide(StandIn))

const program = Effect.gen(function* () {
  const sessions = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

  yield* proxies.put(
    yield* PutVoiceConnectorProxy.decode({
      voiceConnectorId,
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
    }),
  )
  const created = yield* sessions.create(
    yield* CreateProxySession.decode({
      voiceConnectorId,
      participantPhoneNumbers: ["+14015550101", "+12065550100"],
      capabilities: ["Voice", "SMS"],
    }),
  )

  const session = yield* sessions.get(created)
  const json: unknown = JSON.parse(WireResponse.encode(Operation.GetProxySession, session) ?? "null")
  yield* Console.log(JSON.stringify(json, null, 2))

  const unknown = yield* ProxySessionKey.decode({ voiceConnectorId, proxySessionId: "no-such-session" })
  const error = yield* Effect.flip(sessions.get(unknown))
  yield* Console.log(`${error._tag}: ${error.message}`)
})

program.pipe(Effect.provide(Live), NodeRuntime.runMain)
