import { assert, describe, it, layer } from "@effect/vitest"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpEffect from "effect/http/HttpEffect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as ProxySessionServer from "../src/ProxySessionServer.ts"
import {
  connectorId,
  creation,
  layerServer,
  layerStub,
  proxyPath,
  raw,
  request,
  sessionsPath,
  Stub,
} from "./support.ts"

const session = {
  Capabilities: ["SMS", "Voice"],
  CreatedTimestamp: "2020-04-15T16:10:10.288Z",
  EndedTimestamp: null,
  ExpiryMinutes: 60,
  GeoMatchLevel: null,
  GeoMatchParams: null,
  Name: null,
  NumberSelectionBehavior: null,
  Participants: [
    { PhoneNumber: "+14015550101", ProxyPhoneNumber: "+19135550199" },
    { PhoneNumber: "+12065550100", ProxyPhoneNumber: "+19135550199" },
  ],
  ProxySessionId: "session-1",
  Status: "Open",
  UpdatedTimestamp: "2020-04-15T16:10:10.288Z",
  VoiceConnectorId: connectorId,
}
const sessionPath = `${sessionsPath}/session-1`
const create = request("POST", sessionsPath, JSON.stringify(creation))
const put = JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] })
const proxy = {
  Proxy: {
    DefaultSessionExpiryMinutes: 60,
    Disabled: false,
    FallBackPhoneNumber: null,
    PhoneNumberCountries: ["US"],
  },
}

const open = layerServer({ authentication: "none" })

