import type { OperationName } from "@proxy-session/domain/OperationName"
import type { SuccessOf } from "@proxy-session/domain/Operations"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { all, type Plain, plain, property, written } from "./support/wire.ts"

/** The service's own example, byte for byte. */
const sessionText =
  '{"ProxySession":{"VoiceConnectorId":"abcdef1ghij2klmno3pqr4","ProxySessionId":"123a4bc5-67d8-901e-2f3g-h4ghjk56789l",' +
  '"Status":"Open","ExpiryMinutes":60,"Capabilities":["SMS","Voice"],"CreatedTimestamp":"2020-04-15T16:10:10.288Z",' +
  '"UpdatedTimestamp":"2020-04-15T16:10:10.288Z","Participants":[{"PhoneNumber":"+12065550100",' +
  '"ProxyPhoneNumber":"+19135550199"},{"PhoneNumber":"+14015550101","ProxyPhoneNumber":"+19135550199"}]}}'
const proxyText = '{"Proxy":{"DefaultSessionExpiryMinutes":60,"Disabled":false,"PhoneNumberCountries":["US"]}}'

const proxyPhoneNumber = PhoneNumber.make("+19135550199")
const at = DateTime.makeUnsafe("2020-04-15T16:10:10.288Z")
const session = Schema.decodeSync(ProxySession)({
  voiceConnectorId: "abcdef1ghij2klmno3pqr4",
  proxySessionId: "123a4bc5-67d8-901e-2f3g-h4ghjk56789l",
  status: "Open",
  expiryMinutes: 60,
  capabilities: ["SMS", "Voice"],
  createdTimestamp: "2020-04-15T16:10:10.288Z",
  updatedTimestamp: "2020-04-15T16:10:10.288Z",
  participants: [
    { phoneNumber: "+12065550100", proxyPhoneNumber },
    { phoneNumber: "+14015550101", proxyPhoneNumber },
  ],
})
const configuration = new ProxyConfiguration({
  defaultSessionExpiryMinutes: 60,
  disabled: false,
  phoneNumberCountries: ["US"],
})

const answer = (body: string, status = 200) => ({ status, headers: { "x-amzn-requestid": "the-id" }, body })
const get = (body: string, status?: number) =>
  WireResponse.decode(Operation.operations.GetProxySession, answer(body, status))
const { ProxySession: example }: { readonly ProxySession: Record<string, unknown> } = JSON.parse(sessionText)

/** The example with some members changed; one that is undefined is left out. */
const changed = (members: Record<string, unknown>) => JSON.stringify({ ProxySession: { ...example, ...members } })

/** What a malformed answer is told to be, as `path problem`. */
const problem = (operation: Plain, body: string, status = 200): string =>
  Result.match(WireResponse.decode(operation, answer(body, status)), {
    onSuccess: () => "is read",
    onFailure: (error) =>
      "path" in error && "problem" in error && error._tag === "MalformedResponse"
        ? `${String(error.path)} ${String(error.problem)}`
        : error._tag,
  })

