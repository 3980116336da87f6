/**
 * A set-up by the unmodified AWS SDK for JavaScript: numbers, a Voice Connector, a session on one of them, and the end of all.
 */
import * as Sdk from "@aws-sdk/client-chime-sdk-voice"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { credentials, overMemory, StandIn } from "./stand-in.ts"

const client = Effect.acquireRelease(
  Effect.map(
    StandIn,
    ({ url }) => new Sdk.ChimeSDKVoiceClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 }),
  ),
  (sdk) => Effect.sync(() => sdk.destroy()),
)

layer(overMemory, { excludeTestServices: true })("the AWS SDK for JavaScript", (it) => {
  it.effect(
    "orders numbers, gives them to a connector, has a session on one of them, and takes all of it away again",
    () =>
      Effect.gen(function* () {
        const sdk = yield* client
        yield* Effect.promise(async () => {
          const { E164PhoneNumbers = [] } = await sdk.send(
            new Sdk.SearchAvailablePhoneNumbersCommand({ AreaCode: "206", MaxResults: 2 }),
          )
          assert.lengthOf(E164PhoneNumbers, 2)
          const ordered = await sdk.send(
            new Sdk.CreatePhoneNumberOrderCommand({ ProductType: "VoiceConnector", E164PhoneNumbers }),
          )
          assert.strictEqual(ordered.$metadata.httpStatusCode, 201)
          assert.strictEqual(ordered.PhoneNumberOrder?.OrderType, "New")
          assert.instanceOf(ordered.PhoneNumberOrder?.CreatedTimestamp, Date)
          const { PhoneNumberOrderId } = ordered.PhoneNumberOrder ?? {}
          const { PhoneNumberOrder } = await sdk.send(new Sdk.GetPhoneNumberOrderCommand({ PhoneNumberOrderId }))
          assert.deepStrictEqual(PhoneNumberOrder, ordered.PhoneNumberOrder)
          assert.strictEqual(PhoneNumberOrder?.Status, "Successful")

          const made = await sdk.send(new Sdk.CreateVoiceConnectorCommand({ Name: "Rides", RequireEncryption: true }))
          assert.strictEqual(made.$metadata.httpStatusCode, 201)
          const key = { VoiceConnectorId: made.VoiceConnector?.VoiceConnectorId }
          assert.deepInclude(made.VoiceConnector, { Name: "Rides", RequireEncryption: true, AwsRegion: "us-east-1" })
          const associated = await sdk.send(
            new Sdk.AssociatePhoneNumbersWithVoiceConnectorCommand({
              ...key,
              E164PhoneNumbers: [...E164PhoneNumbers, "+13605550109"],
              ForceAssociate: false,
            }),
          )
          assert.deepStrictEqual(
            associated.PhoneNumberErrors?.map(({ ErrorCode, PhoneNumberId }) => [PhoneNumberId, ErrorCode]),
            [["+13605550109", "NotFound"]],
          )

          const { PhoneNumbers } = await sdk.send(
            new Sdk.ListPhoneNumbersCommand({ FilterName: "VoiceConnectorId", FilterValue: key.VoiceConnectorId }),
          )
          assert.deepStrictEqual(
            PhoneNumbers?.map(({ E164PhoneNumber, OrderId, Status }) => [E164PhoneNumber, OrderId, Status]),
            E164PhoneNumbers.map((number) => [number, PhoneNumberOrderId, "Assigned"]),
          )
          const { PhoneNumberId } = PhoneNumbers?.[0] ?? {}
          const { PhoneNumber } = await sdk.send(new Sdk.GetPhoneNumberCommand({ PhoneNumberId }))
          assert.deepStrictEqual(PhoneNumber, PhoneNumbers?.[0])
          const { E164PhoneNumbers: others = [] } = await sdk.send(
            new Sdk.SearchAvailablePhoneNumbersCommand({ AreaCode: "206", MaxResults: 2 }),
          )
          for (const number of E164PhoneNumbers) assert.notInclude(others, number)

          const updated = await sdk.send(
            new Sdk.UpdateVoiceConnectorCommand({ ...key, Name: "Parcels", RequireEncryption: false }),
          )
          assert.deepInclude(updated.VoiceConnector, { ...key, Name: "Parcels", RequireEncryption: false })
          const { VoiceConnector } = await sdk.send(new Sdk.GetVoiceConnectorCommand(key))
          assert.deepStrictEqual(VoiceConnector, updated.VoiceConnector)
          const { VoiceConnectors } = await sdk.send(new Sdk.ListVoiceConnectorsCommand({ MaxResults: 10 }))
          assert.deepStrictEqual(VoiceConnectors, [updated.VoiceConnector])

          await sdk.send(
            new Sdk.PutVoiceConnectorProxyCommand({
              ...key,
              DefaultSessionExpiryMinutes: 60,
              PhoneNumberPoolCountries: ["US"],
            }),
          )
          const ParticipantPhoneNumbers = ["+14015550101", "+13605550102"]
          const session = await sdk.send(
            new Sdk.CreateProxySessionCommand({ ...key, ParticipantPhoneNumbers, Capabilities: ["Voice"] }),
          )
          const [participant] = session.ProxySession?.Participants ?? []
          assert.include(E164PhoneNumbers, participant?.ProxyPhoneNumber)

          const refused: unknown = await sdk
            .send(new Sdk.DeleteVoiceConnectorCommand(key))
            .catch((error: unknown) => error)
          assert.instanceOf(refused, Sdk.ConflictException)
          const { PhoneNumberErrors } = await sdk.send(
            new Sdk.DisassociatePhoneNumbersFromVoiceConnectorCommand({ ...key, E164PhoneNumbers }),
          )
          assert.deepStrictEqual(PhoneNumberErrors, [])
          const ended = await sdk.send(
            new Sdk.GetProxySessionCommand({ ...key, ProxySessionId: session.ProxySession?.ProxySessionId }),
          )
          assert.strictEqual(ended.ProxySession?.Status, "Closed")
          const deleted = await sdk.send(new Sdk.DeleteVoiceConnectorCommand(key))
          assert.strictEqual(deleted.$metadata.httpStatusCode, 204)
          const gone: unknown = await sdk.send(new Sdk.GetVoiceConnectorCommand(key)).catch((error: unknown) => error)
          assert.instanceOf(gone, Sdk.NotFoundException)
        })
      }),
  )
})
