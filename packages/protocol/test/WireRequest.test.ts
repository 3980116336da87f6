import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { CreateProxySession, ListProxySessions, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { all, bytes, type Plain, property, refusals, written } from "./support/wire.ts"

const awkward = "ab c/d+é%~:*()'!@&=$,;"
const encoded = "ab%20c%2Fd%2B%C3%A9%25~%3A%2A%28%29%27%21%40%26%3D%24%2C%3B"

const voiceConnectorId = VoiceConnectorId.make("abcdef1ghij2klmno3pqr4")
const proxySessionId = ProxySessionId.make("123a4bc5-67d8-901e-2f3g-h4ghjk56789l")
const V = "/voice-connectors/abcdef1ghij2klmno3pqr4"

const create = {
  ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
  Capabilities: ["Voice", "SMS"],
}

/** Reads the body of a create, everything else being sound. */
const createFrom = (body: Uint8Array | string) =>
  WireRequest.decode(
    Operation.operations.CreateProxySession,
    { voiceConnectorId: "abcdef1ghij2klmno3pqr4" },
    "",
    typeof body === "string" ? bytes(body) : body,
  )

const listFrom = (query: string, labels: Readonly<Record<string, string>> = { voiceConnectorId: "v" }) =>
  WireRequest.decode(Operation.operations.ListProxySessions, labels, query, new Uint8Array())

describe("what is sent is what is read", () => {
  for (const operation of all) {
    const { request: schema }: { readonly request: Schema.Codec<object, unknown> } = operation
    it.prop(
      `any ${operation.name}`,
      [schema],
      ([request]) => {
        const sent = WireRequest.encode(operation, request)
        assert.match(sent.path, /^[\w/.~%-]+$/u)
        const route = Result.getOrThrow(WireRequest.route(sent.method, sent.path, WireRequest.queryString(sent.query)))
        assert.strictEqual(route.operation.name, operation.name)
        const read = WireRequest.decode(
          operation,
          route.labels,
          WireRequest.queryString(sent.query),
          bytes(sent.body ?? ""),
        )
        assert.strictEqual(written(schema, Result.getOrThrow(read)), written(schema, request))
      },
      property,
    )
  }

  for (const id of [awkward, "😀", "%2F", "%", "a/../b", "../..", "...", "?a=b#c", "\\", "a\u0000b", "é", "\u202E"]) {
    it(`ids that are ${JSON.stringify(id)}`, () => {
      for (const operation of all) {
        const labels = Array.from(operation.path.matchAll(/\{(\w)(\w+)\}/gu), ([, first = "", rest = ""]) => [
          `${first.toLowerCase()}${rest}`,
          id,
        ])
        const key: object = Object.fromEntries(labels)
        const { method, path, query } = WireRequest.encode(operation, key)
        const route = Result.getOrThrow(WireRequest.route(method, path, WireRequest.queryString(query)))
        assert.strictEqual(route.operation.name, operation.name)
        assert.deepStrictEqual({ ...route.labels }, key)
        // No transport would send it otherwise.
        assert.strictEqual(new URL(`https://example.com${path}`).pathname, path)
      }
    })
  }
})

describe("encode", () => {
  it("percent-encodes all but the unreserved characters, in labels and queries alike", () => {
    const { path } = WireRequest.encode(
      Operation.operations.GetProxySession,
      new ProxySessionKey({ voiceConnectorId: VoiceConnectorId.make(awkward), proxySessionId }),
    )
    assert.strictEqual(path, `/voice-connectors/${encoded}/proxy-sessions/${proxySessionId}`)
    const { query } = WireRequest.encode(
      Operation.operations.ListProxySessions,
      new ListProxySessions({ voiceConnectorId, nextToken: awkward }),
    )
    assert.strictEqual(WireRequest.queryString(query), `next-token=${encoded}`)
  })

  it("leaves the unreserved characters alone", () => {
    const unreserved = "ABCXYZabcxyz0189-_.~"
    const { path } = WireRequest.encode(Operation.operations.GetVoiceConnectorProxy, {
      voiceConnectorId: VoiceConnectorId.make(unreserved),
    })
    assert.strictEqual(path, `/voice-connectors/${unreserved}/programmable-numbers/proxy`)
  })

  it("writes a create as compact JSON without what is unset", () => {
    const request = new CreateProxySession({
      voiceConnectorId,
      participantPhoneNumbers: [PhoneNumber.make("+14015550101"), PhoneNumber.make("+12065550100")],
      capabilities: ["Voice", "SMS"],
    })
    const sent = WireRequest.encode(Operation.operations.CreateProxySession, request)
    assert.deepStrictEqual(sent, {
      method: "POST",
      path: `${V}/proxy-sessions`,
      query: [],
      body: '{"ParticipantPhoneNumbers":["+14015550101","+12065550100"],"Capabilities":["Voice","SMS"]}',
    })
  })

  it("names every member of a create as the model does", () => {
    const full = {
      ...create,
      Name: "Trip 1",
      ExpiryMinutes: 60,
      NumberSelectionBehavior: "PreferSticky",
      GeoMatchLevel: "AreaCode",
      GeoMatchParams: { Country: "US", AreaCode: "206" },
    }
    const request = Result.getOrThrow(createFrom(JSON.stringify(full)))
    const { body } = WireRequest.encode(Operation.operations.CreateProxySession, request)
    assert.deepStrictEqual(JSON.parse(body ?? ""), full)
  })

  it("writes a put with the request's own name for its countries", () => {
    const sent = WireRequest.encode(
      Operation.operations.PutVoiceConnectorProxy,
      new PutVoiceConnectorProxy({
        voiceConnectorId,
        defaultSessionExpiryMinutes: 60,
        phoneNumberPoolCountries: ["US"],
      }),
    )
    assert.strictEqual(sent.method, "PUT")
    assert.strictEqual(sent.path, `${V}/programmable-numbers/proxy`)
    assert.strictEqual(sent.body, '{"DefaultSessionExpiryMinutes":60,"PhoneNumberPoolCountries":["US"]}')
  })

  it("writes the query of a list, and neither body nor query where there is none", () => {
    const list = (members: object) =>
      WireRequest.encode(
        Operation.operations.ListProxySessions,
        new ListProxySessions({ voiceConnectorId, ...members }),
      )
    const { body, query } = list({ maxResults: 5, nextToken: "a b", status: "Open" })
    assert.isUndefined(body)
    assert.strictEqual(WireRequest.queryString(query), "status=Open&next-token=a%20b&max-results=5")
    assert.strictEqual(WireRequest.queryString(list({ nextToken: "" }).query), "next-token=")
    assert.strictEqual(WireRequest.queryString(list({}).query), "")
    for (const operation of all.filter(({ method }) => method === "GET" || method === "DELETE")) {
      assert.isUndefined(WireRequest.encode(operation, { voiceConnectorId, proxySessionId }).body)
    }
  })
})

/** A target at its question mark, if it has one. */
const splitAt = (target: string): [path: string, query: string] => {
  const [path = "", ...query] = target.split("?")
  return [path, query.join("?")]
}

describe("route", () => {
  const found = (method: string, target: string) =>
    Result.match(WireRequest.route(method, ...splitAt(target)), {
      onSuccess: ({ labels, operation }) => [operation.name, ...Object.values(labels)],
      onFailure: (error) => [error._tag, ...("allowed" in error ? error.allowed : [])],
    })

  for (const [method, path, ...expected] of [
    ["POST", "/voice-connectors/v/proxy-sessions", "CreateProxySession", "v"],
    ["GET", "/voice-connectors/v/proxy-sessions", "ListProxySessions", "v"],
    ["GET", "/voice-connectors/v/proxy-sessions/p", "GetProxySession", "v", "p"],
    ["POST", "/voice-connectors/v/proxy-sessions/p", "UpdateProxySession", "v", "p"],
    ["DELETE", "/voice-connectors/v/proxy-sessions/p", "DeleteProxySession", "v", "p"],
    ["PUT", "/voice-connectors/v/programmable-numbers/proxy", "PutVoiceConnectorProxy", "v"],
    ["GET", "/voice-connectors/v/programmable-numbers/proxy", "GetVoiceConnectorProxy", "v"],
    ["DELETE", "/voice-connectors/v/programmable-numbers/proxy", "DeleteVoiceConnectorProxy", "v"],
    // An empty segment is an empty label, which the request's own rules then refuse.
    ["POST", "/voice-connectors//proxy-sessions", "CreateProxySession", ""],
    ["DELETE", "/voice-connectors/v/proxy-sessions/", "DeleteProxySession", "v", ""],
    ["DELETE", "/voice-connectors//proxy-sessions/", "DeleteProxySession", "", ""],
    // Dots are never resolved, encoded or not.
    ["DELETE", "/voice-connectors/v/proxy-sessions/..", "DeleteProxySession", "v", ".."],
    ["DELETE", "/voice-connectors/v/proxy-sessions/%2e%2E", "DeleteProxySession", "v", ".."],
    ["GET", "/voice-connectors/../proxy-sessions", "ListProxySessions", ".."],
    // An encoded slash belongs to its label.
    ["GET", "/voice-connectors/a%2Fb/proxy-sessions/c%2fd", "GetProxySession", "a/b", "c/d"],
    ["GET", "/voice-connectors/v%2Fproxy-sessions", "GetVoiceConnector", "v/proxy-sessions"],
    ["GET", "/voice-connectors/a+b/proxy-sessions/%20", "GetProxySession", "a+b", " "],
    ["GET", "/voice%2Dconnectors/v/proxy%2dsessions", "ListProxySessions", "v"],
    ["GET", "/voice-connectors/__proto__/proxy-sessions/constructor", "GetProxySession", "__proto__", "constructor"],
    ["GET", "/voice-connectors/v/proxy-sessions/p/", "UnknownPath"],
    ["GET", "//voice-connectors/v/proxy-sessions", "UnknownPath"],
    ["GET", "/", "UnknownPath"],
    ["GET", "/voice-connectors", "ListVoiceConnectors"],
    ["POST", "/voice-connectors", "CreateVoiceConnector"],
    ["GET", "/voice-connectors/v", "GetVoiceConnector", "v"],
    ["GET", "/voice-connectors/", "GetVoiceConnector", ""],
    ["PUT", "/voice-connectors/v", "UpdateVoiceConnector", "v"],
    // What a transport makes of `DELETE …/proxy-sessions/..`
    ["DELETE", "/voice-connectors/v", "DeleteVoiceConnector", "v"],
    ["POST", "/voice-connectors/v?operation=associate-phone-numbers", "AssociatePhoneNumbersWithVoiceConnector", "v"],
    [
      "POST",
      "/voice-connectors/v?x=1&operation=disassociate%2Dphone-numbers",
      "DisassociatePhoneNumbersFromVoiceConnector",
      "v",
    ],
    ["GET", "/phone-numbers", "ListPhoneNumbers"],
    ["GET", "/phone-numbers/%2B12065550100", "GetPhoneNumber", "+12065550100"],
    ["GET", "/phone-numbers/%252B12065550100", "GetPhoneNumber", "%2B12065550100"],
    ["GET", "/search?type=phone-numbers&area-code=206", "SearchAvailablePhoneNumbers"],
    ["POST", "/phone-number-orders", "CreatePhoneNumberOrder"],
    ["GET", "/phone-number-orders/o", "GetPhoneNumberOrder", "o"],
    // The query tells operations apart, and must do so clearly.
    ...[
      "",
      "?",
      "?operation",
      "?operation=",
      "?operation=other",
      "?operation=%zz",
      "?Operation=associate-phone-numbers",
    ].map(
      (query) =>
        [
          "POST",
          `/voice-connectors/v${query}`,
          "UnknownQuery",
          "operation=associate-phone-numbers",
          "operation=disassociate-phone-numbers",
        ] as const,
    ),
    [
      "POST",
      "/voice-connectors/v?operation=associate-phone-numbers&operation=associate-phone-numbers",
      "UnknownQuery",
      "operation=associate-phone-numbers",
      "operation=disassociate-phone-numbers",
    ],
    ["GET", "/search?type=users", "UnknownQuery", "type=phone-numbers"],
    ["GET", "/search", "UnknownQuery", "type=phone-numbers"],
    ["POST", "/search?type=phone-numbers", "UnknownMethod", "GET"],
    ["PATCH", "/voice-connectors/v", "UnknownMethod", "GET", "PUT", "DELETE", "POST"],
    ["DELETE", "/voice-connectors/v/", "UnknownPath"],
    ["GET", "/Voice-Connectors/v/proxy-sessions", "UnknownPath"],
    ["GET", "/voice-connectors/v/proxy-sessions/p/q", "UnknownPath"],
    ["GET", "/voice-connectors/v/programmable-numbers", "UnknownPath"],
    ["GET", "/voice-connectors/v/programmable-numbers/proxy/", "UnknownPath"],
    ["GET", "/voice-connectors/{VoiceConnectorId}/proxy-session", "UnknownPath"],
    ["GET", "", "MalformedPath"],
    ["GET", "voice-connectors/v/proxy-sessions", "MalformedPath"],
    ["GET", "/voice-connectors/%/proxy-sessions", "MalformedPath"],
    ["GET", "/voice-connectors/%2/proxy-sessions", "MalformedPath"],
    ["GET", "/voice-connectors/%zz/proxy-sessions", "MalformedPath"],
    ["GET", "/voice-connectors/%C0%AF/proxy-sessions", "MalformedPath"],
    ["GET", "/voice-connectors/%ED%A0%80/proxy-sessions", "MalformedPath"],
    ["GET", "/voice-connectors/%FF/proxy-sessions", "MalformedPath"],
    ["PUT", "/voice-connectors/v/proxy-sessions", "UnknownMethod", "POST", "GET"],
    ["PATCH", "/voice-connectors/v/proxy-sessions/p", "UnknownMethod", "GET", "POST", "DELETE"],
    ["POST", "/voice-connectors/v/programmable-numbers/proxy", "UnknownMethod", "PUT", "GET", "DELETE"],
    ["get", "/voice-connectors/v/proxy-sessions", "UnknownMethod", "POST", "GET"],
    ["", "/voice-connectors/v/proxy-sessions", "UnknownMethod", "POST", "GET"],
  ] as const) {
    it(`${method} ${path} is ${expected.join(" ")}`, () => {
      assert.deepStrictEqual(found(method, path), [...expected])
    })
  }

  it("ids that are empty, . or .. lead to an operation that refuses them", () => {
    for (const path of [
      "/voice-connectors/v/proxy-sessions/",
      "/voice-connectors/v/proxy-sessions/.",
      "/voice-connectors/v/proxy-sessions/..",
      "/voice-connectors/v/proxy-sessions/%2e%2e",
      "/voice-connectors//proxy-sessions/p",
    ]) {
      const { labels } = Result.getOrThrow(WireRequest.route("DELETE", path))
      const read = WireRequest.decode(Operation.operations.DeleteProxySession, labels, "", new Uint8Array())
      assert.isTrue(Result.isFailure(read), path)
    }
  })
})

describe("decode, the body", () => {
  const object = ["body must be a JSON object"]
  const missing = ["ParticipantPhoneNumbers is required", "Capabilities is required"]
  const text = JSON.stringify(create)

  for (const [what, body, expected] of [
    ["the model's", text, []],
    [
      "spaced and escaped",
      '{ "ParticipantPhoneNumbers" : [ "+14015550101", "\\u002b12065550100" ] ,\n"Capabilities":[] }',
      [],
    ],
    ["with unknown members", JSON.stringify({ ...create, Unknown: { Deep: [1] }, "": 1, unknown: 2 }), []],
    [
      "with nulls for what is optional",
      JSON.stringify({ ...create, Name: null, ExpiryMinutes: null, GeoMatchParams: null }),
      [],
    ],
    ["with nulls for what is required", '{"ParticipantPhoneNumbers":null,"Capabilities":null}', missing],
    ["no body at all", "", missing],
    ["an empty object", "{}", missing],
    [
      "with members in camel case",
      '{"participantPhoneNumbers":["+14015550101","+12065550100"],"capabilities":[]}',
      missing,
    ],
    [
      "with members in capitals",
      '{"PARTICIPANTPHONENUMBERS":["+14015550101","+12065550100"],"CAPABILITIES":[]}',
      missing,
    ],
    [
      "with a deep violation",
      JSON.stringify({ ...create, GeoMatchParams: { Country: "us" } }),
      ["GeoMatchParams.Country must be two capital letters, or empty", "GeoMatchParams.AreaCode is required"],
    ],
    [
      "with a null within a list",
      '{"ParticipantPhoneNumbers":["+14015550101",null],"Capabilities":[]}',
      ["ParticipantPhoneNumbers[1] must be string"],
    ],
    [
      "with a number for a text",
      '{"ParticipantPhoneNumbers":["+14015550101",12065550100],"Capabilities":[]}',
      ["ParticipantPhoneNumbers[1] must be string"],
    ],
    [
      "with an object for a list",
      '{"ParticipantPhoneNumbers":{"0":"+14015550101","1":"+12065550100"},"Capabilities":[]}',
      ["ParticipantPhoneNumbers must be array"],
    ],
    ["with a text for a number", JSON.stringify({ ...create, ExpiryMinutes: "60" }), ["ExpiryMinutes must be number"]],
    [
      "with a number too large for one",
      `{"ExpiryMinutes":1e400,${text.slice(1)}`,
      ["ExpiryMinutes must be an integer"],
    ],
    ["a list", "[]", object],
    ["a list of the right thing", `[${text}]`, object],
    ["null", "null", object],
    ["a text", '"text"', object],
    ["a number", "1", object],
    ["white space", " \n", object],
    ["cut off", text.slice(0, -1), object],
    ["followed by more", `${text}{}`, object],
    ["after a byte order mark", `\uFEFF${text}`, object],
    ["with comments", `/* */${text}`, object],
    ["NaN", "NaN", object],
    ["a form", "Capabilities=Voice", object],
    ["100,000 lists deep", "[".repeat(100_000) + "]".repeat(100_000), object],
    [
      "100,000 objects deep",
      '{"GeoMatchParams":'.repeat(100_000) + "1" + "}".repeat(100_000),
      [...missing, "GeoMatchParams.Country is required", "GeoMatchParams.AreaCode is required"],
    ],
    [
      "sound, with 100,000 lists in a member",
      `{"Name":${"[".repeat(100_000)}${"]".repeat(100_000)},${text.slice(1)}`,
      ["Name must be string"],
    ],
  ] as const) {
    it(`${what}: ${expected.join("; ") || "is read"}`, () => {
      const found = refusals(createFrom(body))
      assert.deepStrictEqual(found, [...expected])
    })
  }

  it("bytes that are not UTF-8 are no JSON object", () => {
    for (const wrong of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xfe, 0xff], [0xe9]]) {
      const body = new Uint8Array([...bytes('{"Name":"'), ...wrong, ...bytes(`",${text.slice(1)}`)])
      assert.deepStrictEqual(refusals(createFrom(body)), object)
    }
  })

  it("a lone surrogate in an escape is refused by the member's own rule", () => {
    assert.deepStrictEqual(refusals(createFrom(`{"Name":"\\ud800",${text.slice(1)}`)), [
      "Name must be at most 30 letters, digits and spaces",
    ])
  })

  it("members that JavaScript objects inherit are members like any other, and unknown", () => {
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "Constructor",
      "ToString",
      "ValueOf",
      "ToJSON",
    ]
    const hostile = names.map((name) => `"${name}":{"Name":"polluted","name":"polluted"},`).join("")
    const request = Result.getOrThrow(createFrom(`{${hostile}${text.slice(1)}`))
    assert.instanceOf(request, CreateProxySession)
    assert.sameMembers(Object.keys(request), ["voiceConnectorId", "participantPhoneNumbers", "capabilities"])
    assert.isUndefined(request.name)
    assert.isUndefined(Reflect.get({}, "name"))
    assert.deepStrictEqual(
      refusals(createFrom(`{"GeoMatchParams":{"__proto__":{"Country":"US","AreaCode":"206"}},${text.slice(1)}`)),
      ["GeoMatchParams.Country is required", "GeoMatchParams.AreaCode is required"],
    )
  })

  it("the last of two members of one name counts, as it does in JSON.parse", () => {
    const request = Result.getOrThrow(createFrom(`{"Capabilities":["SMS"],${text.slice(1)}`))
    assert.deepStrictEqual(request.capabilities, ["Voice", "SMS"])
  })

  it("a label cannot be overridden, in whatever case the body repeats it", () => {
    const ids = {
      VoiceConnectorId: "other",
      voiceConnectorId: "other",
      ProxySessionId: "other",
      proxySessionId: "other",
    }
    const request = Result.getOrThrow(
      WireRequest.decode(
        Operation.operations.UpdateProxySession,
        { voiceConnectorId: "v", proxySessionId: "p" },
        "voiceConnectorId=other&VoiceConnectorId=other",
        bytes(JSON.stringify({ ...ids, Capabilities: ["SMS"] })),
      ),
    )
    assert.deepStrictEqual<object>(
      { ...request },
      { voiceConnectorId: "v", proxySessionId: "p", capabilities: ["SMS"] },
    )
  })

  it("where the model has no body, none is looked at", () => {
    for (const operation of all.filter(({ method }: Plain) => method === "GET" || method === "DELETE")) {
      const labels = {
        voiceConnectorId: "v",
        proxySessionId: "p",
        phoneNumberId: "n",
        phoneNumberOrderId: "00000000-0000-0000-0000-000000000000",
      }
      for (const body of ["not JSON", '{"Status":"Open","ProxySessionId":"other"}']) {
        const request = Result.getOrThrow(WireRequest.decode(operation, labels, "", bytes(body)))
        assert.deepStrictEqual(
          Object.entries(request),
          Object.entries(labels).filter(([label]) => label in operation.request.fields),
        )
      }
    }
  })

  it("no refusal tells what was sent", () => {
    const canary = "CANARY5550100"
    for (const body of [
      canary,
      JSON.stringify(canary),
      JSON.stringify([canary]),
      JSON.stringify({
        ...create,
        ParticipantPhoneNumbers: [canary, canary],
        Name: `${canary}!`,
        Capabilities: [canary],
      }),
      JSON.stringify({ ...create, Name: { [canary]: canary }, GeoMatchParams: { Country: canary, AreaCode: canary } }),
    ]) {
      const read = createFrom(body)
      assert.isTrue(Result.isFailure(read))
      assert.notInclude(JSON.stringify(read), canary)
      if (Result.isFailure(read)) assert.notInclude(`${read.failure.message}${read.failure.stack}`, canary)
    }
  })

  it("a refusal names the operation", () => {
    const read = createFrom("")
    assert.strictEqual(Result.isFailure(read) && read.failure.operation, "CreateProxySession")
  })
})

