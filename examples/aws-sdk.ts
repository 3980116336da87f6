/**
 * Serves an unmodified AWS SDK: code written against AWS goes on working when its endpoint is the stand-in.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Sdk from "@aws-sdk/client-chime-sdk-voice"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "an example, of no use anywhere" }

/** What somebody wrote years ago, and nobody wants to touch. */
const legacy = async (client: Sdk.ChimeSDKVoiceClient) => {
  const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"
  await client.send(
    new Sdk.PutVoiceConnectorProxyCommand({
      VoiceConnectorId,
      DefaultSessionExpiryMinutes: 60,
      PhoneNumberPoolCountries: ["US"],
    }),
  )
  const ParticipantPhoneNumbers = ["+14015550101", "+12065550100"]
  for (const Name of ["Trip 1", "Trip 2"]) {
    await client.send(
      new Sdk.CreateProxySessionCommand({ VoiceConnectorId, ParticipantPhoneNumbers, Name, Capabilities: ["Voice"] }),
    )
  }
  for await (const page of Sdk.paginateListProxySessions({ client, pageSize: 1 }, { VoiceConnectorId })) {
    for (const { ExpiryMinutes, Name, Status } of page.ProxySessions ?? []) {
      console.log(`${Name}: ${Status} for ${ExpiryMinutes} minutes`)
    }
  }
  const missing = new Sdk.GetProxySessionCommand({ VoiceConnectorId, ProxySessionId: "no-such-session" })
  await client.send(missing).catch((error: unknown) => {
    if (error instanceof Sdk.NotFoundException) console.log(`${error.name} ${error.Code}: ${error.message}`)
  })
}

const StandIn = ProxySessionServer.layer({
  authentication: {
    keys: Authentication.fromRecord({
      [credentials.accessKeyId]: { secretAccessKey: Redacted.make(credentials.secretAccessKey) },
    }),
  },
}).pipe(
  Layer.provide(MemoryRepo.layer()),
  Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
)

const program = HttpServer.addressFormattedWith((endpoint) =>
  Effect.promise(() => legacy(new Sdk.ChimeSDKVoiceClient({ endpoint, region: "us-east-1", credentials }))),
)

await Effect.runPromise(Effect.provide(program, StandIn))