describe("the eight operations on the wire", () => {
  it.effect("CreateProxySession answers 201 and the session, with explicit nulls", () =>
    Effect.gen(function* () {
      const answer = yield* create
      assert.strictEqual(answer.status, 201)
      assert.deepStrictEqual(answer.json, { ProxySession: session })
      assert.strictEqual(answer.text, JSON.stringify({ ProxySession: session }))
    }).pipe(Effect.provide(open)),
  )

  it.effect("GetProxySession answers 200 and the session", () =>
    Effect.gen(function* () {
      yield* create
      const answer = yield* request("GET", sessionPath)
      assert.strictEqual(answer.status, 200)
      assert.deepStrictEqual(answer.json, { ProxySession: session })
    }).pipe(Effect.provide(open)),
  )

  it.effect("ListProxySessions answers 200 and a page, and heeds its query", () =>
    Effect.gen(function* () {
      yield* create
      yield* create
      const all = yield* request("GET", sessionsPath)
      assert.strictEqual(all.status, 200)
      assert.strictEqual(all.json.ProxySessions?.length, 2)
      assert.isNull(all.json.NextToken)
      const one = yield* request("GET", `${sessionsPath}?status=Open&next-token=&max-results=1`)
      assert.deepStrictEqual(one.json, { NextToken: null, ProxySessions: [session] })
    }).pipe(Effect.provide(open)),
  )

  it.effect("UpdateProxySession answers 201 and the session as it is now", () =>
    Effect.gen(function* () {
      yield* create
      const answer = yield* request("POST", sessionPath, `{"Capabilities":["Voice"]}`)
      assert.strictEqual(answer.status, 201)
      assert.deepStrictEqual(answer.json, { ProxySession: { ...session, Capabilities: ["Voice"] } })
    }).pipe(Effect.provide(open)),
  )

  it.effect("DeleteProxySession answers 204 without body, length or type, and then the session is not found", () =>
    Effect.gen(function* () {
      yield* create
      const answer = yield* request("DELETE", sessionPath, "")
      assert.strictEqual(answer.status, 204)
      assert.strictEqual(answer.text, "")
      assert.isUndefined(answer.headers["content-type"])
      assert.isUndefined(answer.headers["content-length"])
      assert.match(
        answer.headers["x-amzn-requestid"] ?? "",
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/u,
      )
      const gone = yield* request("GET", sessionPath)
      assert.strictEqual(gone.status, 404)
      assert.strictEqual(gone.headers["x-amzn-errortype"], "NotFoundException:")
      assert.deepStrictEqual(gone.json, { Code: "NotFound", Message: "Unable to find the requested identifier" })
    }).pipe(Effect.provide(open)),
  )

  it.effect("Put, Get and DeleteVoiceConnectorProxy answer 200, 200 and 204", () =>
    Effect.gen(function* () {
      const written = yield* request("PUT", proxyPath, put)
      assert.strictEqual(written.status, 200)
      assert.deepStrictEqual(written.json, proxy)
      const read = yield* request("GET", proxyPath)
      assert.strictEqual(read.status, 200)
      assert.deepStrictEqual(read.json, proxy)
      assert.strictEqual((yield* request("DELETE", proxyPath)).status, 204)
      assert.strictEqual((yield* request("GET", proxyPath)).status, 404)
    }).pipe(Effect.provide(open)),
  )

  it.effect(
    "without signatures, what a browser sends for a page of another origin is refused and changes nothing",
    () =>
      Effect.gen(function* () {
        const from = (origin: string) =>
          Effect.map(
            request("POST", sessionsPath, JSON.stringify(creation), [`Origin: ${origin}`, "Content-Type: text/plain"]),
            ({ json, status }) => [status, json.Code],
          )
        for (const origin of ["http://example.com", "https://127.0.0.1.example.com", "http://127.0.0.1:81", "null"]) {
          assert.deepStrictEqual(yield* from(origin), [403, "Forbidden"])
        }
        assert.deepStrictEqual((yield* request("GET", sessionsPath)).json.ProxySessions, [])
        assert.strictEqual((yield* from("http://127.0.0.1"))[0], 201)
      }).pipe(Effect.provide(open)),
  )

  it.effect("every answer has a request id of its own, a length, and the date of Effect's clock", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 10, 23, 3, 14, 31))
      const one = yield* create
      const other = yield* request("GET", "/nowhere")
      for (const { headers, text } of [one, other]) {
        assert.strictEqual(headers["date"], "Mon, 23 Nov 2026 03:14:31 GMT")
        assert.strictEqual(headers["content-type"], "application/json")
        assert.strictEqual(headers["content-length"], String(Buffer.byteLength(text)))
      }
      assert.notStrictEqual(one.headers["x-amzn-requestid"], other.headers["x-amzn-requestid"])
    }).pipe(Effect.provide(open)),
  )

  it.effect("nulls are left out on request", () =>
    Effect.gen(function* () {
      const { json } = yield* create
      assert.notProperty(json.ProxySession, "Name")
      assert.notProperty(json.ProxySession, "GeoMatchParams")
    }).pipe(Effect.provide(layerServer({ authentication: "none", nulls: false }))),
  )

  it.effect("without authentication a repository hears the default tenant, in the region of the server", () =>
    Effect.gen(function* () {
      yield* create
      assert.deepStrictEqual((yield* Stub).tenants, [{ ...Tenant.defaultValue(), region: "eu-central-1" }])
    }).pipe(Effect.provide(layerServer({ authentication: "none", region: "eu-central-1" }))),
  )

  it.effect("without authentication a repository hears the region that a request names, signed well or not", () =>
    Effect.gen(function* () {
      const scoped = (scope: string) => [
        `Authorization: AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
      ]
      for (const headers of [
        scoped("AKIDEXAMPLE/20261123/eu-central-1/chime/aws4_request"),
        scoped("test/20261123/us-gov-west-1/chime/aws4_request"),
        // What names no region belongs to the default one, as what is not signed does.
        scoped("AKIDEXAMPLE/20261123/chime/aws4_request"),
        ["Authorization: Basic YTpi"],
        [],
      ]) {
        assert.strictEqual((yield* request("GET", sessionsPath, undefined, headers)).status, 200)
      }
      assert.deepStrictEqual(
        (yield* Stub).tenants,
        ["eu-central-1", "us-gov-west-1", "us-east-1", "us-east-1", "us-east-1"].map((region) => ({
          ...Tenant.defaultValue(),
          region,
        })),
      )
    }).pipe(Effect.provide(open)),
  )

  it.effect("without authentication a server of one region refuses requests that name another", () =>
    Effect.gen(function* () {
      const from = (region: string) =>
        request("GET", sessionsPath, undefined, [
          `Authorization: AWS4-HMAC-SHA256 Credential=A/20261123/${region}/chime/aws4_request, SignedHeaders=host, Signature=0`,
        ])
      const refused = yield* from("us-east-1")
      assert.deepStrictEqual([refused.status, refused.json.Code], [403, "InvalidSignature"])
      assert.include(refused.json.Message, "eu-central-1")
      assert.strictEqual((yield* from("eu-central-1")).status, 200)
    }).pipe(Effect.provide(layerServer({ authentication: "none", region: "eu-central-1" }))),
  )

  for (const basePath of ["/console", "console", "/console/"]) {
    it.effect(`they are below a base path, given as ${basePath}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* request("GET", `/console${sessionsPath}?max-results=5`)).status, 200)
        for (const path of [sessionsPath, `/consolex${sessionsPath}`, `/x/console${sessionsPath}`, "/console", "/"]) {
          const refused = yield* request("GET", path)
          assert.deepStrictEqual([refused.status, refused.json.Code], [404, "UnknownOperation"], path)
          assert.include(refused.json.Message, "below /console: the client's endpoint must end in it", path)
        }
        const unknown = yield* request("GET", "/console/nowhere")
        assert.deepStrictEqual([unknown.status, unknown.json.Message], [404, "No operation has this path"])
        assert.strictEqual((yield* request("PATCH", `/console${sessionsPath}`)).status, 405)
        assert.strictEqual((yield* request("GET", `/console/${sessionsPath}`)).status, 404)
      }).pipe(Effect.provide(layerServer({ authentication: "none", basePath }))),
    )
  }

  it.effect("a base path that the server does not have is named as the reason", () =>
    Effect.gen(function* () {
      const refused = yield* request("GET", `/console${sessionsPath}`)
      assert.deepStrictEqual([refused.status, refused.json.Code], [404, "UnknownOperation"])
      assert.include(refused.json.Message, "--base-path")
      assert.notInclude(refused.json.Message, "console")
      assert.notInclude((yield* request("GET", "/voice-connectors")).json.Message, "base path")
    }).pipe(Effect.provide(open)),
  )

  it.effect("they are served without a port, too", () =>
    Effect.gen(function* () {
      const { dispose, handler } = HttpEffect.toWebHandlerLayer(
        ProxySessionServer.app({ authentication: "none" }),
        Layer.fresh(layerStub),
      )
      yield* Effect.addFinalizer(() => Effect.promise(dispose))
      const send = (path: string, init?: RequestInit) =>
        Effect.promise(() => handler(new Request(`http://127.0.0.1${path}`, init)))
      const created = yield* send(sessionsPath, { method: "POST", body: JSON.stringify(creation) })
      assert.strictEqual(created.status, 201)
      const answer = yield* send(sessionPath)
      assert.deepStrictEqual(yield* Effect.promise(() => answer.json()), { ProxySession: session })
      const large = yield* send(sessionsPath, { method: "POST", body: "x".repeat(2 ** 16 + 1) })
      assert.strictEqual(large.status, 413)
    }),
  )
})

