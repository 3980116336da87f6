/**
 * The unmodified AWS SDK for JavaScript against the stand-in: all operations, all declared errors, and signatures.
 */
import * as Sdk from "@aws-sdk/client-chime-sdk-voice"
import { assert, layer } from "@effect/vitest"
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as Effect from "effect/Effect"
import { request as send } from "node:http"
import { failuresOf } from "../declared.ts"
import { credentials, overMemory, StandIn } from "./stand-in.ts"

const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u

const client = Effect.acquireRelease(
  Effect.map(
    StandIn,
    ({ url }) => new Sdk.ChimeSDKVoiceClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 }),
  ),
  (sdk) => Effect.sync(() => sdk.destroy()),
)

/** One call of the SDK, its rejection as a typed failure. */
const call = <A>(run: () => Promise<A>): Effect.Effect<A, Sdk.ChimeSDKVoiceServiceException> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => {
      assert.instanceOf(error, Sdk.ChimeSDKVoiceServiceException)
      return error
    },
  })

const E164PhoneNumbers = ["+12065550100"]
const ParticipantPhoneNumbers = ["+14015550101", "+12065550100"]

const commands: Readonly<Record<OperationName, (sdk: Sdk.ChimeSDKVoiceClient) => Promise<object>>> = {
  CreateProxySession: (sdk) =>
    sdk.send(
      new Sdk.CreateProxySessionCommand({ VoiceConnectorId, ParticipantPhoneNumbers, Capabilities: ["Voice", "SMS"] }),
    ),
  GetProxySession: (sdk) => sdk.send(new Sdk.GetProxySessionCommand({ VoiceConnectorId, ProxySessionId: "one" })),
  ListProxySessions: (sdk) => sdk.send(new Sdk.ListProxySessionsCommand({ VoiceConnectorId })),
  UpdateProxySession: (sdk) =>
    sdk.send(new Sdk.UpdateProxySessionCommand({ VoiceConnectorId, ProxySessionId: "one", Capabilities: ["Voice"] })),
  DeleteProxySession: (sdk) => sdk.send(new Sdk.DeleteProxySessionCommand({ VoiceConnectorId, ProxySessionId: "one" })),
  PutVoiceConnectorProxy: (sdk) =>
    sdk.send(
      new Sdk.PutVoiceConnectorProxyCommand({
        VoiceConnectorId,
        DefaultSessionExpiryMinutes: 60,
        PhoneNumberPoolCountries: ["US"],
      }),
    ),
  GetVoiceConnectorProxy: (sdk) => sdk.send(new Sdk.GetVoiceConnectorProxyCommand({ VoiceConnectorId })),
  DeleteVoiceConnectorProxy: (sdk) => sdk.send(new Sdk.DeleteVoiceConnectorProxyCommand({ VoiceConnectorId })),
  CreateVoiceConnector: (sdk) =>
    sdk.send(new Sdk.CreateVoiceConnectorCommand({ Name: "Rides", RequireEncryption: true })),
  GetVoiceConnector: (sdk) => sdk.send(new Sdk.GetVoiceConnectorCommand({ VoiceConnectorId })),
  ListVoiceConnectors: (sdk) => sdk.send(new Sdk.ListVoiceConnectorsCommand({})),
  UpdateVoiceConnector: (sdk) =>
    sdk.send(new Sdk.UpdateVoiceConnectorCommand({ VoiceConnectorId, Name: "Rides", RequireEncryption: true })),
  DeleteVoiceConnector: (sdk) => sdk.send(new Sdk.DeleteVoiceConnectorCommand({ VoiceConnectorId })),
  AssociatePhoneNumbersWithVoiceConnector: (sdk) =>
    sdk.send(new Sdk.AssociatePhoneNumbersWithVoiceConnectorCommand({ VoiceConnectorId, E164PhoneNumbers })),
  DisassociatePhoneNumbersFromVoiceConnector: (sdk) =>
    sdk.send(new Sdk.DisassociatePhoneNumbersFromVoiceConnectorCommand({ VoiceConnectorId, E164PhoneNumbers })),
  ListPhoneNumbers: (sdk) => sdk.send(new Sdk.ListPhoneNumbersCommand({})),
  GetPhoneNumber: (sdk) => sdk.send(new Sdk.GetPhoneNumberCommand({ PhoneNumberId: "+12065550100" })),
  SearchAvailablePhoneNumbers: (sdk) => sdk.send(new Sdk.SearchAvailablePhoneNumbersCommand({ AreaCode: "206" })),
  CreatePhoneNumberOrder: (sdk) =>
    sdk.send(new Sdk.CreatePhoneNumberOrderCommand({ ProductType: "VoiceConnector", E164PhoneNumbers })),
  GetPhoneNumberOrder: (sdk) =>
    sdk.send(new Sdk.GetPhoneNumberOrderCommand({ PhoneNumberOrderId: "00000000-0000-0000-0000-000000000000" })),
}
const operations = Object.keys(commands) as ReadonlyArray<OperationName>