describe("decode, many mistakes", () => {
  const paths = (body: object) =>
    Result.match(createFrom(JSON.stringify(body)), {
      onSuccess: () => [],
      onFailure: ({ violations }) => violations.map(({ path }) => path),
    })

  it("tells those of a list's first 100 elements, and of everything else all", () => {
    const found = paths({ Capabilities: Array.from({ length: 10_000 }, () => "x"), ExpiryMinutes: 0 })
    assert.strictEqual(found.filter((path) => path.startsWith("Capabilities[")).length, 100)
    assert.includeMembers(found, ["Capabilities[0]", "Capabilities[99]", "ExpiryMinutes", "ParticipantPhoneNumbers"])
  })

  it("tells one that is further back in a list, if there is no other", () => {
    const Capabilities = Array.from({ length: 10_000 }, (_, index) => (index === 5000 ? "x" : "SMS"))
    assert.deepStrictEqual(paths({ ...create, Capabilities }), ["Capabilities[5000]"])
  })
})

describe("decode, the query", () => {
  const read = (query: string) =>
    Result.match(listFrom(query), {
      onSuccess: ({ maxResults, nextToken, status }) => [status, nextToken, maxResults] as ReadonlyArray<unknown>,
      onFailure: ({ violations }) => violations.map(({ path, rule }) => `${path} ${rule}`),
    })

  for (const [query, expected] of [
    ["", [undefined, undefined, undefined]],
    ["&&", [undefined, undefined, undefined]],
    ["status=Open&next-token=a%20b&max-results=5", ["Open", "a b", 5]],
    ["max-results=100&status=InProgress&next-token=", ["InProgress", "", 100]],
    ["next-token=a=b=c", [undefined, "a=b=c", undefined]],
    ["next-token=a+b%2Bc", [undefined, "a+b+c", undefined]],
    ["next%2Dtoken=%C3%A9", [undefined, "é", undefined]],
    ["next-token", [undefined, "", undefined]],
    ["max-results=007", [undefined, undefined, 7]],
    ["NEXT-TOKEN=a&nextToken=b&NextToken=c&Status=Closed", [undefined, undefined, undefined]],
    ["unknown=%zz&%zz=1", [undefined, undefined, undefined]],
    ["__proto__=a&constructor=b", [undefined, undefined, undefined]],
    ["status=Open&status=Open", ["status must be given once"]],
    ["next-token=a&next%2Dtoken=b", ["next-token must be given once"]],
    ["max-results=1&max-results=", ["max-results must be given once"]],
    ["next-token=%zz", ["next-token must be well percent-encoded"]],
    ["status=%C0%AF", ["status must be well percent-encoded"]],
    ["max-results=%", ["max-results must be well percent-encoded"]],
    ["status=", ['Status must be "Open" | "InProgress" | "Closed"']],
    ["status=open", ['Status must be "Open" | "InProgress" | "Closed"']],
    ["max-results=", ["MaxResults must be number"]],
    ["max-results=ten", ["MaxResults must be number"]],
    ["max-results=1e1", ["MaxResults must be number"]],
    ["max-results=0x10", ["MaxResults must be number"]],
    ["max-results=%2010", ["MaxResults must be number"]],
    ["max-results=1.5", ["MaxResults must be number"]],
    ["max-results=0", ["MaxResults must be a whole number from 1 to 100"]],
    ["max-results=-0", ["MaxResults must be a whole number from 1 to 100"]],
    ["max-results=-1", ["MaxResults must be a whole number from 1 to 100"]],
    ["max-results=101", ["MaxResults must be a whole number from 1 to 100"]],
    ["max-results=999999999999999", ["MaxResults must be a whole number from 1 to 100"]],
    ["max-results=9999999999999999", ["MaxResults must be number"]],
  ] as const) {
    it(`?${query} is ${JSON.stringify(expected)}`, () => {
      assert.deepStrictEqual(read(query), [...expected])
    })
  }

  it("a token of 65535 characters is read, a longer one refused", () => {
    assert.deepStrictEqual(refusals(listFrom(`next-token=${"%C3%A9".repeat(65_535)}`)), [])
    assert.deepStrictEqual(refusals(listFrom(`next-token=${"a".repeat(65_536)}`)), [
      "NextToken must be at most 65535 characters",
    ])
  })

  it("every violation of path and query is told at once", () => {
    assert.deepStrictEqual(refusals(listFrom("status=open&max-results=0", { voiceConnectorId: ".." })), [
      "VoiceConnectorId must be neither . nor .., which are not names but steps of a path",
      'Status must be "Open" | "InProgress" | "Closed"',
      "MaxResults must be a whole number from 1 to 100",
    ])
  })

  it("operations without a query look at none", () => {
    const read = WireRequest.decode(
      Operation.operations.GetProxySession,
      { voiceConnectorId: "v", proxySessionId: "p" },
      "proxySessionId=other&status=open&status=open",
      new Uint8Array(),
    )
    assert.strictEqual(Result.getOrThrow(read).proxySessionId, "p")
  })
})
