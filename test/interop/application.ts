/**
 * An application that knows nothing of this project: it says neither where the service is nor who calls it.
 *
 *     node test/interop/application.ts VOICE_CONNECTOR_ID
 */
import { ChimeSDKVoiceClient, CreateProxySessionCommand, GetProxySessionCommand } from "@aws-sdk/client-chime-sdk-voice"

const [VoiceConnectorId] = process.argv.slice(2)
const client = new ChimeSDKVoiceClient()
const created = await client.send(
  new CreateProxySessionCommand({
    VoiceConnectorId,
    ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
    Capabilities: ["Voice"],
  }),
)
const got = await client.send(
  new GetProxySessionCommand({ VoiceConnectorId, ProxySessionId: created.ProxySession?.ProxySessionId }),
)
process.stdout.write(`${got.ProxySession?.Status}\n`)