describe("a base path", () => {
  const is = Schema.is(ProxySessionServer.BasePath)

  for (const path of ["", "/", "/console", "/console/", "/a/b.c/d%20e", "/..a"]) {
    it(`is ${path || "empty"}`, () => assert.isTrue(is(path)))
  }
  for (const path of ["console", "//", "/a//b", "/a/../b", "/.", "/a?b", "/a#b", "/a b", "/%2", "http://a/console"]) {
    it(`is not ${path}`, () => assert.isFalse(is(path)))
  }
})

layer(open)("a request that asks for nothing that exists", (it) => {
  const refused = (
    name: string,
    method: string,
    target: string,
    expected: { readonly status: number; readonly type: string; readonly allow?: string },
  ) =>
    it.effect(name, () =>
      Effect.gen(function* () {
        const { calls } = yield* Stub
        const before = calls.length
        const answer = yield* request(method, target)
        assert.strictEqual(answer.status, expected.status)
        assert.strictEqual(answer.headers["x-amzn-errortype"], `${expected.type}:`)
        assert.strictEqual(answer.headers["content-type"], "application/json")
        assert.strictEqual(answer.headers["allow"], expected.allow)
        if (method !== "HEAD") assert.hasAllKeys(answer.json, ["Code", "Message"])
        assert.strictEqual(calls.length, before)
      }),
    )
  const unknown = { status: 404, type: "UnknownOperationException" }
  const bad = { status: 400, type: "BadRequestException" }
  const method = (allow: string) => ({ status: 405, type: "UnknownOperationException", allow })

  refused("is 404 for an unknown path", "GET", "/voice-connector", unknown)
  refused("is 404 for the root", "GET", "/", unknown)
  refused("is 404 with a slash at the end", "GET", `${sessionsPath}/session-1/`, unknown)
  refused(
    "is 404 when steps lead to a path that exists",
    "DELETE",
    `${sessionsPath}/../programmable-numbers/proxy`,
    unknown,
  )
  refused("is 405 with the methods that would do", "PATCH", `${sessionsPath}/session-1`, method("GET, POST, DELETE"))
  refused("is 405 for HEAD, without a body", "HEAD", proxyPath, method("PUT, GET, DELETE"))
  refused("is 405 for OPTIONS", "OPTIONS", sessionsPath, method("POST, GET"))
  refused("is 400 for OPTIONS of everything", "OPTIONS", "*", bad)
  refused("is 400 for an id that is a step up", "DELETE", `${sessionsPath}/..`, bad)
  refused("is 400 for an id that is an encoded step up", "DELETE", `${sessionsPath}/%2e%2E`, bad)
  refused("is 400 for an empty id", "GET", "/voice-connectors//proxy-sessions", bad)
  refused("is 400 for broken percent-encoding in the path", "GET", `${sessionsPath}/%ZZ`, bad)
  refused("is 400 for percent-encoding that is not UTF-8", "GET", `${sessionsPath}/%C3%28`, bad)
  refused("is 400 for a target in absolute form with steps", "DELETE", `http://127.0.0.1${sessionsPath}/x/..`, bad)
  refused(
    "is 400 for a target in absolute form whose steps lead to a path that exists",
    "DELETE",
    `http://127.0.0.1/x/..${proxyPath}`,
    bad,
  )
  refused("is 400 for a page of 0", "GET", `${sessionsPath}?max-results=0`, bad)
  refused("is 400 for a page that is no number", "GET", `${sessionsPath}?max-results=ten`, bad)
  refused("is 400 for an unknown status", "GET", `${sessionsPath}?status=Gone`, bad)
  refused("is 400 for a parameter given twice", "GET", `${sessionsPath}?status=Open&status=Closed`, bad)
  refused("is 400 for broken percent-encoding in the query", "GET", `${sessionsPath}?status=%ZZ`, bad)

  it.effect("keeps an encoded slash within its id", () =>
    Effect.gen(function* () {
      const answer = yield* request("GET", `${sessionsPath}/a%2Fb`)
      assert.strictEqual(answer.headers["x-amzn-errortype"], "NotFoundException:")
    }),
  )

  it.effect("takes a target in absolute form that means what it says", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* request("GET", `http://127.0.0.1${sessionsPath}`)).status, 200)
    }),
  )
})

