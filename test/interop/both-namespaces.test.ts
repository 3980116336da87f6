/**
 * The AWS SDK for JavaScript over fetch, its retries, and what one namespace or region sees of another.
 */
import * as Sdk from "@aws-sdk/client-chime-sdk-voice"
import { assert, layer } from "@effect/vitest"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import { Faulty } from "@proxy-session/repo/Faulty"
import { FetchHttpHandler } from "@smithy/fetch-http-handler"
import * as Effect from "effect/Effect"
import { credentials, overBoth, StandIns } from "./stand-in.ts"

const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"
const configuration = { VoiceConnectorId, DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }

const client = Effect.fnUntraced(function* (options: Partial<Sdk.ChimeSDKVoiceClientConfig> = {}) {
  const { "chime-sdk-voice": endpoint } = yield* StandIns
  return yield* Effect.acquireRelease(
    Effect.sync(() => new Sdk.ChimeSDKVoiceClient({ endpoint, region: "us-east-1", credentials, ...options })),
    (sdk) => Effect.sync(() => sdk.destroy()),
  )
})

layer(overBoth, { excludeTestServices: true })("the AWS SDK for JavaScript", (it) => {
  it.effect("over fetch signs what the server verifies", () =>
    Effect.gen(function* () {
      const sdk = yield* client({ requestHandler: new FetchHttpHandler() })
      const got = yield* Effect.promise(async () => {
        await sdk.send(new Sdk.PutVoiceConnectorProxyCommand(configuration))
        const { ProxySession } = await sdk.send(
          new Sdk.CreateProxySessionCommand({
            VoiceConnectorId,
            ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
            Capabilities: ["Voice"],
            Name: "Trip 1",
          }),
        )
        const ids = { VoiceConnectorId, ProxySessionId: ProxySession?.ProxySessionId }
        const { ProxySession: read } = await sdk.send(new Sdk.GetProxySessionCommand(ids))
        assert.deepStrictEqual(read, ProxySession)
        await sdk.send(new Sdk.DeleteProxySessionCommand(ids))
        return sdk.send(new Sdk.GetProxySessionCommand(ids)).catch((error: unknown) => error)
      })
      assert.instanceOf(got, Sdk.NotFoundException)
    }),
  )

  for (const Exception of [
    ServiceError.ServiceUnavailableException,
    ServiceError.ServiceFailureException,
    ServiceError.ThrottledClientException,
  ]) {
    const failure = new Exception({ message: "Try later" })
    it.effect(`tries again after a ${failure._tag} and then succeeds`, () =>
      Effect.gen(function* () {
        const sdk = yield* client()
        const faulty = yield* Faulty
        yield* faulty.next("ListProxySessions", { error: failure })
        const { $metadata } = yield* Effect.promise(() =>
          sdk.send(new Sdk.ListProxySessionsCommand({ VoiceConnectorId })),
        )
        assert.strictEqual($metadata.httpStatusCode, 200)
        assert.strictEqual($metadata.attempts, 2)
      }),
    )
  }

  it.effect("does not try again after a BadRequestException", () =>
    Effect.gen(function* () {
      const sdk = yield* client()
      const error = yield* Effect.promise(() =>
        sdk
          .send(new Sdk.ListProxySessionsCommand({ VoiceConnectorId, MaxResults: 101 }))
          .catch((error: unknown) => error),
      )
      assert.instanceOf(error, Sdk.BadRequestException)
      assert.strictEqual(error.$metadata.attempts, 1)
    }),
  )

  it.effect("sees nothing of the other namespace", () =>
    Effect.gen(function* () {
      const { chime } = yield* StandIns
      const legacy = yield* client({ endpoint: chime })
      const voice = yield* client()
      const connector = { VoiceConnectorId: "apart1ghij2klmno3pqr4" }
      const error = yield* Effect.promise(async () => {
        await legacy.send(new Sdk.PutVoiceConnectorProxyCommand({ ...configuration, ...connector }))
        await legacy.send(new Sdk.GetVoiceConnectorProxyCommand(connector))
        return voice.send(new Sdk.GetVoiceConnectorProxyCommand(connector)).catch((error: unknown) => error)
      })
      assert.instanceOf(error, Sdk.NotFoundException)
    }),
  )

  it.effect("sees nothing of another region", () =>
    Effect.gen(function* () {
      const here = yield* client()
      const abroad = yield* client({ region: "eu-central-1" })
      const error = yield* Effect.promise(async () => {
        await here.send(new Sdk.PutVoiceConnectorProxyCommand(configuration))
        return abroad.send(new Sdk.GetVoiceConnectorProxyCommand({ VoiceConnectorId })).catch((error: unknown) => error)
      })
      assert.instanceOf(error, Sdk.NotFoundException)
    }),
  )
})
