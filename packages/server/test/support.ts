/**
 * What the tests of this package share: a tiny repository, two ways to sign, and a socket that sends bytes as they are.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { NotFoundException } from "@proxy-session/domain/ServiceError"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { isUnixPathAddress } from "effect/net/NetAddress"
import { createHash, createHmac } from "node:crypto"
import { connect } from "node:net"
import * as NodeServer from "../src/NodeServer.ts"
import * as ProxySessionServer from "../src/ProxySessionServer.ts"

export const connectorId = "abcdef1ghij2klmno3pqr4"
export const sessionsPath = `/voice-connectors/${connectorId}/proxy-sessions`
export const proxyPath = `/voice-connectors/${connectorId}/programmable-numbers/proxy`
export const creation = { ParticipantPhoneNumbers: ["+14015550101", "+12065550100"], Capabilities: ["Voice", "SMS"] }

/** What a test can see and set of the repository behind the server. */
export class Stub extends Context.Service<
  Stub,
  { readonly calls: Array<string>; readonly tenants: Array<Tenant>; instead: Effect.Effect<never> | undefined }
>()("test/Stub") {}

const at = DateTime.makeUnsafe("2020-04-15T16:10:10.288Z")
const missing = new NotFoundException({ message: "Unable to find the requested identifier", code: "NotFound" })

const make = () => {
  const stub: Stub["Service"] = { calls: [], tenants: [], instead: undefined }
  const sessions = new Map<string, ProxySession>()
  const proxies = new Map<string, ProxyConfiguration>()
  const call = <A, E>(name: string, run: () => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.flatMap(Tenant, (tenant) => {
      stub.calls.push(name)
      stub.tenants.push(tenant)
      return stub.instead ?? run()
    })
  const found = <A>(value: A | undefined) => (value === undefined ? Effect.fail(missing) : Effect.succeed(value))
  return Context.make(Stub, stub).pipe(
    Context.add(
      ProxySessionRepo.ProxySessionRepo,
      ProxySessionRepo.make({
        create: (request) =>
          call("create", () => {
            const session = new ProxySession({
              voiceConnectorId: request.voiceConnectorId,
              proxySessionId: ProxySessionId.make(`session-${sessions.size + 1}`),
              status: "Open",
              capabilities: request.capabilities.toSorted(),
              expiryMinutes: request.expiryMinutes ?? ExpiryMinutes.make(60),
              createdTimestamp: at,
              updatedTimestamp: at,
              participants: request.participantPhoneNumbers.map(
                (phoneNumber) => new Participant({ phoneNumber, proxyPhoneNumber: PhoneNumber.make("+19135550199") }),
              ),
            })
            sessions.set(session.proxySessionId, session)
            return Effect.succeed(session)
          }),
        get: (key) => call("get", () => found(sessions.get(key.proxySessionId))),
        list: ({ maxResults = 100 }) =>
          call("list", () =>
            Effect.succeed(new ProxySessionPage({ proxySessions: [...sessions.values()].slice(0, maxResults) })),
          ),
        update: ({ capabilities, proxySessionId }) =>
          call("update", () =>
            Effect.map(found(sessions.get(proxySessionId)), (session) => {
              const updated = new ProxySession({ ...session, capabilities })
              sessions.set(proxySessionId, updated)
              return updated
            }),
          ),
        delete: (key) =>
          call("delete", () => (sessions.delete(key.proxySessionId) ? Effect.void : Effect.fail(missing))),
      }),
    ),
    Context.add(
      VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
      VoiceConnectorProxyRepo.make({
        put: (request) =>
          call("putProxy", () => {
            const {
              voiceConnectorId,
              defaultSessionExpiryMinutes,
              phoneNumberPoolCountries,
              disabled = false,
            } = request
            const proxy = new ProxyConfiguration({
              defaultSessionExpiryMinutes,
              disabled,
              phoneNumberCountries: phoneNumberPoolCountries,
            })
            proxies.set(voiceConnectorId, proxy)
            return Effect.succeed(proxy)
          }),
        get: (key) => call("getProxy", () => found(proxies.get(key.voiceConnectorId))),
        delete: (key) => call("deleteProxy", () => Effect.sync(() => void proxies.delete(key.voiceConnectorId))),
      }),
    ),
  )
}

export const layerStub = Layer.effectContext(Effect.sync(make))

/** The server on a free port, on the clock of the test. */
export const layerServer = (
  options: ProxySessionServer.ProxySessionServerOptions,
  limits: Partial<NodeServer.Limits> = {},
) =>
  ProxySessionServer.layer(options).pipe(
    Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(limits), { host: "127.0.0.1", port: 0 })),
    Layer.provideMerge(layerStub),
  )

