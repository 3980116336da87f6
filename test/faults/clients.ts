/**
 * The live Layer over every HTTP client that Node has, with times short enough for a test.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import { Credentials } from "@proxy-session/http/Credentials"
import type { OptionsError } from "@proxy-session/http/OptionsError"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as NodeTransport from "@proxy-session/http/NodeTransport"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as Transport from "@proxy-session/http/Transport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const overClient = (client: Layer.Layer<HttpClient.HttpClient>) => Layer.provide(Transport.layerHttpClient(), client)

export const clients = {
  fetch: Transport.layerFetch(),
  "Effect's fetch": overClient(FetchHttpClient.layer),
  "Effect's undici": overClient(NodeHttpClient.layerUndici),
  "Effect's node:http": overClient(NodeHttpClient.layerNodeHttpOptions({ keepAlive: true })),
  NodeTransport: NodeTransport.layer(),
  UndiciTransport: UndiciTransport.layer(),
  // With a signature that is at hand an attempt keeps its time without a fiber of its own.
  "UndiciTransport, FastSigner": Layer.merge(UndiciTransport.layer(), FastSigner.layer()),
  // A dispatcher does not tell when a request begins.
  "a dispatcher": Layer.unwrap(
    Effect.acquireRelease(
      Effect.sync(() => new Undici.Agent({ allowH2: false })),
      (agent) => Effect.promise(() => agent.destroy()),
    ).pipe(Effect.map(UndiciTransport.fromDispatcher)),
  ),
} as const

export type Client = keyof typeof clients

export const names = Object.keys(clients) as ReadonlyArray<Client>

/** A repository of its own, with sockets of its own where the client has any. */
export const live = (client: Client, endpoint: string, options?: HttpRepo.Options) =>
  over(clients[client], endpoint, options)

/** The same over a client that is none of these. */
export const over = (
  client: Layer.Layer<Transport.Transport, OptionsError>,
  endpoint: string,
  options?: HttpRepo.Options,
) =>
  HttpRepo.layer({ endpoint, region: "us-east-1", attemptTimeout: 4000, operationTimeout: 4000, ...options }).pipe(
    Layer.provide([
      Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }),
      Layer.fresh(client),
    ]),
  )

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const key = { voiceConnectorId, proxySessionId: "one" }

/** One call of each kind: two that may be repeated, and the one that may not. */
export const calls = {
  get: ProxySessionRepo.use((repo) => repo.get(key)),
  delete: ProxySessionRepo.use((repo) => repo.delete(key)),
  create: ProxySessionRepo.use((repo) =>
    repo.create({
      voiceConnectorId,
      participantPhoneNumbers: ["+14015550101", "+12065550100"],
      capabilities: ["Voice"],
    }),
  ),
}

/** A session as the service writes it; members that are not given are as they are here. */
export const session = (members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ProxySession: {
      VoiceConnectorId: voiceConnectorId,
      ProxySessionId: "one",
      Status: "Open",
      Capabilities: ["Voice"],
      CreatedTimestamp: "2026-11-23T09:00:00.000Z",
      UpdatedTimestamp: "2026-11-23T09:00:00.000Z",
      ...members,
    },
  })