describe("decode, the service's own answers", () => {
  it("a session", () => {
    for (const read of [
      Result.getOrThrow(WireResponse.decode(Operation.operations.CreateProxySession, answer(sessionText, 201))),
      Result.getOrThrow(WireResponse.decode(Operation.operations.GetProxySession, answer(sessionText, 200))),
      Result.getOrThrow(WireResponse.decode(Operation.operations.UpdateProxySession, answer(sessionText, 201))),
    ]) {
      assert.instanceOf(read, ProxySession)
      assert.instanceOf(read.participants[0], Participant)
      assert.deepStrictEqual(read, session)
    }
  })

  it("a configuration", () => {
    for (const operation of [
      Operation.operations.PutVoiceConnectorProxy,
      Operation.operations.GetVoiceConnectorProxy,
    ]) {
      const read = Result.getOrThrow(WireResponse.decode(operation, answer(proxyText)))
      assert.instanceOf(read, ProxyConfiguration)
      assert.deepStrictEqual(read, configuration)
    }
  })

  it("a page, the last with a null for its token", () => {
    const list = (body: string) =>
      Result.getOrThrow(WireResponse.decode(Operation.operations.ListProxySessions, answer(body)))
    const one = JSON.stringify(example)
    assert.deepStrictEqual(
      list(`{"NextToken":null,"ProxySessions":[${one}]}`),
      new ProxySessionPage({ proxySessions: [session] }),
    )
    assert.deepStrictEqual(
      list(`{"NextToken":"more","ProxySessions":[${one},${one}]}`),
      new ProxySessionPage({ proxySessions: [session, session], nextToken: "more" }),
    )
    for (const empty of ["", "{}", '{"ProxySessions":null}', '{"NextToken":null,"ProxySessions":[]}']) {
      assert.deepStrictEqual(list(empty), new ProxySessionPage({ proxySessions: [] }), empty)
    }
    assert.strictEqual(list('{"NextToken":"","ProxySessions":[]}').nextToken, "")
  })

  it("nothing, whatever comes with it", () => {
    for (const operation of [Operation.operations.DeleteProxySession, Operation.operations.DeleteVoiceConnectorProxy]) {
      for (const body of ["", "{}", "null", "<html>", sessionText]) {
        for (const status of [200, 204]) {
          assert.isUndefined(Result.getOrThrow(WireResponse.decode(operation, answer(body, status))))
        }
      }
    }
  })

  it("any 2xx is a success", () => {
    for (const status of [200, 201, 202, 204, 206, 299]) assert.isTrue(Result.isSuccess(get(sessionText, status)))
    for (const status of [100, 199, 300, 304, 400, 500]) assert.isTrue(Result.isFailure(get(sessionText, status)))
  })

  it("an error answer is the error that it stands for, without the secrets", () => {
    const result = WireResponse.decode(
      Operation.operations.GetProxySession,
      {
        status: 404,
        headers: { "x-amzn-errortype": "NotFoundException:" },
        body: '{"Code":"NotFound","Message":"no Trip 1"}',
      },
      ["Trip 1"],
    )
    assert.isTrue(Result.isFailure(result))
    if (Result.isFailure(result)) {
      assert.strictEqual(result.failure._tag, "NotFoundException")
      assert.strictEqual(result.failure.message, "no <redacted>")
    }
  })
})

describe("decode, what may differ", () => {
  const read = (members: Record<string, unknown>) => Result.getOrThrow(get(changed(members)))

  it("every null is as good as absent", () => {
    const nulls = Object.fromEntries(
      ["EndedTimestamp", "GeoMatchLevel", "GeoMatchParams", "Name", "NumberSelectionBehavior"].map((name) => [
        name,
        null,
      ]),
    )
    assert.deepStrictEqual(read(nulls), session)
    const bare = read({ ...nulls, ExpiryMinutes: null, Capabilities: null, Participants: null })
    assert.deepStrictEqual([bare.expiryMinutes, bare.capabilities, bare.participants], [undefined, [], []])
    assert.deepStrictEqual(
      Result.getOrThrow(
        WireResponse.decode(
          Operation.operations.GetVoiceConnectorProxy,
          answer(
            '{"Proxy":{"DefaultSessionExpiryMinutes":null,"Disabled":null,"FallBackPhoneNumber":null,"PhoneNumberCountries":null}}',
          ),
        ),
      ),
      new ProxyConfiguration({ disabled: false, phoneNumberCountries: [] }),
    )
  })

  it("unknown members are ignored, whatever they are called and wherever they are", () => {
    const hostile = '"__proto__":{"Status":"Closed"},"constructor":1,"status":"Closed","toString":1,"New":{"A":[null]}'
    const body = `{${hostile},"ProxySession":{${hostile},${JSON.stringify(example).slice(1)}}`
    assert.deepStrictEqual(Result.getOrThrow(get(body)), session)
    assert.deepStrictEqual(
      read({ Participants: [{ PhoneNumber: "+12065550100", ProxyPhoneNumber: proxyPhoneNumber, New: 1 }] }).participants
        .length,
      1,
    )
  })

  for (const [text, instant] of [
    ["2020-04-15T16:10:10.288Z", "2020-04-15T16:10:10.288Z"],
    ["2020-04-15T16:10:10Z", "2020-04-15T16:10:10.000Z"],
    ["2020-04-15T16:10:10.288000+00:00", "2020-04-15T16:10:10.288Z"],
    ["2020-04-15T18:10:10+02:00", "2020-04-15T16:10:10.000Z"],
    ["2020-04-15T16:10:10.288999999Z", "2020-04-15T16:10:10.288Z"],
  ] as const) {
    it(`the timestamp ${text} is ${instant}`, () => {
      assert.strictEqual(DateTime.formatIso(read({ CreatedTimestamp: text }).createdTimestamp), instant)
    })
  }

  it("numbers are taken with + or without, in any order, and as many participants as there are", () => {
    const participants = [1, 2, 3].map((n) => ({ PhoneNumber: `1206555010${n}`, ProxyPhoneNumber: "19135550199" }))
    assert.strictEqual(read({ Participants: participants }).participants.length, 3)
    assert.strictEqual(read({ Participants: participants }).participants[0]?.phoneNumber, "12065550101")
    assert.strictEqual(read({ Participants: [] }).participants.length, 0)
  })

  it("a name may be what a request could not send", () => {
    assert.strictEqual(read({ Name: "Tríp-1" }).name, "Tríp-1")
  })
})

