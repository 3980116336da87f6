/**
 * A gateway on a free port over a store in memory, at the time of the fixtures, with their two sessions.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { raw } from "../../../server/test/support.ts"
import * as Gateway from "../../src/Gateway.ts"
import { fixtures, type RawRequest, twilioSignature } from "./fixtures.ts"

export const alice = "+12025550143"
export const bob = "+14155550172"
export const proxy = "+13125550117"
export const stranger = "+16175550199"
export const fallback = "+18005550111"
export const publicUrl = "https://mask.example.test"
export const routeToken = "example-route-token"

/** The ids of what the fixtures' scene is made of. */
export class Scene extends Context.Service<
  Scene,
  { readonly voiceConnectorId: string; readonly proxySessionId: string }
>()("test/Scene") {}

const setUp = Effect.gen(function* () {
  yield* TestClock.setTime((fixtures[0]?.about.clock ?? 0) * 1000)
  const connectors = yield* VoiceConnectors
  const repo = yield* ProxySessionRepo
  const { voiceConnectorId } = yield* connectors.create({ name: "Calls", requireEncryption: false })
  const e164PhoneNumbers = [proxy, "+447700900117"]
  yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers })
  yield* connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers })
  yield* VoiceConnectorProxyRepo.use((proxies) =>
    proxies.put({ voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US", "GB"] }),
  )
  const create = (participantPhoneNumbers: readonly [string, string], country: string) =>
    repo.create({
      voiceConnectorId,
      participantPhoneNumbers,
      capabilities: ["Voice", "SMS"],
      geoMatchLevel: "Country",
      geoMatchParams: { country, areaCode: "312" },
    })
  const { proxySessionId } = yield* create([alice, bob], "US")
  yield* create(["+447700900143", "+447700900172"], "GB")
  return { voiceConnectorId, proxySessionId }
})

/** All carriers of the fixtures, with the keys of the fixtures. */
export const carriers = fixtures.map(({ carrier }) => carrier)

/** A gateway over any store that is provided. */
export const layerServed = (options: Partial<Gateway.GatewayOptions> = {}) =>
  Gateway.layer({ carriers, publicUrl, routeTokens: [Redacted.make(routeToken)], ...options }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
  )

/** A gateway over the scene. */
export const layerGateway = (options: Partial<Gateway.GatewayOptions> = {}) =>
  layerServed(options).pipe(Layer.provideMerge(Layer.effect(Scene, setUp)), Layer.provideMerge(MemoryRepo.layer()))

/** Sends a request to the gateway: its path and query are those of the URL. */
export const send = ({ body, headers, method, url }: RawRequest) => {
  const target = url.replace(/^https?:\/\/[^/]+/u, "")
  const content = Buffer.from(body)
  const rest = headers.filter(([name]) => name.toLowerCase() !== "content-length")
  return raw(
    [
      `${method} ${target} HTTP/1.1`,
      ...(rest.some(([name]) => name.toLowerCase() === "host") ? [] : ["Host: gateway.internal"]),
      ...rest.map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${content.byteLength}`,
      "Connection: close",
      "",
      "",
    ].join("\r\n"),
    content,
  )
}

/** A call or text that Twilio sends, signed; `token` is the one of the fixtures unless another is given. */
export const twilio = (
  path: string,
  members: Readonly<Record<string, string>> | Iterable<readonly [string, string]>,
  token = fixtures[0]?.secrets["authToken"] ?? "",
) => {
  const pairs = Symbol.iterator in members ? [...members] : Object.entries(members)
  const url = `${publicUrl}${path}`
  return send({
    method: "POST",
    url,
    headers: [
      ["Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"],
      ["X-Twilio-Signature", twilioSignature(token, url, pairs)],
    ],
    body: new URLSearchParams(pairs.map(([...pair]) => pair)).toString(),
  })
}

/** A request to the JSON endpoint. */
export const api = (method: string, target: string, body?: unknown, token = routeToken) =>
  send({
    method,
    url: `${publicUrl}${target}`,
    headers: [
      ["Authorization", `Bearer ${token}`],
      ...(body === undefined ? [] : [["Content-Type", "application/json"] as const]),
    ],
    body: body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body),
  })
