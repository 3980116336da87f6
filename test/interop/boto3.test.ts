/**
 * The unmodified boto3 against the stand-in, in both namespaces: all operations, all declared errors, its retries. Where
 * there is none, or one too new for the older namespace, the tests are skipped.
 */
import { assert, layer, type Vitest } from "@effect/vitest"
import { OperationName } from "@proxy-session/domain/OperationName"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { spawn } from "node:child_process"
import * as Path from "node:path"
import { failuresOf } from "../declared.ts"
import { lacking } from "../lacking.ts"
import { Boto3, type Call, findBoto3, layerBoto3 } from "./boto3.ts"
import { environment } from "./programs.ts"
import { overBoth, StandIns } from "./stand-in.ts"

const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"
const E164PhoneNumbers = ["+12065550100"]
const key = { VoiceConnectorId, ProxySessionId: "one" }
const configuration = { VoiceConnectorId, DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }
const creation = {
  VoiceConnectorId,
  ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
  Capabilities: ["Voice", "SMS"],
}

const samples: Readonly<Record<OperationName, readonly [method: string, arguments_: object]>> = {
  CreateProxySession: ["create_proxy_session", creation],
  GetProxySession: ["get_proxy_session", key],
  ListProxySessions: ["list_proxy_sessions", { VoiceConnectorId }],
  UpdateProxySession: ["update_proxy_session", { ...key, Capabilities: ["Voice"] }],
  DeleteProxySession: ["delete_proxy_session", key],
  PutVoiceConnectorProxy: ["put_voice_connector_proxy", configuration],
  GetVoiceConnectorProxy: ["get_voice_connector_proxy", { VoiceConnectorId }],
  DeleteVoiceConnectorProxy: ["delete_voice_connector_proxy", { VoiceConnectorId }],
  CreateVoiceConnector: ["create_voice_connector", { Name: "Rides", RequireEncryption: true }],
  GetVoiceConnector: ["get_voice_connector", { VoiceConnectorId }],
  ListVoiceConnectors: ["list_voice_connectors", {}],
  UpdateVoiceConnector: ["update_voice_connector", { VoiceConnectorId, Name: "Rides", RequireEncryption: true }],
  DeleteVoiceConnector: ["delete_voice_connector", { VoiceConnectorId }],
  AssociatePhoneNumbersWithVoiceConnector: [
    "associate_phone_numbers_with_voice_connector",
    { VoiceConnectorId, E164PhoneNumbers },
  ],
  DisassociatePhoneNumbersFromVoiceConnector: [
    "disassociate_phone_numbers_from_voice_connector",
    { VoiceConnectorId, E164PhoneNumbers },
  ],
  ListPhoneNumbers: ["list_phone_numbers", {}],
  GetPhoneNumber: ["get_phone_number", { PhoneNumberId: "+12065550100" }],
  SearchAvailablePhoneNumbers: ["search_available_phone_numbers", { AreaCode: "206" }],
  CreatePhoneNumberOrder: ["create_phone_number_order", { ProductType: "VoiceConnector", E164PhoneNumbers }],
  GetPhoneNumberOrder: ["get_phone_number_order", { PhoneNumberOrderId: "00000000-0000-0000-0000-000000000000" }],
}

const setUp = Path.resolve(import.meta.dirname, "../../examples/provision.py")

const run = (python: string, argv: ReadonlyArray<string>) =>
  Effect.callback<{ readonly status: number | null; readonly stdout: string }>((resume) => {
    const child = spawn(python, [...argv], { env: { ...environment, PYTHONWARNINGS: "ignore" }, stdio: "pipe" })
    let stdout = ""
    child.stdout.on("data", (chunk) => void (stdout += String(chunk)))
    child.on("close", (status) => resume(Effect.succeed({ status, stdout })))
    return Effect.sync(() => void child.kill())
  })

/** The number between the two people of a session. */
const participantOf = (session: Readonly<Record<string, unknown>> | undefined): unknown => {
  const [first]: ReadonlyArray<unknown> = Array.isArray(session?.["Participants"]) ? session["Participants"] : []
  return typeof first === "object" && first !== null && "ProxyPhoneNumber" in first ? first.ProxyPhoneNumber : undefined
}

