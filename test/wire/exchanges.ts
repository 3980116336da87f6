/**
 * Whole exchanges over a socket, as text: each operation, each error that it declares, and what the server refuses. Ids,
 * times and signatures come from a seed, a test clock and an example key, so that the text is always the same.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { OperationName } from "@proxy-session/domain/OperationName"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Effect from "effect/Effect"
import { HttpServer } from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { isUnixPathAddress } from "effect/net/NetAddress"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { connect } from "node:net"
import { failuresOf } from "../declared.ts"
import { type Signing, signLikeBotocore } from "../../packages/server/test/support.ts"

const voice = "voice-chime.us-east-1.amazonaws.com"
const chime = "chime.us-east-1.amazonaws.com"
const connector = "/voice-connectors/abcdef1ghij2klmno3pqr4"
const sessions = `${connector}/proxy-sessions`
const proxy = `${connector}/programmable-numbers/proxy`
/** Stands for the session that was created last. */
const session = `${sessions}/{ProxySessionId}`
/** Stand for the connector and the order that were made last. */
const made = "/voice-connectors/{VoiceConnectorId}"
const ordered = "/phone-number-orders/{PhoneNumberOrderId}"
const [first, second, third] = ["+12065550100", "+12065550101", "+14165550102"]

const signing: Signing = {
  accessKeyId: "AKIDEXAMPLE",
  secret: "example-secret",
  date: "20200415T161010Z",
  region: "us-east-1",
  service: "chime",
}

interface Exchange {
  readonly title: string
  readonly method: string
  readonly target: string
  readonly body?: string
  readonly host?: string
  /** What is signed otherwise than it should be; `false` for no signature. */
  readonly signing?: Partial<Signing> | false
  /** Headers that are added or put in the place of others after signing. */
  readonly headers?: Readonly<Record<string, string>>
  /** The bytes to send, where they are no request. */
  readonly bytes?: string
  readonly before?: Effect.Effect<void, never, Faulty>
}

const put = {
  title: "the proxy is configured",
  method: "PUT",
  target: proxy,
  body: JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }),
}
const create = {
  title: "a session is created",
  method: "POST",
  target: sessions,
  body: JSON.stringify({ ParticipantPhoneNumbers: ["+14015550101", "+12065550100"], Capabilities: ["Voice", "SMS"] }),
}
const get = { title: "a session is got", method: "GET", target: session }
const list = { title: "a listing", method: "GET", target: sessions }
const update = {
  title: "a session is updated",
  method: "POST",
  target: session,
  body: JSON.stringify({ Capabilities: ["Voice"], ExpiryMinutes: 90 }),
}
const remove = { title: "a session is deleted", method: "DELETE", target: session }
const getProxy = { title: "the configuration is got", method: "GET", target: proxy }
const deleteProxy = { title: "the configuration is deleted", method: "DELETE", target: proxy }

const createConnector = {
  title: "a connector is made",
  method: "POST",
  target: "/voice-connectors",
  body: JSON.stringify({ Name: "Rides", RequireEncryption: true }),
}
const getConnector = { title: "the connector is got", method: "GET", target: made }
const listConnectors = { title: "a listing of connectors", method: "GET", target: "/voice-connectors" }
const updateConnector = {
  title: "the connector is updated",
  method: "PUT",
  target: made,
  body: JSON.stringify({ Name: "Parcels", RequireEncryption: false }),
}
const deleteConnector = { title: "the connector is deleted", method: "DELETE", target: made }
const associate = {
  title: "numbers are associated",
  method: "POST",
  target: `${made}?operation=associate-phone-numbers`,
  body: JSON.stringify({ E164PhoneNumbers: [first, second] }),
}
const disassociate = {
  title: "a number is disassociated",
  method: "POST",
  target: `${made}?operation=disassociate-phone-numbers`,
  body: JSON.stringify({ E164PhoneNumbers: [second] }),
}
const listNumbers = { title: "a listing of numbers", method: "GET", target: "/phone-numbers" }
const getNumber = { title: "a number is got", method: "GET", target: "/phone-numbers/%2B12065550100" }
const search = { title: "a search", method: "GET", target: "/search?type=phone-numbers&area-code=206&max-results=3" }
const order = {
  title: "numbers are ordered",
  method: "POST",
  target: "/phone-number-orders",
  body: JSON.stringify({ ProductType: "VoiceConnector", E164PhoneNumbers: [first, second] }),
}
const getOrder = { title: "the order is got", method: "GET", target: ordered }