layer(layerServer({ authentication: "none", maxBodyBytes: 2 ** 20 }))("a body that cannot be taken", (it) => {
  const refused = (name: string, body: string | Uint8Array, member: string, target = sessionsPath) =>
    it.effect(`is 400 ${name}`, () =>
      Effect.gen(function* () {
        const { calls } = yield* Stub
        const before = calls.length
        const answer = yield* request(target === proxyPath ? "PUT" : "POST", target, body)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(answer.headers["x-amzn-errortype"], "BadRequestException:")
        assert.strictEqual(answer.json.Code, "BadRequest")
        assert.include(answer.json.Message, member)
        assert.notInclude(answer.json.Message, "555")
        assert.strictEqual(calls.length, before)
        assert.strictEqual((yield* request("GET", sessionsPath)).status, 200)
      }),
    )
  const changed = (change: object) => JSON.stringify({ ...creation, ...change })
  const deep = "[".repeat(100_000) + "]".repeat(100_000)

  refused("when it is empty", "", "ParticipantPhoneNumbers is required")
  refused("when it is no JSON", `{"Capabilities":`, "JSON object")
  refused("when it is a list", "[]", "JSON object")
  refused("when it is null", "null", "JSON object")
  refused(
    "when it is not UTF-8",
    Buffer.from(JSON.stringify(creation).replace("Voice", "Voic\u00e9"), "latin1"),
    "JSON object",
  )
  refused("when it begins with a byte order mark", `\uFEFF${JSON.stringify(creation)}`, "JSON object")
  refused("when a member is of another type", changed({ ExpiryMinutes: "60" }), "ExpiryMinutes")
  refused("when a number is out of range", changed({ ExpiryMinutes: 0 }), "ExpiryMinutes")
  refused(
    "when a telephone number is none",
    changed({ ParticipantPhoneNumbers: ["+14015550101", "05550100"] }),
    "ParticipantPhoneNumbers[1]",
  )
  refused(
    "when a participant is missing",
    changed({ ParticipantPhoneNumbers: ["+14015550101"] }),
    "ParticipantPhoneNumbers",
  )
  refused("when a required member is null", changed({ Capabilities: null }), "Capabilities is required")
  refused("when a name has signs in it", changed({ Name: "Trip 555-0100!" }), "Name")
  refused("when a capability is unknown", changed({ Capabilities: ["Fax"] }), "Capabilities[0]")
  refused(
    "when half of the parameters are missing",
    changed({ GeoMatchParams: { Country: "US" } }),
    "GeoMatchParams.AreaCode",
  )
  refused("when a list is 100,000 deep", changed({}).replace(`["Voice","SMS"]`, deep), "Capabilities")
  refused("when it is 100,000 deep and nothing else", deep, "JSON object")
  refused("when a prototype is to stand in for members", `{"__proto__":${changed({})},"constructor":{}}`, "is required")
  refused(
    "when there are too many countries",
    JSON.stringify({
      DefaultSessionExpiryMinutes: 1,
      PhoneNumberPoolCountries: Array.from({ length: 101 }, () => "US"),
    }),
    "PhoneNumberPoolCountries",
    proxyPath,
  )

  it.effect("leaves nobody's prototype changed", () =>
    Effect.gen(function* () {
      const body = JSON.stringify(creation).replace(
        "{",
        `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},`,
      )
      const answer = yield* request("POST", `/voice-connectors/__proto__/proxy-sessions`, body)
      assert.strictEqual(answer.status, 201)
      assert.strictEqual(answer.json.ProxySession?.["VoiceConnectorId"], "__proto__")
      assert.notProperty({}, "polluted")
    }),
  )

  it.effect("is 413 when its declared length is over 1 MiB, without waiting for it", () =>
    Effect.gen(function* () {
      const answer = yield* raw(`POST ${sessionsPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1048577\r\n\r\n`)
      assert.strictEqual(answer.status, 413)
      assert.strictEqual(answer.headers["x-amzn-errortype"], "RequestEntityTooLargeException:")
      assert.strictEqual(answer.headers["connection"], "close")
    }),
  )

  it.effect("is 413 when its chunks come to over 1 MiB, without waiting for the last", () =>
    Effect.gen(function* () {
      const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`
      const answer = yield* raw(
        `POST ${sessionsPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
        ...Array.from({ length: 20 }, () => chunk),
      )
      assert.strictEqual(answer.status, 413)
      assert.strictEqual(answer.headers["x-amzn-errortype"], "RequestEntityTooLargeException:")
      assert.strictEqual((yield* request("GET", sessionsPath)).status, 200)
    }),
  )

  it.effect("is taken in chunks, and at exactly 1 MiB", () =>
    Effect.gen(function* () {
      const body = JSON.stringify(creation)
      const chunked = yield* raw(
        `POST ${sessionsPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      )
      assert.strictEqual(chunked.status, 201)
      const long = yield* request("POST", sessionsPath, body.padEnd(2 ** 20))
      assert.strictEqual(long.status, 201)
    }),
  )

  it.effect("is taken from a client that waits to be told to go on", () =>
    Effect.gen(function* () {
      const answer = yield* request("POST", sessionsPath, JSON.stringify(creation), ["Expect: 100-continue"])
      assert.strictEqual(answer.status, 100)
      assert.match(answer.text, /^HTTP\/1\.1 201 Created\r\n/u)
    }),
  )
})

describe("a repository that does not answer", () => {
  const logger = () => {
    const logged: Array<string> = []
    const layer = Logger.layer([Logger.map(Logger.formatJson, (line) => void logged.push(line))])
    return { logged, layer }
  }

  it.effect("by a defect is a ServiceFailureException, logged without what was sent, and the server goes on", () => {
    const { layer, logged } = logger()
    return Effect.gen(function* () {
      const stub = yield* Stub
      stub.instead = Effect.die(new TypeError("no number +12065550100\n    at +14015550101"))
      const answer = yield* create
      assert.strictEqual(answer.status, 500)
      assert.strictEqual(answer.headers["x-amzn-errortype"], "ServiceFailureException:")
      assert.deepStrictEqual(answer.json, { Code: "ServiceFailure", Message: "The service failed" })
      const [line = ""] = logged
      assert.include(line, "TypeError")
      assert.include(line, answer.headers["x-amzn-requestid"] ?? "")
      assert.notInclude(line, "55501")
      stub.instead = undefined
      assert.strictEqual((yield* create).status, 201)
      assert.lengthOf(logged, 1)
    }).pipe(Effect.provide(Layer.provideMerge(open, layer)))
  })

  it.effect("is interrupted when the client goes away, and nothing is logged", () => {
    const { layer, logged } = logger()
    return Effect.gen(function* () {
      const stub = yield* Stub
      const [started, interrupted] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      stub.instead = Effect.andThen(Deferred.succeed(started, undefined), Effect.never).pipe(
        Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined)),
      )
      const client = yield* Effect.forkChild(create)
      yield* Deferred.await(started)
      yield* Fiber.interrupt(client)
      yield* Deferred.await(interrupted)
      stub.instead = undefined
      assert.strictEqual((yield* create).status, 201)
      assert.deepStrictEqual(logged, [])
    }).pipe(Effect.provide(Layer.provideMerge(open, layer)))
  })
})