layer(overMemory, { excludeTestServices: true })("the AWS SDK for JavaScript", (it) => {
  it.effect("a create whose answer is lost is repeated by the SDK, and makes one session", () =>
    Effect.gen(function* () {
      const faulty = yield* Faulty
      const { url } = yield* StandIn
      const sdk = yield* Effect.acquireRelease(
        Effect.sync(() => new Sdk.ChimeSDKVoiceClient({ endpoint: url, region: "us-east-1", credentials })),
        (each) => Effect.sync(() => each.destroy()),
      )
      const connector = { VoiceConnectorId: "repeated-create" }
      const put = { ...connector, DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }
      yield* call(() => sdk.send(new Sdk.PutVoiceConnectorProxyCommand(put)))
      const error = new ServiceError.ServiceFailureException({ message: "lost", code: "ServiceFailure" })
      yield* faulty.next("CreateProxySession", { error, when: "after", times: 2 })
      const request = { ...connector, ParticipantPhoneNumbers, Capabilities: ["Voice" as const] }
      const created = yield* call(() => sdk.send(new Sdk.CreateProxySessionCommand(request)))
      assert.strictEqual(created.$metadata.attempts, 3)
      yield* call(() => sdk.send(new Sdk.CreateProxySessionCommand(request)))
      const { ProxySessions = [] } = yield* call(() => sdk.send(new Sdk.ListProxySessionsCommand(connector)))
      assert.strictEqual(ProxySessions.length, 2)
      assert.strictEqual(ProxySessions[0]?.ProxySessionId, created.ProxySession?.ProxySessionId)
    }),
  )
  it.effect("performs all eight operations and sees what the model promises", () =>
    Effect.gen(function* () {
      const sdk = yield* client
      const put = yield* call(() =>
        sdk.send(
          new Sdk.PutVoiceConnectorProxyCommand({
            VoiceConnectorId,
            DefaultSessionExpiryMinutes: 60,
            PhoneNumberPoolCountries: ["US"],
            FallBackPhoneNumber: "+12065550199",
          }),
        ),
      )
      assert.strictEqual(put.$metadata.httpStatusCode, 200)
      assert.deepStrictEqual(put.Proxy, {
        DefaultSessionExpiryMinutes: 60,
        Disabled: false,
        FallBackPhoneNumber: "+12065550199",
        PhoneNumberCountries: ["US"],
      })
      const proxy = yield* call(() => sdk.send(new Sdk.GetVoiceConnectorProxyCommand({ VoiceConnectorId })))
      assert.deepStrictEqual(proxy.Proxy, put.Proxy)

      const created = yield* call(() =>
        sdk.send(
          new Sdk.CreateProxySessionCommand({
            VoiceConnectorId,
            ParticipantPhoneNumbers,
            Capabilities: ["Voice", "SMS"],
            Name: "Trip 1",
            NumberSelectionBehavior: "PreferSticky",
            GeoMatchLevel: "AreaCode",
            GeoMatchParams: { Country: "US", AreaCode: "913" },
          }),
        ),
      )
      assert.strictEqual(created.$metadata.httpStatusCode, 201)
      assert.match(created.$metadata.requestId ?? "", uuid)
      const session = created.ProxySession
      assert.strictEqual(session?.Status, "Open")
      assert.strictEqual(session?.Name, "Trip 1")
      assert.strictEqual(session?.ExpiryMinutes, 60)
      assert.instanceOf(session?.CreatedTimestamp, Date)
      assert.deepStrictEqual(session?.CreatedTimestamp, session?.UpdatedTimestamp)
      assert.isUndefined(session?.EndedTimestamp)
      assert.deepStrictEqual(
        session?.Participants?.map(({ PhoneNumber }) => PhoneNumber),
        ParticipantPhoneNumbers,
      )
      assert.strictEqual(new Set(session?.Participants?.map(({ ProxyPhoneNumber }) => ProxyPhoneNumber)).size, 1)
      assert.match(session?.Participants?.[0]?.ProxyPhoneNumber ?? "", /^\+1913/u)

      const ProxySessionId = session?.ProxySessionId ?? ""
      const got = yield* call(() => sdk.send(new Sdk.GetProxySessionCommand({ VoiceConnectorId, ProxySessionId })))
      assert.strictEqual(got.$metadata.httpStatusCode, 200)
      assert.deepStrictEqual(got.ProxySession, session)

      const listed = yield* call(() =>
        sdk.send(new Sdk.ListProxySessionsCommand({ VoiceConnectorId, Status: "Open", MaxResults: 5 })),
      )
      assert.deepStrictEqual(listed.ProxySessions, session === undefined ? [] : [session])
      assert.isUndefined(listed.NextToken)

      const updated = yield* call(() =>
        sdk.send(
          new Sdk.UpdateProxySessionCommand({
            VoiceConnectorId,
            ProxySessionId,
            Capabilities: ["SMS"],
            ExpiryMinutes: 90,
          }),
        ),
      )
      assert.strictEqual(updated.$metadata.httpStatusCode, 201)
      assert.deepStrictEqual(updated.ProxySession?.Capabilities, ["SMS"])
      assert.strictEqual(updated.ProxySession?.ExpiryMinutes, 90)

      const deleted = yield* call(() =>
        sdk.send(new Sdk.DeleteProxySessionCommand({ VoiceConnectorId, ProxySessionId })),
      )
      assert.strictEqual(deleted.$metadata.httpStatusCode, 204)
      const gone = yield* Effect.flip(
        call(() => sdk.send(new Sdk.GetProxySessionCommand({ VoiceConnectorId, ProxySessionId }))),
      )
      assert.strictEqual(gone.name, "NotFoundException")
      const removed = yield* call(() => sdk.send(new Sdk.DeleteVoiceConnectorProxyCommand({ VoiceConnectorId })))
      assert.strictEqual(removed.$metadata.httpStatusCode, 204)
    }),
  )

  it.effect("turns the pages of a listing with its own paginator", () =>
    Effect.gen(function* () {
      const sdk = yield* client
      const connector = "paged1ghij2klmno3pqr4"
      yield* call(() =>
        sdk.send(
          new Sdk.PutVoiceConnectorProxyCommand({
            VoiceConnectorId: connector,
            DefaultSessionExpiryMinutes: 60,
            PhoneNumberPoolCountries: ["US"],
          }),
        ),
      )
      const ids: Array<string | undefined> = []
      for (let i = 0; i < 7; i++) {
        const { ProxySession } = yield* call(() =>
          sdk.send(
            new Sdk.CreateProxySessionCommand({
              VoiceConnectorId: connector,
              ParticipantPhoneNumbers: ["+14015550101", `+1206555010${i}`],
              Capabilities: ["Voice"],
            }),
          ),
        )
        ids.push(ProxySession?.ProxySessionId)
      }
      const pages = yield* call(async () => {
        const found: Array<ReadonlyArray<string | undefined>> = []
        for await (const { ProxySessions = [] } of Sdk.paginateListProxySessions(
          { client: sdk, pageSize: 3 },
          { VoiceConnectorId: connector },
        )) {
          found.push(ProxySessions.map(({ ProxySessionId }) => ProxySessionId))
        }
        return found
      })
      assert.deepStrictEqual(
        pages.map(({ length }) => length),
        [3, 3, 1],
      )
      assert.deepStrictEqual(pages.flat(), ids)
    }),
  )

  for (const operation of operations) {
    it.effect(`sees each error that ${operation} declares by its name, code, status and request id`, () =>
      Effect.gen(function* () {
        const sdk = yield* client
        const faulty = yield* Faulty
        for (const { error: failure, next, status } of failuresOf(operation)) {
          yield* next(faulty)
          const error = yield* Effect.flip(call(() => commands[operation](sdk)))
          assert.strictEqual(error.name, failure._tag)
          assert.strictEqual(error.message, failure.message)
          assert.strictEqual((error as { readonly Code?: string }).Code, failure.code)
          assert.strictEqual(error.$metadata.httpStatusCode, status)
          assert.match(error.$metadata.requestId ?? "", uuid)
          assert.strictEqual(error.$fault, status < 500 ? "client" : "server")
        }
      }),
    )
  }

  it.effect("is refused where a constraint of the model is broken, which it does not check itself", () =>
    Effect.gen(function* () {
      const sdk = yield* client
      const error = yield* Effect.flip(
        call(() =>
          sdk.send(
            new Sdk.CreateProxySessionCommand({
              VoiceConnectorId,
              ParticipantPhoneNumbers: ["+14015550101", "not a number"],
              Capabilities: ["Voice"],
              Name: "punctuation!",
            }),
          ),
        ),
      )
      assert.strictEqual(error.name, "BadRequestException")
      assert.include(error.message, "ParticipantPhoneNumbers[1]")
      assert.include(error.message, "Name")
      assert.notInclude(error.message, "not a number")
      assert.notInclude(error.message, "punctuation")
    }),
  )

  for (const operation of operations) {
    it.effect(`signs ${operation} so that it verifies, and no changed byte of it does`, () =>
      Effect.gen(function* () {
        const sdk = yield* client
        const port = Number(new URL((yield* StandIn).url).port)
        yield* call(() => commands.PutVoiceConnectorProxy(sdk))
        const request = yield* captured(sdk, commands[operation])
        const status = (changes: Partial<Sent>) => exchange(port, { ...request, ...changes })
        const honest = yield* status({})
        assert.notInclude([400, 401, 403], honest.status)

        const path = request.path.replace(/abcdef1|0100|0000(?=-)/u, (id) => `${id.slice(0, -1)}9`)
        const refused = [
          yield* status(path === request.path ? { path: `${path}${path.includes("?") ? "&" : "?"}x` } : { path }),
          yield* status({ path: `${request.path}${request.path.includes("?") ? "&" : "?"}status=Open` }),
          yield* status({ method: request.method === "GET" ? "DELETE" : "GET" }),
        ]
        const signed = /SignedHeaders=([^,]+)/u.exec(request.headers["authorization"] ?? "")?.[1]?.split(";") ?? []
        assert.includeMembers(signed, ["host", "x-amz-date"])
        for (const name of signed) {
          if (name === "content-length") continue
          const value = request.headers[name] ?? ""
          const changed =
            name === "x-amz-date" ? value.replace(/\d(?=Z)/u, (digit) => `${(Number(digit) + 1) % 10}`) : `${value}x`
          refused.push(yield* status({ headers: { ...request.headers, [name]: changed } }))
        }
        if (request.body !== "") {
          refused.push(yield* status({ body: `${request.body} ` }))
        }
        for (const answer of refused) assert.include([400, 403, 405, 501], answer.status)
        assert.notInclude([400, 401, 403], (yield* status({})).status)
      }),
    )
  }
})

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the SDK would have sent, signature and all. */
const captured = (sdk: Sdk.ChimeSDKVoiceClient, command: (sdk: Sdk.ChimeSDKVoiceClient) => Promise<object>) =>
  Effect.callback<Sent>((resume) => {
    const capturing = new Sdk.ChimeSDKVoiceClient({
      endpoint: sdk.config.endpoint ?? "",
      region: "us-east-1",
      credentials,
      maxAttempts: 1,
      requestHandler: {
        handle: (request: unknown) => {
          const { body, headers, method, path, query } = request as {
            readonly method: string
            readonly path: string
            readonly query: Record<string, string>
            readonly headers: Record<string, string>
            readonly body?: string | Uint8Array
          }
          const search = new URLSearchParams(query).toString()
          resume(
            Effect.succeed({
              method,
              path: search === "" ? path : `${path}?${search}`,
              headers,
              body: typeof body === "string" ? body : new TextDecoder().decode(body),
            }),
          )
          return Promise.reject(new Error("captured"))
        },
      },
    })
    command(capturing).catch(() => undefined)
  })

const exchange = (port: number, { body, headers, method, path }: Sent) =>
  Effect.callback<{ readonly status: number }>((resume) => {
    const request = send({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      response.resume()
      response.on("end", () => resume(Effect.succeed({ status: response.statusCode ?? 0 })))
    })
    request.on("error", (error) => resume(Effect.die(error)))
    request.end(body)
  })