const later = (minutes: number) => TestClock.adjust(minutes * 60_000)

const operations: Readonly<Record<OperationName, readonly [sample: Exchange, ...exchanges: ReadonlyArray<Exchange>]>> =
  {
    CreateProxySession: [
      create,
      { ...put, title: "before that, the proxy is configured" },
      create,
      {
        ...create,
        title: "a session is created with every member",
        body: JSON.stringify({
          ParticipantPhoneNumbers: ["+12065550100", "+12065550199"],
          Name: "Trip 1",
          ExpiryMinutes: 30,
          Capabilities: ["SMS"],
          NumberSelectionBehavior: "PreferSticky",
          GeoMatchLevel: "AreaCode",
          GeoMatchParams: { Country: "US", AreaCode: "206" },
        }),
      },
      {
        ...create,
        title: "everything about it is wrong",
        body: JSON.stringify({ ParticipantPhoneNumbers: ["+0"], Name: "!", ExpiryMinutes: 0, Capabilities: ["Fax"] }),
      },
    ],
    GetProxySession: [
      { ...get, target: `${sessions}/none`, title: "no such session" },
      put,
      create,
      get,
      { ...get, title: "an hour later it has ended", before: later(60), signing: { date: "20200415T171010Z" } },
      { ...get, title: "no such session", target: `${sessions}/none`, signing: { date: "20200415T171010Z" } },
    ],
    ListProxySessions: [
      list,
      put,
      { ...list, title: "an empty listing" },
      create,
      { ...create, title: "another session is created" },
      { ...list, title: "all sessions" },
      { ...list, title: "a page of one", target: `${sessions}?max-results=1&status=Open` },
      { ...list, title: "the ones that have ended: none", target: `${sessions}?status=Closed` },
      { ...list, title: "a page that is too large", target: `${sessions}?max-results=101` },
      { ...list, title: "a token that is none", target: `${sessions}?next-token=none` },
    ],
    UpdateProxySession: [
      { ...update, target: `${sessions}/none`, title: "no such session" },
      put,
      create,
      { ...update, before: later(1), signing: { date: "20200415T161110Z" } },
      { ...update, title: "no such session", target: `${sessions}/none`, signing: { date: "20200415T161110Z" } },
    ],
    DeleteProxySession: [
      { ...remove, target: `${sessions}/none`, title: "no such session" },
      put,
      create,
      remove,
      { ...remove, title: "a second time" },
    ],
    PutVoiceConnectorProxy: [
      put,
      put,
      {
        ...put,
        title: "every member is given",
        body: JSON.stringify({
          DefaultSessionExpiryMinutes: 30,
          PhoneNumberPoolCountries: ["US", "CA"],
          FallBackPhoneNumber: "+12065550199",
          Disabled: true,
        }),
      },
      { ...create, title: "it is disabled, so no session is created" },
    ],
    GetVoiceConnectorProxy: [getProxy, { ...getProxy, title: "there is none" }, put, getProxy],
    DeleteVoiceConnectorProxy: [
      deleteProxy,
      put,
      deleteProxy,
      { ...deleteProxy, title: "a second time" },
      { ...getProxy, title: "it is gone" },
    ],
    CreateVoiceConnector: [
      createConnector,
      createConnector,
      {
        ...createConnector,
        title: "a connector is made with every member that is kept",
        body: JSON.stringify({
          Name: "Parcels",
          AwsRegion: "us-west-2",
          RequireEncryption: false,
          IntegrationType: "CONNECT_ANALYTICS_CONNECTOR",
          NetworkType: "DUAL_STACK",
        }),
      },
      {
        ...createConnector,
        title: "tags are refused",
        body: JSON.stringify({ Name: "Rides", RequireEncryption: true, Tags: [{ Key: "team", Value: "rides" }] }),
      },
      { ...createConnector, title: "everything about it is wrong", body: JSON.stringify({ Name: "", AwsRegion: "x" }) },
    ],
    GetVoiceConnector: [
      { ...getConnector, title: "no such connector", target: connector },
      createConnector,
      getConnector,
      { ...getConnector, title: "no such connector", target: connector },
    ],
    ListVoiceConnectors: [
      listConnectors,
      listConnectors,
      createConnector,
      { ...createConnector, title: "another connector is made" },
      { ...listConnectors, title: "both" },
      { ...listConnectors, title: "a page of one", target: "/voice-connectors?max-results=1" },
      { ...listConnectors, title: "a token that is none", target: "/voice-connectors?next-token=none" },
    ],
    UpdateVoiceConnector: [
      { ...updateConnector, title: "no such connector", target: connector },
      createConnector,
      { ...updateConnector, before: later(1), signing: { date: "20200415T161110Z" } },
    ],
    DeleteVoiceConnector: [
      { ...deleteConnector, title: "no such connector", target: connector },
      order,
      createConnector,
      associate,
      { ...deleteConnector, title: "it has numbers" },
      { ...disassociate, title: "the numbers are disassociated", body: associate.body },
      deleteConnector,
      { ...deleteConnector, title: "a second time" },
    ],
    AssociatePhoneNumbersWithVoiceConnector: [
      { ...associate, title: "no such connector", target: associate.target.replace(made, connector) },
      order,
      createConnector,
      associate,
      { ...createConnector, title: "another connector is made" },
      {
        ...associate,
        title: "numbers that are elsewhere or not in the inventory",
        body: JSON.stringify({ E164PhoneNumbers: [first, third] }),
      },
      {
        ...associate,
        title: "by force",
        body: JSON.stringify({ E164PhoneNumbers: [first], ForceAssociate: true }),
      },
      { ...associate, title: "no numbers", body: JSON.stringify({ E164PhoneNumbers: [] }) },
      { ...associate, title: "another operation", target: `${made}?operation=restore` },
    ],
    DisassociatePhoneNumbersFromVoiceConnector: [
      { ...disassociate, title: "no such connector", target: disassociate.target.replace(made, connector) },
      order,
      createConnector,
      associate,
      disassociate,
      { ...disassociate, title: "a second time" },
    ],
    ListPhoneNumbers: [
      listNumbers,
      listNumbers,
      order,
      createConnector,
      { ...associate, body: JSON.stringify({ E164PhoneNumbers: [first] }) },
      { ...listNumbers, title: "both" },
      { ...listNumbers, title: "a page of one", target: "/phone-numbers?max-results=1" },
      { ...listNumbers, title: "the ones without a connector", target: "/phone-numbers?status=Unassigned" },
      {
        ...listNumbers,
        title: "those of a connector",
        target: "/phone-numbers?filter-name=VoiceConnectorId&filter-value={VoiceConnectorId}",
      },
      { ...listNumbers, title: "half a filter", target: "/phone-numbers?filter-name=VoiceConnectorId" },
    ],
    GetPhoneNumber: [
      getNumber,
      getNumber,
      order,
      getNumber,
      { ...getNumber, title: "a number is got by its id", target: "/phone-numbers/%252B12065550100" },
    ],
    SearchAvailablePhoneNumbers: [
      search,
      search,
      { ...order, body: JSON.stringify({ ProductType: "VoiceConnector", E164PhoneNumbers: [second] }) },
      { ...search, title: "what was ordered is not offered" },
      { ...search, title: "toll-free ones", target: "/search?type=phone-numbers&toll-free-prefix=888&max-results=2" },
      { ...search, title: "a city", target: "/search?type=phone-numbers&city=Seattle" },
      { ...search, title: "another search", target: "/search?type=users" },
    ],
    CreatePhoneNumberOrder: [
      order,
      order,
      {
        ...order,
        title: "one of two can be had",
        body: JSON.stringify({ ProductType: "VoiceConnector", E164PhoneNumbers: [first, third] }),
      },
      { ...order, title: "none can be had" },
      {
        ...order,
        title: "another product",
        body: JSON.stringify({ ProductType: "SipMediaApplicationDialIn", E164PhoneNumbers: [first] }),
      },
    ],
    GetPhoneNumberOrder: [
      { ...getOrder, title: "no such order", target: "/phone-number-orders/00000000-0000-0000-0000-000000000000" },
      order,
      getOrder,
      { ...getOrder, title: "no such order", target: "/phone-number-orders/00000000-0000-0000-0000-000000000000" },
      { ...getOrder, title: "an id that is no UUID", target: "/phone-number-orders/one" },
    ],
  }

