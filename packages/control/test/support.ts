/**
 * A stand-in of two accounts on a real port, the SDK for JavaScript as its client, and plain HTTP for its control.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as SDK from "@aws-sdk/client-chime-sdk-voice"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { SessionEvents } from "@proxy-session/repo/SessionEvents"
import { Snapshot } from "@proxy-session/repo/Snapshot"
import { fromRecord } from "@proxy-session/server/Authentication"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Control from "../src/Control.ts"
import * as ControlServer from "../src/ControlServer.ts"

export const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"

export const accounts = ["111122223333", "444455556666"] as const

interface Session {
  readonly proxySessionId: string
  readonly createdTimestamp: string
}

interface Connector {
  voiceConnectorId: string
  readonly pool: ReadonlyArray<{ phoneNumber: string; country: string }>
  readonly sessions: ReadonlyArray<Session>
}

/** What answers hold; each holds some of it. */
export interface Body extends Readonly<Record<string, unknown>> {
  readonly now: string
  readonly message: string
  readonly error: string
  readonly openapi: string
  readonly violations: ReadonlyArray<{ readonly path: string }>
  readonly calls: ReadonlyArray<{ readonly call: string }>
  readonly faults: ReadonlyArray<object>
  readonly requests: ReadonlyArray<{
    readonly [member: string]: unknown
    readonly operation: string | null
    readonly status: number | null
    readonly path: string
    readonly error: { readonly type: string } | null
  }>
  readonly stores: ReadonlyArray<{
    account: string
    connector?: unknown
    readonly connectors: ReadonlyArray<Connector>
  }>
}

export interface Answer {
  readonly status: number
  readonly body: Body
  readonly headers: Headers
}

export class StandIn extends Context.Service<
  StandIn,
  {
    readonly url: string
    readonly control: (
      call: `${string} /${string}`,
      body?: unknown,
      headers?: Readonly<Record<string, string>>,
    ) => Effect.Effect<Answer>
    readonly client: (account: (typeof accounts)[number], maxAttempts?: number) => SDK.ChimeSDKVoiceClient
  }
>()("test/StandIn") {}

export interface Options {
  readonly server?: Partial<ControlServer.ControlServerOptions>
  readonly control?: Partial<Control.ControlOptions>
  readonly memory?: MemoryRepo.MemoryRepoOptions
  readonly basePath?: string
}

const pool = Array.from({ length: 9 }, (_, last) => ({ phoneNumber: `+1913555010${last}`, country: "US" }))

/** What each account begins with: a connector with a configuration. */
export const seed: Control.State = {
  format: "proxy-session-memory/1",
  stores: accounts.map((account) => ({
    account,
    connectors: [
      {
        voiceConnectorId: VoiceConnectorId,
        pool,
        configuration: { defaultSessionExpiryMinutes: 60, phoneNumberCountries: ["US"], disabled: false },
      },
    ],
  })),
}

const request =
  (url: string): StandIn["Service"]["control"] =>
  (call, body, headers = {}) =>
    Effect.promise(async () => {
      const [method = "", path = ""] = call.split(" ")
      const answer = await fetch(`${url}/_proxy-session${path}`, {
        method,
        headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, body: text === "" ? undefined : JSON.parse(text) }
    })

export const layerStandIn = ({ basePath, control, memory, server }: Options = {}) => {
  const http = NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })
  const keys = fromRecord(
    Object.fromEntries(
      accounts.map((account) => [`AK${account}`, { secretAccessKey: Redacted.make("test"), account }]),
    ),
  )
  const serving = Layer.unwrap(
    Effect.gen(function* () {
      const { around, observe } = yield* Control.Control
      const before = yield* ControlServer.make({ version: "1.2.3", ...server })
      return ProxySessionServer.layer({ authentication: { keys }, around, basePath, before, observe })
    }),
  ).pipe(
    Layer.provide(Control.layer({ store: "memory", seed, ...control })),
    Layer.provide(MemoryRepo.layer({ snapshot: Schema.decodeSync(Snapshot)(seed), ...memory })),
    Layer.provide(SessionEvents.layer({ watch: false })),
  )
  const standIn = Layer.effect(
    StandIn,
    HttpServer.addressFormattedWith((url) =>
      Effect.gen(function* () {
        const clients: Array<SDK.ChimeSDKVoiceClient> = []
        yield* Effect.addFinalizer(() => Effect.sync(() => clients.forEach((client) => client.destroy())))
        return {
          url,
          control: request(url),
          client: (account, maxAttempts = 1) => {
            const client = new SDK.ChimeSDKVoiceClient({
              endpoint: `${url}${basePath ?? ""}`,
              region: "us-east-1",
              credentials: { accessKeyId: `AK${account}`, secretAccessKey: "test" },
              maxAttempts,
            })
            clients.push(client)
            return client
          },
        }
      }),
    ),
  )
  return standIn.pipe(Layer.provide(serving), Layer.provide(http))
}

export const create = (client: SDK.ChimeSDKVoiceClient) =>
  Effect.promise(async () => {
    const { ProxySession } = await client.send(
      new SDK.CreateProxySessionCommand({
        VoiceConnectorId,
        ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
        Capabilities: ["Voice"],
      }),
    )
    return ProxySession?.ProxySessionId ?? ""
  })

/** The status of a session, or the name of the error. */
export const statusOf = (client: SDK.ChimeSDKVoiceClient, ProxySessionId: string) =>
  Effect.promise(() =>
    client.send(new SDK.GetProxySessionCommand({ VoiceConnectorId, ProxySessionId })).then(
      ({ ProxySession }) => ProxySession?.Status ?? "",
      (error: Error) => error.name,
    ),
  )

export const list = (client: SDK.ChimeSDKVoiceClient) =>
  Effect.promise(() =>
    client.send(new SDK.ListProxySessionsCommand({ VoiceConnectorId })).then(
      ({ ProxySessions }) => (ProxySessions ?? []).length,
      (error: Error) => error.name,
    ),
  )