/** A suite that needs a Python with boto3 for the namespace, and is skipped where there is none. */
const suite = (
  title: string,
  client: Call["client"],
  define: (it: Vitest.MethodsNonLive<Boto3 | Faulty | StandIns>) => void,
) => {
  const python = findBoto3(client)
  if (python === undefined) {
    lacking(title, `no Python 3 here has a boto3 that knows proxy sessions in ${client}`)
  } else {
    layer(Layer.merge(overBoth, layerBoto3(python)), { excludeTestServices: true, timeout: "1 minute" })(title, define)
  }
}

for (const client of ["chime", "chime-sdk-voice"] as const) {
  const call = (method: string, arguments_: object, mode: NonNullable<Call["mode"]> = "legacy") =>
    Effect.flatMap(StandIns, (standIns) =>
      Boto3.use((boto3) => boto3.call({ client, endpoint: standIns[client], method, arguments: arguments_, mode })),
    )

  suite(`boto3's client of ${client}`, client, (it) => {
    it.effect("performs all eight operations and sees what the model promises", () =>
      Effect.gen(function* () {
        const put = yield* call("put_voice_connector_proxy", { ...configuration, FallBackPhoneNumber: "+12065550199" })
        assert.strictEqual(put.status, 200)
        assert.deepStrictEqual(put.answer?.Proxy, {
          DefaultSessionExpiryMinutes: 60,
          Disabled: false,
          FallBackPhoneNumber: "+12065550199",
          PhoneNumberCountries: ["US"],
        })
        const proxy = yield* call("get_voice_connector_proxy", { VoiceConnectorId })
        assert.deepStrictEqual(proxy.answer?.Proxy, put.answer?.Proxy)

        const created = yield* call("create_proxy_session", {
          ...creation,
          Name: "Trip 1",
          NumberSelectionBehavior: "PreferSticky",
          GeoMatchLevel: "AreaCode",
          GeoMatchParams: { Country: "US", AreaCode: "206" },
        })
        assert.strictEqual(created.status, 201)
        const session = created.answer?.ProxySession ?? { ProxySessionId: "" }
        const { ProxySessionId } = session
        assert.strictEqual(session["Name"], "Trip 1")
        assert.match(String(session["CreatedTimestamp"]), /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/u)
        assert.notProperty(session, "EndedTimestamp")

        const got = yield* call("get_proxy_session", { VoiceConnectorId, ProxySessionId })
        assert.deepStrictEqual(got.answer?.ProxySession, session)
        const listed = yield* call("list_proxy_sessions", { VoiceConnectorId, Status: "Open", MaxResults: 99 })
        assert.deepStrictEqual(listed.answer, { ProxySessions: [session] })

        const updated = yield* call("update_proxy_session", { VoiceConnectorId, ProxySessionId, Capabilities: ["SMS"] })
        assert.strictEqual(updated.status, 201)
        assert.deepStrictEqual(updated.answer?.ProxySession?.["Capabilities"], ["SMS"])
        assert.strictEqual((yield* call("delete_proxy_session", { VoiceConnectorId, ProxySessionId })).status, 204)
        const gone = yield* call("get_proxy_session", { VoiceConnectorId, ProxySessionId })
        assert.strictEqual(gone.error, "NotFoundException")
        assert.strictEqual((yield* call("delete_voice_connector_proxy", { VoiceConnectorId })).status, 204)
      }),
    )

    it.effect("performs all twelve operations on connectors and numbers, and sees what the model promises", () =>
      Effect.gen(function* () {
        const done = (method: string, arguments_: object) =>
          Effect.map(call(method, arguments_), ({ answer, error, status }) => {
            assert.isUndefined(error, method)
            return { status, ...answer }
          })
        const search = { AreaCode: "907", MaxResults: 2 }
        const { E164PhoneNumbers: found = [] } = yield* done("search_available_phone_numbers", search)
        assert.strictEqual(found.length, 2)
        const ordering = { ProductType: "VoiceConnector", E164PhoneNumbers: found }
        const ordered = yield* done("create_phone_number_order", ordering)
        assert.strictEqual(ordered.status, 201)
        const PhoneNumberOrderId = ordered.PhoneNumberOrder?.["PhoneNumberOrderId"]
        const order = yield* done("get_phone_number_order", { PhoneNumberOrderId })
        assert.deepStrictEqual(order.PhoneNumberOrder, ordered.PhoneNumberOrder)
        assert.strictEqual(order.PhoneNumberOrder?.["Status"], "Successful")

        const made = yield* done("create_voice_connector", { Name: "Rides", RequireEncryption: true })
        assert.strictEqual(made.status, 201)
        const key = { VoiceConnectorId: made.VoiceConnector?.["VoiceConnectorId"] }
        assert.deepStrictEqual((yield* done("get_voice_connector", key)).VoiceConnector, made.VoiceConnector)
        const update = { ...key, Name: "Parcels", RequireEncryption: false }
        const updated = yield* done("update_voice_connector", update)
        assert.deepInclude(updated, { status: 200 })
        assert.strictEqual(updated.VoiceConnector?.["Name"], "Parcels")
        const { VoiceConnectors = [] } = yield* done("list_voice_connectors", { MaxResults: 99 })
        assert.deepInclude(VoiceConnectors, updated.VoiceConnector ?? {})

        const batch = { ...key, E164PhoneNumbers: [...found, "+13605550109"] }
        const associated = yield* done("associate_phone_numbers_with_voice_connector", batch)
        assert.deepStrictEqual(
          associated.PhoneNumberErrors?.map(({ ErrorCode, PhoneNumberId }) => [PhoneNumberId, ErrorCode]),
          [["+13605550109", "NotFound"]],
        )
        const filter = { FilterName: "VoiceConnectorId", FilterValue: key.VoiceConnectorId }
        const { PhoneNumbers = [] } = yield* done("list_phone_numbers", filter)
        assert.deepStrictEqual(
          PhoneNumbers.map((each) => each["E164PhoneNumber"]),
          [...found],
        )
        const number = yield* done("get_phone_number", { PhoneNumberId: PhoneNumbers[0]?.["PhoneNumberId"] })
        assert.deepStrictEqual(number.PhoneNumber, PhoneNumbers[0])
        assert.strictEqual(number.PhoneNumber?.["Status"], "Assigned")

        yield* done("put_voice_connector_proxy", { ...configuration, ...key })
        const session = yield* done("create_proxy_session", { ...creation, ...key })
        assert.include(found, participantOf(session.ProxySession))

        const kept = yield* call("delete_voice_connector", key)
        assert.deepInclude(kept, { status: 409, error: "ConflictException" })
        const taken = yield* done("disassociate_phone_numbers_from_voice_connector", {
          ...key,
          E164PhoneNumbers: found,
        })
        assert.deepStrictEqual(taken.PhoneNumberErrors, [])
        assert.strictEqual((yield* done("delete_voice_connector", key)).status, 204)
        assert.strictEqual((yield* call("get_voice_connector", key)).error, "NotFoundException")
      }),
    )

    it.effect("runs a set-up script as it is, whose session has one of the numbers that it ordered", () =>
      Effect.gen(function* () {
        const standIns = yield* StandIns
        const { status, stdout } = yield* run(findBoto3(client) ?? "", [setUp, standIns[client], client])
        assert.strictEqual(stdout, "The session has one of the numbers that were ordered\n")
        assert.strictEqual(status, 0)
      }),
    )

    it.effect("turns pages", () =>
      Effect.gen(function* () {
        const connector = { VoiceConnectorId: "paged1ghij2klmno3pqr4" }
        yield* call("put_voice_connector_proxy", { ...configuration, ...connector })
        const made: Array<string | undefined> = []
        for (let i = 0; i < 5; i++) {
          const { answer } = yield* call("create_proxy_session", { ...creation, ...connector })
          made.push(answer?.ProxySession?.ProxySessionId)
        }
        const seen: Array<string> = []
        let NextToken: string | undefined
        do {
          const page = yield* call("list_proxy_sessions", {
            ...connector,
            MaxResults: 2,
            ...(NextToken === undefined ? {} : { NextToken }),
          })
          seen.push(...(page.answer?.ProxySessions ?? []).map(({ ProxySessionId }) => ProxySessionId))
          NextToken = page.answer?.NextToken
        } while (NextToken !== undefined)
        assert.deepStrictEqual(seen, made)
      }),
    )

    it.effect("is refused a page beyond the cap of the namespace, which it does not check itself", () =>
      Effect.gen(function* () {
        const MaxResults = client === "chime" ? 100 : 101
        const { error, message, status } = yield* call("list_proxy_sessions", { VoiceConnectorId, MaxResults })
        assert.deepStrictEqual({ error, status }, { error: "BadRequestException", status: 400 })
        assert.include(message, "MaxResults")
      }),
    )

    it.effect("takes ids that need to be encoded, signature and all", () =>
      Effect.gen(function* () {
        for (const ProxySessionId of ["ab c/d+é%~:*()'!@&=$,;", "//", "a/../b", "%2F", "日本"]) {
          const { error } = yield* call("get_proxy_session", { VoiceConnectorId, ProxySessionId })
          assert.strictEqual(error, "NotFoundException", ProxySessionId)
        }
      }),
    )

    for (const operation of OperationName.literals) {
      it.effect(`sees each error that ${operation} declares by its name, status and request id`, () =>
        Effect.gen(function* () {
          const faulty = yield* Faulty
          for (const { error, next, status } of failuresOf(operation)) {
            yield* next(faulty)
            const seen = yield* call(...samples[operation])
            assert.deepInclude(seen, { status, error: error._tag, code: error._tag, message: error.message })
            assert.match(seen.requestId ?? "", /^[0-9a-f-]{36}$/u)
          }
        }),
      )
    }

    it.effect("tries again after a 503 and then succeeds", () =>
      Effect.gen(function* () {
        const faulty = yield* Faulty
        yield* faulty.next("ListProxySessions", {
          error: new ServiceError.ServiceUnavailableException({ message: "Try later" }),
        })
        const { attempts, status } = yield* call("list_proxy_sessions", { VoiceConnectorId }, "standard")
        assert.deepStrictEqual({ attempts, status }, { attempts: 2, status: 200 })
      }),
    )
  })
}