const errors = (operation: OperationName): ReadonlyArray<Exchange> => {
  const [sample] = operations[operation]
  return failuresOf(operation).map(({ error, next }) => ({
    ...sample,
    title: `it fails with ${error._tag}`,
    before: Effect.flatMap(Faulty, next),
  }))
}

const refusals: ReadonlyArray<Exchange> = [
  { ...getProxy, title: "no signature", signing: false },
  {
    ...getProxy,
    title: "a signature in the query",
    target: `${proxy}?X-Amz-Signature=${"0".repeat(64)}`,
    signing: false,
  },
  { ...getProxy, title: "an Authorization of another kind", signing: false, headers: { authorization: "Basic eDp5" } },
  { ...getProxy, title: "a wrong secret", signing: { secret: "wrong" } },
  { ...getProxy, title: "an unknown key", signing: { accessKeyId: "AKIDNOBODY" } },
  { ...getProxy, title: "another service in the scope", signing: { service: "s3" } },
  { ...getProxy, title: "another day in the scope", signing: { day: "20200414" } },
  { ...getProxy, title: "a signature of an hour ago", signing: { date: "20200415T151010Z" } },
  { ...getProxy, title: "a body hash of something else", headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
  { ...create, title: "a key that may only read", signing: { accessKeyId: "AKIDREADER" } },
  { ...getProxy, title: "an unknown path", target: "/voice-connector" },
  { ...getProxy, title: "an unknown method", method: "PATCH" },
  { ...remove, title: "an id that is an encoded step up", target: `${sessions}/%2e%2e` },
  { ...create, title: "a body that is no JSON", body: "{" },
  { ...create, title: "no body", body: "" },
  { ...create, title: "a body that is too long", body: "", headers: { "content-length": "65537" } },
]

const malformed = (title: string, bytes: string): Exchange => ({ title, method: "", target: "", bytes })
const unparsed: ReadonlyArray<Exchange> = [
  malformed(
    "a length and chunks",
    `POST ${sessions} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
  ),
  malformed("headers that are too long", `GET ${sessions} HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(16 * 1024)}\r\n\r\n`),
]

const namespaces: ReadonlyArray<Exchange> = [
  { ...put, title: "the proxy is configured in chime", host: chime },
  { ...create, title: "a session is created in chime", host: chime },
  { ...get, title: "chime has it", host: chime },
  { ...get, title: "chime-sdk-voice does not" },
  { ...list, title: "a page of 100 is too large in chime", target: `${sessions}?max-results=100`, host: chime },
]

/** The stories by the names of their files. */
export const stories: Readonly<Record<string, ReadonlyArray<Exchange>>> = {
  ...Object.fromEntries(OperationName.literals.map((name) => [name, [...operations[name].slice(1), ...errors(name)]])),
  namespaces,
  refusals,
  unparsed,
}

const key = { secretAccessKey: Redacted.make(signing.secret), account: "111122223333" }

/** A server whose clock, chance and keys are always the same. */
const server = ProxySessionServer.layer({
  authentication: {
    keys: Authentication.fromRecord({ AKIDEXAMPLE: key, AKIDREADER: { ...key, rights: "read-only" } }),
  },
  namespace: ProxySessionServer.byHost,
}).pipe(
  Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
  Layer.provideMerge(Faulty.layer(MemoryRepo.layer({ seed: "golden" }))),
  Layer.provide(Layer.effect(Random.Random, Random.Random.pipe(Random.withSeed("golden")))),
)

/** The headers by lower-case name, in order of their names, since their order means nothing. */
const stable = (headers: ReadonlyArray<string>) =>
  headers
    .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}: ${value.length > 256 ? `${value.slice(0, 16)}… (${value.length})` : value}`)

/** A message as it was sent, each of its lines after a mark. */
const told = (mark: string, message: string): string => {
  const end = message.indexOf("\r\n\r\n")
  const [line = "", ...headers] = message.slice(0, end).split("\r\n")
  const body = message.slice(end + 4)
  return [line, ...stable(headers), ...(body === "" ? [] : ["", body])]
    .map((text) => `${mark} ${text}`.trimEnd())
    .join("\n")
}

const written = (exchange: Exchange, target: string): string => {
  if (exchange.bytes !== undefined) return exchange.bytes
  const { body, headers = {}, host = voice, method } = exchange
  const [path = "", query = ""] = target.split("?")
  const plain = { host, ...(body === undefined ? {} : { "content-type": "application/json" }) }
  const signed =
    exchange.signing === false
      ? plain
      : signLikeBotocore(
          { ...signing, ...exchange.signing },
          { method, path, query, headers: plain, ...(body === undefined ? {} : { body }) },
        )
  const length = body === undefined ? {} : { "content-length": String(body.length) }
  const lines = Object.entries({ ...signed, ...length, connection: "close", ...headers })
  return [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), "", body ?? ""].join(
    "\r\n",
  )
}

