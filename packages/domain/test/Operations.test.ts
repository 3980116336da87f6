import { OperationName } from "@proxy-session/domain/OperationName"
import { operations } from "@proxy-session/domain/Operations"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "@effect/vitest"

describe("the table of operations", () => {
  it("has a row for each name, in the order of the names", () => {
    assert.deepStrictEqual(Object.keys(operations), [...OperationName.literals])
  })

  it("calls nothing but what makes something not repeatable", () => {
    assert.deepStrictEqual(
      Object.entries(operations)
        .filter(([, { repeatable }]) => !repeatable)
        .map(([name]) => name),
      ["CreateProxySession", "CreateVoiceConnector", "CreatePhoneNumberOrder"],
    )
  })

  it("returns nothing from a delete", () => {
    for (const [name, { success }] of Object.entries(operations)) {
      assert.strictEqual(Schema.is(success)(undefined), name.startsWith("Delete"), name)
    }
  })
})