export const port = Effect.map(HttpServer.HttpServer, ({ address }) => {
  if (isUnixPathAddress(address)) throw new Error("no port")
  return address.port
})

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: Json
}

/** The members that tests look at, of whatever came; none if it was no JSON. */
export interface Json {
  readonly Code?: string
  readonly Message?: string
  readonly NextToken?: string | null
  readonly Proxy?: object
  readonly ProxySession?: Readonly<Record<string, unknown>>
  readonly ProxySessions?: ReadonlyArray<object>
}

/** Sends bytes over a socket of its own and reads until the other side closes. */
export const raw = Effect.fnUntraced(function* (...chunks: ReadonlyArray<string | Uint8Array>) {
  const to = yield* port
  return yield* Effect.callback<Answer>((resume) => {
    const socket = connect(to, "127.0.0.1")
    const received: Array<Buffer> = []
    const done = () => {
      const [head = "", ...rest] = Buffer.concat(received).toString("utf8").split("\r\n\r\n")
      const [line = "", ...headers] = head.split("\r\n")
      const text = rest.join("\r\n\r\n")
      resume(
        Effect.succeed({
          status: Number(line.split(" ")[1]),
          headers: Object.fromEntries(
            headers.map((header) => [
              header.slice(0, header.indexOf(":")).toLowerCase(),
              header.slice(header.indexOf(":") + 1).trim(),
            ]),
          ),
          text,
          json: text.startsWith("{") ? JSON.parse(text) : {},
        }),
      )
    }
    socket.on("data", (chunk) => received.push(chunk))
    socket.on("close", done)
    socket.on("error", () => {})
    for (const chunk of chunks) socket.write(chunk)
    return Effect.sync(() => socket.destroy())
  })
})

/** A request in HTTP/1.1, after which the server closes the connection. */
export const request = (
  method: string,
  target: string,
  body?: string | Uint8Array,
  headers: ReadonlyArray<string> = [],
) => {
  const content = typeof body === "string" ? Buffer.from(body) : body
  return raw(
    [
      `${method} ${target} HTTP/1.1`,
      "Host: 127.0.0.1",
      "Connection: close",
      ...(content === undefined ? [] : [`Content-Length: ${content.byteLength}`]),
      ...headers,
      "",
      "",
    ].join("\r\n"),
    ...(content === undefined ? [] : [content]),
  )
}

type SourceData = string | ArrayBuffer | ArrayBufferView

const view = (data: SourceData) => (data instanceof ArrayBuffer ? new Uint8Array(data) : data)

/** Smithy's hash over Node's. */
export class Sha256 {
  readonly #hash
  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", view(secret) as string | Uint8Array)
  }
  update(data: SourceData): void {
    this.#hash.update(view(data) as string | Uint8Array)
  }
  reset(): void {}
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()))
  }
}

export interface Signing {
  readonly accessKeyId: string
  readonly secret: string
  readonly date: string
  readonly region: string
  readonly service: string
  /** The day of the scope, where it is not that of the date. */
  readonly day?: string
}

/** Signs the way botocore does: `[content-type;]host;x-amz-date[;x-amz-security-token]`, no hash header. */
export const signLikeBotocore = (
  signing: Signing,
  sent: {
    readonly method: string
    /** The path of the request line, encoded once. */
    readonly path: string
    readonly query?: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
  },
): Readonly<Record<string, string>> => {
  const hmac = (key: string | Uint8Array, text: string) => createHmac("sha256", key).update(text).digest()
  const headers: Record<string, string> = { ...sent.headers, "x-amz-date": signing.date }
  const names = Object.keys(headers).toSorted()
  const scope = [signing.day ?? signing.date.slice(0, 8), signing.region, signing.service, "aws4_request"]
  const canonical = [
    sent.method,
    sent.path.replaceAll("%", "%25"),
    (sent.query ?? "").split("&").toSorted().join("&"),
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    createHash("sha256")
      .update(sent.body ?? "")
      .digest("hex"),
  ].join("\n")
  const toSign = [
    "AWS4-HMAC-SHA256",
    signing.date,
    scope.join("/"),
    createHash("sha256").update(canonical).digest("hex"),
  ]
  const signature = createHmac("sha256", scope.reduce<string | Uint8Array>(hmac, `AWS4${signing.secret}`))
    .update(toSign.join("\n"))
    .digest("hex")
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${signing.accessKeyId}/${scope.join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  }
}
