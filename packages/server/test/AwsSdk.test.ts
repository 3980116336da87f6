import {
  ChimeSDKVoiceClient,
  CreateProxySessionCommand,
  DeleteProxySessionCommand,
  GetProxySessionCommand,
  GetVoiceConnectorProxyCommand,
  ListProxySessionsCommand,
  NotFoundException,
  PutVoiceConnectorProxyCommand,
  UpdateProxySessionCommand,
} from "@aws-sdk/client-chime-sdk-voice"
import { assert, layer } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Authentication from "../src/Authentication.ts"
import { connectorId, layerServer, port } from "./support.ts"

const keys = Authentication.fromRecord({
  AKIDEXAMPLE: { secretAccessKey: Redacted.make("example-secret"), sessionToken: Redacted.make("example-token") },
})

const client = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
  Effect.acquireRelease(
    Effect.map(
      port,
      (to) =>
        new ChimeSDKVoiceClient({
          endpoint: `http://127.0.0.1:${to}`,
          region: "us-east-1",
          credentials,
          maxAttempts: 2,
        }),
    ),
    (made) => Effect.sync(() => made.destroy()),
  )
const known = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example-secret", sessionToken: "example-token" }

/** The SDK signs by the machine's clock. */
const onTheMachinesClock = TestClock.withLive(Clock.currentTimeMillis).pipe(Effect.flatMap(TestClock.setTime))

layer(layerServer({ authentication: { keys } }))("the AWS SDK for JavaScript, unmodified", (it) => {
  it.effect("creates, gets, lists, updates and deletes a session", () =>
    Effect.gen(function* () {
      yield* onTheMachinesClock
      const sdk = yield* client(known)
      const ids = { VoiceConnectorId: connectorId, ProxySessionId: "session-1" }
      yield* Effect.promise(async () => {
        await sdk.send(
          new PutVoiceConnectorProxyCommand({
            VoiceConnectorId: connectorId,
            DefaultSessionExpiryMinutes: 60,
            PhoneNumberPoolCountries: ["US"],
          }),
        )
        const { Proxy } = await sdk.send(new GetVoiceConnectorProxyCommand({ VoiceConnectorId: connectorId }))
        assert.deepStrictEqual(Proxy?.PhoneNumberCountries, ["US"])
        const created = await sdk.send(
          new CreateProxySessionCommand({
            VoiceConnectorId: connectorId,
            ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
            Capabilities: ["Voice", "SMS"],
          }),
        )
        const got = await sdk.send(new GetProxySessionCommand(ids))
        assert.strictEqual(got.ProxySession?.CreatedTimestamp?.toISOString(), "2020-04-15T16:10:10.288Z")
        assert.deepStrictEqual(got.ProxySession, created.ProxySession)
        const page = await sdk.send(new ListProxySessionsCommand({ VoiceConnectorId: connectorId, Status: "Open" }))
        assert.deepStrictEqual(page.ProxySessions, [created.ProxySession])
        const updated = await sdk.send(new UpdateProxySessionCommand({ ...ids, Capabilities: ["SMS"] }))
        assert.deepStrictEqual(updated.ProxySession?.Capabilities, ["SMS"])
        await sdk.send(new DeleteProxySessionCommand(ids))
        const error = await sdk.send(new GetProxySessionCommand(ids)).catch((error: unknown) => error)
        assert.instanceOf(error, NotFoundException)
        assert.strictEqual(error.Code, "NotFound")
        assert.isDefined(error.$metadata.requestId)
      })
    }),
  )

  it.effect("is told of a wrong secret by name", () =>
    Effect.gen(function* () {
      yield* onTheMachinesClock
      const sdk = yield* client({ ...known, secretAccessKey: "wrong" })
      const error = yield* Effect.flip(
        Effect.tryPromise({
          try: () => sdk.send(new GetVoiceConnectorProxyCommand({ VoiceConnectorId: connectorId })),
          catch: (error) => (error instanceof Error ? error.name : ""),
        }),
      )
      assert.strictEqual(error, "InvalidSignatureException")
    }),
  )

  it.effect("sets its clock right when it is an hour off, and succeeds", () =>
    Effect.gen(function* () {
      yield* onTheMachinesClock
      yield* TestClock.adjust("1 hour")
      const sdk = yield* client(known)
      const answer = yield* Effect.promise(() =>
        sdk.send(new ListProxySessionsCommand({ VoiceConnectorId: connectorId })),
      )
      assert.strictEqual(answer.$metadata.attempts, 2)
    }),
  )
})
