import { OperationName } from "@proxy-session/domain/OperationName"
import * as Operation from "@proxy-session/protocol/Operation"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "@effect/vitest"

const V = "/voice-connectors/{VoiceConnectorId}"
const S = `${V}/proxy-sessions/{ProxySessionId}`
const P = `${V}/programmable-numbers/proxy`

const connectorPath = (operation: string) => `${V}?operation=${operation}`

/** The models' operations, restated. */
const table = [
  ["CreateProxySession", "POST", `${V}/proxy-sessions`, 201, "proxySession", false],
  ["GetProxySession", "GET", S, 200, "proxySession", true],
  ["ListProxySessions", "GET", `${V}/proxy-sessions`, 200, undefined, true],
  ["UpdateProxySession", "POST", S, 201, "proxySession", true],
  ["DeleteProxySession", "DELETE", S, 204, undefined, true],
  ["PutVoiceConnectorProxy", "PUT", P, 200, "proxy", true],
  ["GetVoiceConnectorProxy", "GET", P, 200, "proxy", true],
  ["DeleteVoiceConnectorProxy", "DELETE", P, 204, undefined, true],
  ["CreateVoiceConnector", "POST", "/voice-connectors", 201, "voiceConnector", false],
  ["GetVoiceConnector", "GET", V, 200, "voiceConnector", true],
  ["ListVoiceConnectors", "GET", "/voice-connectors", 200, undefined, true],
  ["UpdateVoiceConnector", "PUT", V, 200, "voiceConnector", true],
  ["DeleteVoiceConnector", "DELETE", V, 204, undefined, true],
  ["AssociatePhoneNumbersWithVoiceConnector", "POST", connectorPath("associate-phone-numbers"), 200, undefined, true],
  [
    "DisassociatePhoneNumbersFromVoiceConnector",
    "POST",
    connectorPath("disassociate-phone-numbers"),
    200,
    undefined,
    true,
  ],
  ["ListPhoneNumbers", "GET", "/phone-numbers", 200, undefined, true],
  ["GetPhoneNumber", "GET", "/phone-numbers/{PhoneNumberId}", 200, "phoneNumber", true],
  ["SearchAvailablePhoneNumbers", "GET", "/search?type=phone-numbers", 200, undefined, true],
  ["CreatePhoneNumberOrder", "POST", "/phone-number-orders", 201, "phoneNumberOrder", false],
  ["GetPhoneNumberOrder", "GET", "/phone-number-orders/{PhoneNumberOrderId}", 200, "phoneNumberOrder", true],
] as const

const members = {
  CreateProxySession: [
    "voiceConnectorId",
    "participantPhoneNumbers",
    "capabilities",
    "name",
    "expiryMinutes",
    "numberSelectionBehavior",
    "geoMatchLevel",
    "geoMatchParams",
  ],
  GetProxySession: ["voiceConnectorId", "proxySessionId"],
  ListProxySessions: ["voiceConnectorId", "status", "nextToken", "maxResults"],
  UpdateProxySession: ["voiceConnectorId", "proxySessionId", "capabilities", "expiryMinutes"],
  DeleteProxySession: ["voiceConnectorId", "proxySessionId"],
  PutVoiceConnectorProxy: [
    "voiceConnectorId",
    "defaultSessionExpiryMinutes",
    "phoneNumberPoolCountries",
    "fallBackPhoneNumber",
    "disabled",
  ],
  GetVoiceConnectorProxy: ["voiceConnectorId"],
  DeleteVoiceConnectorProxy: ["voiceConnectorId"],
  CreateVoiceConnector: ["name", "awsRegion", "requireEncryption", "tags", "integrationType", "networkType"],
  GetVoiceConnector: ["voiceConnectorId"],
  ListVoiceConnectors: ["nextToken", "maxResults"],
  UpdateVoiceConnector: ["voiceConnectorId", "name", "requireEncryption"],
  DeleteVoiceConnector: ["voiceConnectorId"],
  AssociatePhoneNumbersWithVoiceConnector: ["voiceConnectorId", "e164PhoneNumbers", "forceAssociate"],
  DisassociatePhoneNumbersFromVoiceConnector: ["voiceConnectorId", "e164PhoneNumbers"],
  ListPhoneNumbers: ["status", "productType", "filterName", "filterValue", "maxResults", "nextToken"],
  GetPhoneNumber: ["phoneNumberId"],
  SearchAvailablePhoneNumbers: [
    "areaCode",
    "city",
    "country",
    "state",
    "tollFreePrefix",
    "phoneNumberType",
    "maxResults",
    "nextToken",
  ],
  CreatePhoneNumberOrder: ["productType", "e164PhoneNumbers", "name"],
  GetPhoneNumberOrder: ["phoneNumberOrderId"],
}