describe("decode, what is malformed", () => {
  const session = plain(Operation.operations.GetProxySession)

  for (const [body, expected] of [
    ["", "ProxySession is required"],
    ["{}", "ProxySession is required"],
    ['{"ProxySession":null}', "ProxySession is required"],
    ['{"proxySession":{}}', "ProxySession is required"],
    ['{"ProxySession":"text"}', "ProxySession must be object"],
    ['{"ProxySession":[]}', "ProxySession must be object"],
    ['{"ProxySession":1}', "ProxySession must be object"],
    ['{"ProxySession":{}}', "ProxySession.VoiceConnectorId is required"],
    ["[]", "body must be a JSON object"],
    [`[${sessionText}]`, "body must be a JSON object"],
    ["null", "body must be a JSON object"],
    ['"text"', "body must be a JSON object"],
    ["<html><body>Welcome</body></html>", "body must be a JSON object"],
    [sessionText.slice(0, -1), "body must be a JSON object"],
    ["[".repeat(100_000), "body must be a JSON object"],
    [changed({ Status: "Paused" }), 'ProxySession.Status must be "Open" | "InProgress" | "Closed"'],
    [changed({ Status: undefined }), "ProxySession.Status is required"],
    [changed({ Status: null }), "ProxySession.Status is required"],
    [changed({ CreatedTimestamp: undefined }), "ProxySession.CreatedTimestamp is required"],
    [changed({ UpdatedTimestamp: undefined }), "ProxySession.UpdatedTimestamp is required"],
    [changed({ ProxySessionId: undefined }), "ProxySession.ProxySessionId is required"],
    [changed({ VoiceConnectorId: null }), "ProxySession.VoiceConnectorId is required"],
    [changed({ CreatedTimestamp: 1_586_967_010.288 }), "ProxySession.CreatedTimestamp must be string"],
    [
      changed({ EndedTimestamp: "2020-02-30T00:00:00Z" }),
      "ProxySession.EndedTimestamp must be an ISO 8601 date and time with a zone",
    ],
    [changed({ ExpiryMinutes: "60" }), "ProxySession.ExpiryMinutes must be number"],
    [changed({ ExpiryMinutes: 0 }), "ProxySession.ExpiryMinutes must be a whole number of at least 1"],
    [changed({ Name: "a".repeat(129) }), "ProxySession.Name must be at most 128 characters"],
    [changed({ Capabilities: ["SMS", "Fax"] }), 'ProxySession.Capabilities[1] must be "Voice" | "SMS"'],
    [changed({ Capabilities: ["SMS", null] }), 'ProxySession.Capabilities[1] must be "Voice" | "SMS"'],
    [changed({ Capabilities: "SMS" }), "ProxySession.Capabilities must be array"],
    [
      changed({ NumberSelectionBehavior: "Sticky" }),
      'ProxySession.NumberSelectionBehavior must be "PreferSticky" | "AvoidSticky"',
    ],
    [changed({ GeoMatchLevel: "City" }), 'ProxySession.GeoMatchLevel must be "Country" | "AreaCode"'],
    [changed({ GeoMatchParams: { Country: "US" } }), "ProxySession.GeoMatchParams.AreaCode is required"],
    [
      changed({ Participants: [{ PhoneNumber: "+12065550100" }] }),
      "ProxySession.Participants[0].ProxyPhoneNumber is required",
    ],
    [
      changed({ Participants: [{ PhoneNumber: "anonymous", ProxyPhoneNumber: "+19135550199" }] }),
      "ProxySession.Participants[0].PhoneNumber must be an E.164 number: an optional +, then 2 to 15 digits that do not begin with 0",
    ],
  ] as const) {
    it(`${body.length > 100 ? `${body.slice(0, 100)}…` : body || "nothing"}: ${expected}`, () => {
      assert.strictEqual(problem(session, body), expected)
    })
  }

  it("the path leads through a page", () => {
    const list = plain(Operation.operations.ListProxySessions)
    const one = JSON.stringify(example)
    assert.strictEqual(
      problem(list, `{"ProxySessions":[${one},${one.replace("Open", "Paused")}]}`),
      'ProxySessions[1].Status must be "Open" | "InProgress" | "Closed"',
    )
    assert.strictEqual(problem(list, '{"ProxySessions":{}}'), "ProxySessions must be array")
    assert.strictEqual(problem(list, '{"ProxySessions":[null]}'), "ProxySessions[0] must be object")
    assert.strictEqual(problem(list, '{"NextToken":1}'), "NextToken must be string")
    // The service's documentation has this mistake; the model has a list.
    assert.strictEqual(problem(list, sessionText), "is read")
  })

  it("and through a configuration", () => {
    const proxy = plain(Operation.operations.PutVoiceConnectorProxy)
    assert.strictEqual(problem(proxy, "{}"), "Proxy is required")
    assert.strictEqual(problem(proxy, '{"Proxy":{"Disabled":"no"}}'), "Proxy.Disabled must be boolean")
    assert.strictEqual(
      problem(proxy, '{"Proxy":{"PhoneNumberCountries":["us"]}}'),
      "Proxy.PhoneNumberCountries[0] must be two capital letters, or empty",
    )
  })

  it("every operation with an answer tells its name and the request id, and nothing of the answer", () => {
    const results = [
      "ProxySessions",
      "ProxySession",
      "Proxy",
      "VoiceConnector",
      "VoiceConnectors",
      "PhoneNumber",
      "PhoneNumbers",
      "PhoneNumberErrors",
      "PhoneNumberOrder",
      "E164PhoneNumbers",
    ]
    for (const operation of all.filter(({ status }) => status !== 204)) {
      const canary = "CANARY5550100"
      for (const body of [
        canary,
        `{"${canary}":1}`.slice(1),
        JSON.stringify(Object.fromEntries(results.map((name) => [name, canary]))),
      ]) {
        const result = WireResponse.decode(operation, answer(body))
        assert.isTrue(Result.isFailure(result))
        if (Result.isFailure(result)) {
          assert.include(result.failure as object, {
            _tag: "MalformedResponse",
            operation: operation.name,
            requestId: "the-id",
          })
          assert.notInclude(
            `${inspect(result.failure, { depth: 9, showHidden: true })}${result.failure.message}`,
            canary,
          )
        }
      }
    }
  })
})

