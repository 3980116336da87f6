import { Capability, canonical } from "@proxy-session/domain/Capability"
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { AreaCode, Country, GeoMatchLevel, GeoMatchParams } from "@proxy-session/domain/GeoMatch"
import { maxResults } from "@proxy-session/domain/Namespace"
import { NumberSelectionBehavior } from "@proxy-session/domain/NumberSelectionBehavior"
import { ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  ProxySessionName,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { accepts, cast, property, roundTrip, written } from "./support/check.ts"

const requests = {
  CreateProxySession,
  ProxySessionKey,
  ListProxySessions,
  UpdateProxySession,
  PutVoiceConnectorProxy,
  VoiceConnectorProxyKey,
} as const

/** For each schema, what it accepts and what it refuses. */
const table: ReadonlyArray<
  readonly [
    name: string,
    schema: Schema.Codec<unknown, unknown>,
    accepted: ReadonlyArray<unknown>,
    refused: ReadonlyArray<unknown>,
  ]
> = [
  [
    "ProxySessionName",
    ProxySessionName,
    ["", "a", "Trip 1", " ", "a".repeat(30), " ".repeat(30), "AZaz09"],
    ["a".repeat(31), "Trip-1", "Trip_1", "Trip!", "Tríp", "a\n", "a\t", "😀", "\u00A0", 1, null],
  ],
  [
    "ExpiryMinutes",
    ExpiryMinutes,
    [1, 2, 720, 721, Number.MAX_SAFE_INTEGER],
    [0, -0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53, 1n, "60", "", true, null],
  ],
  ["Capability", Capability, ["Voice", "SMS"], ["voice", "VOICE", "Sms", "MMS", "", " Voice", 0, null]],
  ["GeoMatchLevel", GeoMatchLevel, ["Country", "AreaCode"], ["country", "Area", "", null]],
  ["NumberSelectionBehavior", NumberSelectionBehavior, ["PreferSticky", "AvoidSticky"], ["Sticky", "", null]],
  ["ProxySessionStatus", ProxySessionStatus, ["Open", "InProgress", "Closed"], ["open", "In Progress", "Deleted", ""]],
  ["Country", Country, ["", "US", "ZZ"], ["us", "Us", "U", "USA", "U1", " ", "US\n", "ÜS", 1, null]],
  ["AreaCode", AreaCode, ["", "206", "000"], ["20", "2065", "2O6", "+20", " ", "206\n", "٢٠٦", 206, null]],
  [
    "GeoMatchParams",
    GeoMatchParams,
    [
      { country: "US", areaCode: "206" },
      { country: "", areaCode: "" },
      { country: "US", areaCode: "206", unknown: 1 },
    ],
    [{ country: "US" }, { areaCode: "206" }, {}, [], null, "US", { country: "US", areaCode: null }],
  ],
]

for (const [name, schema, accepted, refused] of table) {
  describe(name, () => {
    const shown = (value: unknown) =>
      typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value))
    for (const value of accepted) {
      it(`accepts ${typeof value === "number" ? value : shown(value)}`, () => {
        assert.isTrue(accepts(schema, value))
      })
    }
    for (const value of refused) {
      it(`refuses ${typeof value === "number" ? value : shown(value)}`, () => {
        assert.isFalse(accepts(schema, value))
      })
    }
  })
}

const create = {
  voiceConnectorId: "abcdef1ghij2klmno3pqr4",
  participantPhoneNumbers: ["+12065550100", "+14015550101"],
  capabilities: ["Voice"],
}
const list = { voiceConnectorId: "abcdef1ghij2klmno3pqr4" }
const update = { ...list, proxySessionId: "p", capabilities: ["SMS"] }
const put = { ...list, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] }

/** The violations that reading an input tells, as `path rule`; none for a sound one. */
const told = (
  request: {
    readonly decode: (
      input: never,
    ) => Effect.Effect<
      unknown,
      { readonly violations: ReadonlyArray<{ readonly path: string; readonly rule: string }> }
    >
  },
  input: unknown,
) =>
  Effect.runSync(
    Effect.match(request.decode(cast(input)), {
      onSuccess: () => [],
      onFailure: ({ violations }) => violations.map(({ path, rule }) => `${path} ${rule}`),
    }),
  )

const number = "must be an E.164 number: an optional +, then 2 to 15 digits that do not begin with 0"
const countries = (length: number, country = "US") => Array.from({ length }, () => country)