const paged = { nextToken: "next-token", maxResults: "max-results" }

/** The parameters of the queries. Source: the `httpQuery` trait of each member. */
const queries: { readonly [Name in OperationName]?: Readonly<Record<string, string>> } = {
  ListProxySessions: { status: "status", ...paged },
  ListVoiceConnectors: paged,
  ListPhoneNumbers: {
    status: "status",
    productType: "product-type",
    filterName: "filter-name",
    filterValue: "filter-value",
    ...paged,
  },
  SearchAvailablePhoneNumbers: {
    areaCode: "area-code",
    city: "city",
    country: "country",
    state: "state",
    tollFreePrefix: "toll-free-prefix",
    phoneNumberType: "phone-number-type",
    ...paged,
  },
}

const six = [
  "BadRequestException",
  "UnauthorizedClientException",
  "ForbiddenException",
  "ThrottledClientException",
  "ServiceFailureException",
  "ServiceUnavailableException",
]
const others = ["NotFoundException", "AccessDeniedException", "ResourceLimitExceededException", "ConflictException"]

/** Those that an operation declares besides, where it is not `NotFoundException` alone. */
const own: { readonly [Name in OperationName]?: ReadonlyArray<string> } = {
  PutVoiceConnectorProxy: ["NotFoundException", "AccessDeniedException"],
  CreateVoiceConnector: ["AccessDeniedException", "ResourceLimitExceededException"],
  ListVoiceConnectors: [],
  DeleteVoiceConnector: ["NotFoundException", "ConflictException"],
  AssociatePhoneNumbersWithVoiceConnector: ["NotFoundException", "AccessDeniedException"],
  SearchAvailablePhoneNumbers: ["AccessDeniedException"],
  CreatePhoneNumberOrder: ["AccessDeniedException", "ResourceLimitExceededException"],
}
const besides = ["InvalidRequest", "UnmodeledServiceError", "TransportError", "MalformedResponse", "CredentialsError"]

/** The members of every error at once; each reads its own. */
const anyError = {
  message: "the message",
  status: 400,
  operation: "GetProxySession",
  violations: [{ path: "a", rule: "b" }],
  reason: "Reset",
  outcome: "Unknown",
  attempts: 1,
  path: "a",
  problem: "b",
  sources: [],
}

describe("the table of operations", () => {
  it("has those of the model, by name", () => {
    assert.deepStrictEqual(Object.keys(Operation.operations), [...OperationName.literals])
    assert.deepStrictEqual(
      table.map(([name]) => name),
      [...OperationName.literals],
    )
  })

  for (const [name, method, path, status, payload, repeatable] of table) {
    it(`${name} is ${method} ${path}, ${status}`, () => {
      const operation = Operation.operations[name]
      assert.deepStrictEqual(
        [operation.name, operation.method, operation.path, operation.status, operation.payload, operation.repeatable],
        [name, method, path, status, payload, repeatable],
      )
      assert.sameMembers(Object.keys(operation.request.fields), members[name])
      assert.deepStrictEqual<object>(operation.query, queries[name] ?? {})
    })

    it(`${name} declares the six errors that all operations do, and its own`, () => {
      const error: Schema.Codec<unknown, unknown> = Operation.operations[name].error
      const reads = (_tag: string) => Result.isSuccess(Schema.decodeResult(error)({ ...anyError, _tag }))
      assert.sameMembers([...six, ...others, ...besides, "GoneException"].filter(reads), [
        ...six,
        ...besides,
        ...(own[name] ?? ["NotFoundException"]),
      ])
    })
  }

  it("only what makes something can do its work twice", () => {
    assert.deepStrictEqual(
      Object.values(Operation.operations)
        .filter(({ repeatable }) => !repeatable)
        .map(({ name }) => name),
      ["CreateProxySession", "CreateVoiceConnector", "CreatePhoneNumberOrder"],
    )
  })
})
