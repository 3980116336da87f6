/**
 * Tests of an application that calls the service by the SDK for JavaScript.
 */
import {
  type ChimeSDKVoiceClient,
  CreateProxySessionCommand,
  GetProxySessionCommand,
  GetVoiceConnectorProxyCommand,
  PutVoiceConnectorProxyCommand,
} from "@aws-sdk/client-chime-sdk-voice"
import { expect, test } from "vitest"
import { standIn } from "./stand-in.ts"

const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"

const aSession = async (client: ChimeSDKVoiceClient) => {
  await client.send(
    new PutVoiceConnectorProxyCommand({
      VoiceConnectorId,
      DefaultSessionExpiryMinutes: 60,
      PhoneNumberPoolCountries: ["US"],
    }),
  )
  const { ProxySession } = await client.send(
    new CreateProxySessionCommand({
      VoiceConnectorId,
      ParticipantPhoneNumbers: ["+12065550100", "+14015550101"],
      Capabilities: ["Voice"],
    }),
  )
  return new GetProxySessionCommand({ VoiceConnectorId, ProxySessionId: ProxySession?.ProxySessionId })
}

test("a throttled call is repeated by the SDK", async () => {
  const { client, fail, requests } = standIn()
  const get = await aSession(client())
  await fail({ operation: "GetProxySession", error: "ThrottledClientException" })
  await client().send(get)
  expect((await requests("?operation=GetProxySession")).map(({ status }) => status)).toEqual([429, 200])
})

test("an expired session", async () => {
  const { advance, client } = standIn()
  const get = await aSession(client())
  await advance("61 minutes")
  expect((await client().send(get)).ProxySession?.Status).toBe("Closed")
})

test("a clean state", async () => {
  const { client, reset } = standIn()
  await aSession(client())
  await reset()
  await expect(client().send(new GetVoiceConnectorProxyCommand({ VoiceConnectorId }))).rejects.toThrow("Unable to find")
})