describe("encode", () => {
  it("writes a session's keys in alphabetical order, with a null for each that is absent", () => {
    assert.strictEqual(
      WireResponse.encode("GetProxySession", session),
      '{"ProxySession":{"Capabilities":["SMS","Voice"],"CreatedTimestamp":"2020-04-15T16:10:10.288Z","EndedTimestamp":null,' +
        '"ExpiryMinutes":60,"GeoMatchLevel":null,"GeoMatchParams":null,"Name":null,"NumberSelectionBehavior":null,' +
        '"Participants":[{"PhoneNumber":"+12065550100","ProxyPhoneNumber":"+19135550199"},' +
        '{"PhoneNumber":"+14015550101","ProxyPhoneNumber":"+19135550199"}],' +
        '"ProxySessionId":"123a4bc5-67d8-901e-2f3g-h4ghjk56789l","Status":"Open",' +
        '"UpdatedTimestamp":"2020-04-15T16:10:10.288Z","VoiceConnectorId":"abcdef1ghij2klmno3pqr4"}}',
    )
  })

  it("writes every member that is there", () => {
    const full = new ProxySession({
      ...session,
      name: "Trip 1",
      status: "Closed",
      endedTimestamp: at,
      numberSelectionBehavior: "PreferSticky",
      geoMatchLevel: "AreaCode",
      geoMatchParams: { country: "US", areaCode: "206" },
    })
    const body = JSON.parse(WireResponse.encode("CreateProxySession", full) ?? "")
    assert.include(JSON.stringify(body), '"GeoMatchParams":{"AreaCode":"206","Country":"US"},"Name":"Trip 1"')
    assert.notInclude(JSON.stringify(body), "null")
  })

  it("leaves the nulls out if told to", () => {
    const body = WireResponse.encode("GetProxySession", session, { nulls: false })
    assert.deepStrictEqual(JSON.parse(body ?? ""), JSON.parse(sessionText))
    assert.strictEqual(WireResponse.encode("GetVoiceConnectorProxy", configuration, { nulls: false }), proxyText)
    assert.strictEqual(
      WireResponse.encode("ListProxySessions", new ProxySessionPage({ proxySessions: [] }), {
        nulls: false,
      }),
      '{"ProxySessions":[]}',
    )
  })

  it("writes an empty page and a bare configuration", () => {
    assert.strictEqual(
      WireResponse.encode("ListProxySessions", new ProxySessionPage({ proxySessions: [] })),
      '{"NextToken":null,"ProxySessions":[]}',
    )
    assert.strictEqual(
      WireResponse.encode(
        "GetVoiceConnectorProxy",
        new ProxyConfiguration({ disabled: true, phoneNumberCountries: [] }),
      ),
      '{"Proxy":{"DefaultSessionExpiryMinutes":null,"Disabled":true,"FallBackPhoneNumber":null,"PhoneNumberCountries":[]}}',
    )
  })

  it("writes nothing where there is nothing to say", () => {
    assert.isUndefined(WireResponse.encode("DeleteProxySession", undefined))
    assert.isUndefined(WireResponse.encode("DeleteVoiceConnectorProxy", undefined))
  })

  /** Whether the keys of all objects within are in alphabetical order. */
  const sorted = (value: unknown): boolean =>
    typeof value !== "object" ||
    value === null ||
    ((Array.isArray(value) ||
      Object.keys(value).every((key, index, keys) => index === 0 || (keys[index - 1] ?? "") < key)) &&
      Object.values(value).every(sorted))

  const holdsNull = (value: unknown): boolean =>
    value === null || (typeof value === "object" && Object.values(value).some(holdsNull))

  // oxlint-disable-next-line no-unnecessary-type-parameters -- the name ties the value to what reads it
  const readBack = <Name extends OperationName>(name: Name, nulls: boolean) => {
    const operation = Operation.operations[name]
    const { success }: { readonly success: Schema.Codec<SuccessOf[Name], unknown> } = operation
    it.prop(
      `any answer of ${name} is read back as it was written, ${nulls ? "with nulls" : "without nulls"}`,
      [success],
      ([value]) => {
        const body = WireResponse.encode(name, value, { nulls }) ?? ""
        assert.isTrue(sorted(JSON.parse(body)))
        if (!nulls) assert.isFalse(holdsNull(JSON.parse(body)))
        const read = Result.getOrThrow(WireResponse.decode(operation, answer(body, operation.status)))
        assert.strictEqual(written(success, read), written(success, value))
      },
      property,
    )
  }

  for (const { name } of all.filter(({ status }) => status !== 204)) {
    readBack(name, true)
    readBack(name, false)
  }
})

it("a malformed answer's request id is made safe like that of any error", () => {
  const headers = { "x-amzn-requestid": "+12065550100" }
  const error = Result.getOrThrow(
    Result.flip(WireResponse.decode(Operation.operations.GetProxySession, { status: 200, headers, body: "[]" })),
  )
  assert.include(error, { _tag: "MalformedResponse", requestId: "<redacted>" })
})
