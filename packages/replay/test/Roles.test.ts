/**
 * That every member of what is recorded has a role.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Role from "@proxy-session/domain/Role"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { operations } from "@proxy-session/domain/Operations"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { make } from "../src/internal/descriptor.ts"
import { roleAt, shapeOf } from "../src/internal/shape.ts"

const names = [...Record.keys(ProxySessionRepo.calls), ...Record.keys(VoiceConnectorProxyRepo.calls)]

describe("a role", () => {
  for (const name of names) {
    it(`is there for every member of ${name}`, () => {
      const { error, request, success } = operations[name]
      for (const { ast } of [request, success, error]) assert.isAbove(shapeOf(ast, name).roles.size, 0)
    })
  }

  it("is that of the schema, however deep", () => {
    const session = shapeOf(operations.GetProxySession.success.ast, "session")
    const page = shapeOf(operations.ListProxySessions.success.ast, "page")
    assert.deepStrictEqual(
      [
        roleAt(session, "voiceConnectorId"),
        roleAt(session, "name"),
        roleAt(session, "status"),
        roleAt(session, "expiryMinutes"),
        roleAt(session, "createdTimestamp"),
        roleAt(session, "participants[1].phoneNumber"),
        roleAt(session, "participants[1].proxyPhoneNumber"),
        roleAt(session, "capabilities[0]"),
        roleAt(session, "geoMatchParams.areaCode"),
        roleAt(page, "proxySessions[3].proxySessionId"),
        roleAt(page, "nextToken"),
        roleAt(page, "proxySessions"),
      ],
      [
        "id",
        "name",
        "enumeration",
        "count",
        "instant",
        "number",
        "proxyNumber",
        "enumeration",
        "enumeration",
        "id",
        "token",
        undefined,
      ],
    )
  })

  const row = (request: Schema.Codec<object, unknown> & { readonly fields: Schema.Struct.Fields }) => () =>
    make("Operation", { ...operations.DeleteProxySession, request })

  it("is asked for: a text without one cannot be recorded, in whatever it lies", () => {
    for (const [member, path] of [
      [Schema.String, "note"],
      [Schema.optionalKey(Schema.String), "note"],
      [Schema.Array(Schema.String), "note[]"],
      [Schema.Array(Schema.Struct({ text: Schema.String })), "note[].text"],
      [Schema.Unknown, "note"],
      [Schema.Record(Schema.String, Schema.Int), "note"],
      [Schema.Union([Schema.Literal("a"), Schema.String]), "note"],
    ] as const) {
      assert.throws(row(Schema.Struct({ note: member })), `Operation.request.${path} has no role`)
    }
    assert.throws(row(Schema.Struct({ either: Schema.Union([Schema.Literal("a"), Schema.Int]) })), "no tags")
    assert.doesNotThrow(row(Schema.Struct({ note: Schema.String.annotate(Role.annotation("prose")) })))
  })
})
