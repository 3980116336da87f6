/**
 * The clients that are compared, each made only where it is asked for, so that none pays for another's modules.
 *
 * Every one builds, signs and sends `GetProxySession` and checks that the answer has real dates; those that are called
 * floors leave something of that out, as their names say.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type * as HttpClient from "effect/http/HttpClient"

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "an example, of no use anywhere" }
const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"
const ProxySessionId = "123a4bc5-67d8-901e-2f3g-h4ghjk56789l"
const path = `/voice-connectors/${VoiceConnectorId}/proxy-sessions/${ProxySessionId}`

type Make = (url: string) => Promise<() => Promise<boolean>>

const sdk =
  (handler: () => Promise<object>): Make =>
  async (endpoint) => {
    const { ChimeSDKVoiceClient, GetProxySessionCommand } = await import("@aws-sdk/client-chime-sdk-voice")
    const client = new ChimeSDKVoiceClient({ endpoint, region: "us-east-1", credentials: key, ...(await handler()) })
    return async () => {
      const { ProxySession } = await client.send(new GetProxySessionCommand({ VoiceConnectorId, ProxySessionId }))
      return ProxySession?.CreatedTimestamp?.getTime() === 1586967010288
    }
  }

const ours =
  (
    client: () => Promise<Layer.Layer<HttpClient.HttpClient>>,
    signer: () => Promise<Layer.Layer<never>> = async () => Layer.empty,
  ): Make =>
  async (endpoint) => {
    const [{ Credentials }, HttpRepo, { ProxySessionRepo }, { ProxySessionKey }] = await Promise.all([
      import("@proxy-session/http/Credentials"),
      import("@proxy-session/http/HttpRepo"),
      import("@proxy-session/repo/ProxySessionRepo"),
      import("@proxy-session/domain/ProxySessionRequest"),
    ])
    const runtime = ManagedRuntime.make(
      HttpRepo.layer({ endpoint, region: "us-east-1" }).pipe(
        Layer.provide([
          Credentials.layer({ ...key, secretAccessKey: Redacted.make(key.secretAccessKey) }),
          await client(),
          await signer(),
        ]),
      ),
    )
    const repo = await runtime.runPromise(ProxySessionRepo)
    const session = Effect.runSync(
      ProxySessionKey.decode({ voiceConnectorId: VoiceConnectorId, proxySessionId: ProxySessionId }),
    )
    return async () => {
      const { createdTimestamp } = await runtime.runPromise(repo.get(session))
      return createdTimestamp.epochMilliseconds === 1586967010288
    }
  }

export const clients: Readonly<Record<string, Make>> = {
  "AWS SDK": sdk(async () => ({})),
  "AWS SDK, fetch": sdk(async () => {
    const { FetchHttpHandler } = await import("@smithy/fetch-http-handler")
    return { requestHandler: new FetchHttpHandler() }
  }),
  "ours, fetch": ours(async () => (await import("effect/http/FetchHttpClient")).layer),
  "ours, undici": ours(async () => (await import("@effect/platform-node/NodeHttpClient")).layerUndici),
  "ours, node:http": ours(async () =>
    (await import("@effect/platform-node/NodeHttpClient")).layerNodeHttpOptions({ keepAlive: true }),
  ),
  "ours, recommended": ours(async () => (await import("@proxy-session/http/UndiciClient")).layer()),
  "ours, recommended, NodeSigner": ours(
    async () => (await import("@proxy-session/http/UndiciClient")).layer(),
    async () => (await import("@proxy-session/http/NodeSigner")).layer,
  ),
  "ours, recommended, DirectSigner": ours(
    async () => (await import("@proxy-session/http/UndiciClient")).layer(),
    async () => (await import("@proxy-session/http/DirectSigner")).layer,
  ),
  "floor: undici, unsigned": async (endpoint) => {
    const { Pool } = await import("@effect/platform-node/Undici")
    const pool = new Pool(endpoint, { connections: 64 })
    return async () => {
      const { body } = await pool.request({ path, method: "GET" })
      const json = JSON.parse(await body.text())
      return json.ProxySession.CreatedTimestamp === "2020-04-15T16:10:10.288Z"
    }
  },
}
