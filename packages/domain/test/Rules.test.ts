import { defaultRules, Rules } from "@proxy-session/domain/Rules"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const decode = Schema.decodeUnknownResult(Rules, { errors: "all" })

describe("Rules", () => {
  it("that nobody set are the default ones", () => {
    assert.deepStrictEqual(Result.getOrThrow(decode({})), defaultRules)
  })

  it("keep what is set and take undefined for not set", () => {
    const rules = Result.getOrThrow(
      decode({ deleteMode: "close", unknownConnectors: "refused", expiryRange: undefined, retired: undefined }),
    )
    assert.deepStrictEqual(rules, { ...defaultRules, deleteMode: "close", unknownConnectors: "refused" })
  })

  it.each([
    [{ deleteMode: "hide" }, "deleteMode"],
    [{ unknownConnectors: "ignored" }, "unknownConnectors"],
    [{ defaultBehavior: "Sticky" }, "defaultBehavior"],
    [{ strictConnectorIds: "yes" }, "strictConnectorIds"],
    [{ retired: 1 }, "retired"],
    [{ expiryRange: { minimum: 5, maximum: 1.5 } }, "maximum"],
    [{ expiryRange: { minimum: Number.NaN, maximum: 5 } }, "minimum"],
    [{ expiryRange: { minimum: 10, maximum: 5 } }, "minimum is at most its maximum"],
  ])("refuse %j and name the member", (options, member) => {
    const result = decode(options)
    assert.include(Result.isFailure(result) ? result.failure.message : "accepted", member)
  })
})