describe("what a request tells of its violations", () => {
  for (const [request, input, expected] of [
    ["CreateProxySession", create, []],
    ["CreateProxySession", { ...create, capabilities: [] }, []],
    ["CreateProxySession", { ...create, capabilities: ["SMS", "SMS", "Voice"] }, []],
    ["CreateProxySession", { ...create, participantPhoneNumbers: ["+12065550100", "+12065550100"] }, []],
    ["CreateProxySession", { ...create, unknown: 1 }, []],
    [
      "CreateProxySession",
      { ...create, participantPhoneNumbers: [] },
      ["participantPhoneNumbers[0] is required", "participantPhoneNumbers[1] is required"],
    ],
    [
      "CreateProxySession",
      { ...create, participantPhoneNumbers: ["+12065550100"] },
      ["participantPhoneNumbers[1] is required"],
    ],
    [
      "CreateProxySession",
      { ...create, participantPhoneNumbers: [...create.participantPhoneNumbers, "+12065550102"] },
      ["participantPhoneNumbers[2] is not a member"],
    ],
    [
      "CreateProxySession",
      { ...create, participantPhoneNumbers: ["0", "+12065550100"] },
      [`participantPhoneNumbers[0] ${number}`],
    ],
    [
      "CreateProxySession",
      { ...create, participantPhoneNumbers: "+12065550100" },
      ["participantPhoneNumbers must be array"],
    ],
    ["CreateProxySession", { ...create, capabilities: ["Voice", "Fax"] }, ['capabilities[1] must be "Voice" | "SMS"']],
    ["CreateProxySession", { ...create, name: "Trip-1" }, ["name must be at most 30 letters, digits and spaces"]],
    ["CreateProxySession", { ...create, expiryMinutes: 0 }, ["expiryMinutes must be a whole number of at least 1"]],
    ["CreateProxySession", { ...create, geoMatchLevel: "City" }, ['geoMatchLevel must be "Country" | "AreaCode"']],
    [
      "CreateProxySession",
      { ...create, numberSelectionBehavior: "" },
      ['numberSelectionBehavior must be "PreferSticky" | "AvoidSticky"'],
    ],
    ["CreateProxySession", { ...create, geoMatchParams: { country: "US" } }, ["geoMatchParams.areaCode is required"]],
    ["CreateProxySession", { ...create, geoMatchParams: { areaCode: "206" } }, ["geoMatchParams.country is required"]],
    [
      "CreateProxySession",
      { ...create, geoMatchParams: { country: "us", areaCode: "20" } },
      [
        "geoMatchParams.country must be two capital letters, or empty",
        "geoMatchParams.areaCode must be three digits, or empty",
      ],
    ],
    [
      "CreateProxySession",
      {},
      ["voiceConnectorId is required", "participantPhoneNumbers is required", "capabilities is required"],
    ],
    ["CreateProxySession", null, [" must be object"]],
    ["CreateProxySession", [], [" must be object"]],
    [
      "ProxySessionKey",
      { ...list, proxySessionId: ".." },
      ["proxySessionId must be neither . nor .., which are not names but steps of a path"],
    ],
    [
      "ProxySessionKey",
      { voiceConnectorId: " ", proxySessionId: "a".repeat(129) },
      [
        "voiceConnectorId must be text with at least one character that is not white space",
        "proxySessionId must be 1 to 128 characters",
      ],
    ],
    [
      "ProxySessionKey",
      { voiceConnectorId: "\uD800", proxySessionId: "p" },
      ["voiceConnectorId must be well-formed Unicode"],
    ],
    ["ListProxySessions", { ...list, maxResults: 1 }, []],
    ["ListProxySessions", { ...list, maxResults: 100 }, []],
    ["ListProxySessions", { ...list, maxResults: 0 }, ["maxResults must be a whole number from 1 to 100"]],
    ["ListProxySessions", { ...list, maxResults: 101 }, ["maxResults must be a whole number from 1 to 100"]],
    ["ListProxySessions", { ...list, maxResults: 1.5 }, ["maxResults must be an integer"]],
    ["ListProxySessions", { ...list, maxResults: "10" }, ["maxResults must be number"]],
    ["ListProxySessions", { ...list, status: "open" }, ['status must be "Open" | "InProgress" | "Closed"']],
    ["ListProxySessions", { ...list, nextToken: "" }, []],
    ["ListProxySessions", { ...list, nextToken: "a".repeat(65_535) }, []],
    ["ListProxySessions", { ...list, nextToken: "😀".repeat(65_535) }, []],
    ["ListProxySessions", { ...list, nextToken: "a".repeat(65_536) }, ["nextToken must be at most 65535 characters"]],
    ["ListProxySessions", { ...list, nextToken: "\uDC00" }, ["nextToken must be well-formed Unicode"]],
    ["UpdateProxySession", update, []],
    ["UpdateProxySession", { ...update, capabilities: [], expiryMinutes: Number.MAX_SAFE_INTEGER }, []],
    ["UpdateProxySession", { ...update, capabilities: null }, ["capabilities must be array"]],
    ["PutVoiceConnectorProxy", put, []],
    ["PutVoiceConnectorProxy", { ...put, defaultSessionExpiryMinutes: -1 }, []],
    [
      "PutVoiceConnectorProxy",
      { ...put, defaultSessionExpiryMinutes: 1.5 },
      ["defaultSessionExpiryMinutes must be an integer"],
    ],
    ["PutVoiceConnectorProxy", { ...put, phoneNumberPoolCountries: countries(100) }, []],
    ["PutVoiceConnectorProxy", { ...put, phoneNumberPoolCountries: [""] }, []],
    [
      "PutVoiceConnectorProxy",
      { ...put, phoneNumberPoolCountries: [] },
      ["phoneNumberPoolCountries must be 1 to 100 countries"],
    ],
    [
      "PutVoiceConnectorProxy",
      { ...put, phoneNumberPoolCountries: countries(101) },
      ["phoneNumberPoolCountries must be 1 to 100 countries"],
    ],
    [
      "PutVoiceConnectorProxy",
      { ...put, phoneNumberPoolCountries: ["US", "us"] },
      ["phoneNumberPoolCountries[1] must be two capital letters, or empty"],
    ],
    [
      "PutVoiceConnectorProxy",
      { ...put, fallBackPhoneNumber: "0", disabled: "no" },
      [`fallBackPhoneNumber ${number}`, "disabled must be boolean"],
    ],
    [
      "VoiceConnectorProxyKey",
      { voiceConnectorId: "" },
      [
        "voiceConnectorId must be 1 to 128 characters",
        "voiceConnectorId must be text with at least one character that is not white space",
      ],
    ],
  ] as const) {
    const shown = JSON.stringify(input)
    it(`${request} of ${shown.length > 160 ? `${shown.slice(0, 160)}…` : shown}: ${expected.join("; ") || "none"}`, () => {
      assert.deepStrictEqual(told(requests[request], input), [...expected])
    })
  }

  it("a member that is undefined is not the same as one that is absent", () => {
    assert.deepStrictEqual(told(CreateProxySession, { ...create, name: undefined }), ["name must be string"])
  })

  it("names the operation, where the request has but one", () => {
    const operationOf = (request: (typeof requests)[keyof typeof requests]) =>
      Effect.runSync(Effect.flip(Effect.mapError(request.decode(cast({})), ({ operation }) => operation)))
    assert.deepStrictEqual(Object.values(requests).map(operationOf), [
      "CreateProxySession",
      undefined,
      "ListProxySessions",
      "UpdateProxySession",
      "PutVoiceConnectorProxy",
      undefined,
    ])
  })
})

describe("every sound request", () => {
  for (const [name, request] of Object.entries(requests)) {
    const schema: Schema.Codec<object, unknown> = request
    it.prop(
      `${name} is read back as it was written, as an instance of its class`,
      [schema],
      ([value]) => {
        const read = roundTrip(schema, value)
        assert.instanceOf(read, request)
        assert.strictEqual(written(schema, read), written(schema, value))
      },
      property,
    )
  }
})

describe("canonical", () => {
  it.prop(
    "has each capability once, in alphabetical order",
    [Schema.Array(Capability)],
    ([capabilities]) => {
      assert.deepStrictEqual(
        canonical(capabilities),
        (["SMS", "Voice"] as const).filter((each) => capabilities.includes(each)),
      )
    },
    property,
  )
})

it("the older namespace has smaller pages", () => {
  assert.deepStrictEqual(maxResults, { chime: 99, "chime-sdk-voice": 100 })
})