const exchanged = Effect.fnUntraced(function* (bytes: string) {
  const { address } = yield* HttpServer
  if (isUnixPathAddress(address)) return yield* Effect.die("no port")
  return yield* Effect.callback<string>((resume) => {
    const socket = connect(address.port, "127.0.0.1")
    let received = ""
    socket.on("data", (chunk) => void (received += chunk.toString("utf8")))
    socket.on("error", () => {})
    socket.on("close", () => resume(Effect.succeed(received)))
    socket.write(bytes)
  })
})

/** Performs a story on a server of its own and tells it. */
export const tell = (story: ReadonlyArray<Exchange>): Effect.Effect<string> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2020, 3, 15, 16, 10, 10, 288))
    const ids = new Map<string, string>()
    const parts: Array<string> = []
    for (const exchange of story) {
      yield* exchange.before ?? Effect.void
      const request = written(
        exchange,
        exchange.target.replace(/\{(\w+)\}/u, (label, name: string) => ids.get(name) ?? label),
      )
      const response = yield* exchanged(request)
      if (exchange.method === "POST") {
        for (const [, name, id] of response.matchAll(/"(\w+Id)":"([^"]+)"/gu)) {
          if (name !== undefined && id !== undefined) ids.set(name, id)
        }
      }
      parts.push(`# ${exchange.title}\n${told(">", request)}\n${told("<", response)}\n`)
    }
    return parts.join("\n")
  }).pipe(Effect.provide(server), Effect.orDie, Effect.provide(TestClock.layer()), Effect.scoped)