suite("what boto3 makes in one namespace", "chime", (it) => {
  it.effect("is not there in the other", () =>
    Effect.gen(function* () {
      const { call } = yield* Boto3
      const standIns = yield* StandIns
      const made = (client: Call["client"], method: string, arguments_: object) =>
        call({ client, endpoint: standIns[client], method, arguments: arguments_ })
      yield* made("chime", "put_voice_connector_proxy", configuration)
      const { answer } = yield* made("chime", "create_proxy_session", creation)
      const ids = { VoiceConnectorId, ProxySessionId: answer?.ProxySession?.ProxySessionId }
      assert.strictEqual((yield* made("chime", "get_proxy_session", ids)).status, 200)
      assert.strictEqual((yield* made("chime-sdk-voice", "get_proxy_session", ids)).status, 404)
      const proxy = yield* made("chime-sdk-voice", "get_voice_connector_proxy", { VoiceConnectorId })
      assert.strictEqual(proxy.status, 404)
    }),
  )
})

suite("boto3 with a secret that is not the server's", "chime-sdk-voice", (it) => {
  it.effect("is told of it by AWS's own name", () =>
    Effect.gen(function* () {
      const { "wrong-secret": endpoint } = yield* StandIns
      const { call } = yield* Boto3
      const seen = yield* call({
        client: "chime-sdk-voice",
        endpoint,
        method: "list_proxy_sessions",
        arguments: { VoiceConnectorId },
      })
      assert.deepInclude(seen, { status: 403, code: "InvalidSignatureException" })
    }),
  )
})
