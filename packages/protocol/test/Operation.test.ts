import { OperationName } from "@proxy-session/domain/OperationName"
import * as Operation from "@proxy-session/protocol/Operation"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "@effect/vitest"

const V = "/voice-connectors/{VoiceConnectorId}"
const S = `${V}/proxy-sessions/{ProxySessionId}`
const P = `${V}/programmable-numbers/proxy`

/** The models' eight operations, restated. */
const table = [
  ["CreateProxySession", "POST", `${V}/proxy-sessions`, 201, "proxySession", false],
  ["GetProxySession", "GET", S, 200, "proxySession", true],
  ["ListProxySessions", "GET", `${V}/proxy-sessions`, 200, undefined, true],
  ["UpdateProxySession", "POST", S, 201, "proxySession", true],
  ["DeleteProxySession", "DELETE", S, 204, undefined, true],
  ["PutVoiceConnectorProxy", "PUT", P, 200, "proxy", true],
  ["GetVoiceConnectorProxy", "GET", P, 200, "proxy", true],
  ["DeleteVoiceConnectorProxy", "DELETE", P, 204, undefined, true],
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
}

const declared = [
  "BadRequestException",
  "UnauthorizedClientException",
  "ForbiddenException",
  "NotFoundException",
  "ThrottledClientException",
  "ServiceFailureException",
  "ServiceUnavailableException",
]
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
  it("has the eight of the model, by name", () => {
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
      assert.strictEqual(operation.write === undefined, status === 204)
      assert.sameMembers(Object.keys(operation.request.fields), members[name])
      assert.deepStrictEqual(
        operation.query,
        name === "ListProxySessions" ? { status: "status", nextToken: "next-token", maxResults: "max-results" } : {},
      )
    })

    it(`${name} declares ${name === "PutVoiceConnectorProxy" ? "eight" : "seven"} errors`, () => {
      const error: Schema.Codec<unknown, unknown> = Operation.operations[name].error
      const reads = (_tag: string) => Result.isSuccess(Schema.decodeResult(error)({ ...anyError, _tag }))
      assert.sameMembers(
        [...declared, ...besides, "AccessDeniedException", "GoneException", "ConflictException"].filter(reads),
        name === "PutVoiceConnectorProxy"
          ? [...declared, ...besides, "AccessDeniedException"]
          : [...declared, ...besides],
      )
    })
  }

  it("only a create can do its work twice", () => {
    assert.deepStrictEqual(
      Object.values(Operation.operations)
        .filter(({ repeatable }) => !repeatable)
        .map(({ name }) => name),
      ["CreateProxySession"],
    )
  })
})
