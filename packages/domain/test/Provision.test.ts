import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import * as Provision from "@proxy-session/domain/Provision"
import { defaultRules } from "@proxy-session/domain/Rules"
import { AssociatePhoneNumbersWithVoiceConnector } from "@proxy-session/domain/VoiceConnectorRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { property } from "./support/check.ts"
import { session } from "./support/samples.ts"

const { voiceConnectorId } = session
const texts = ["+12065550100", "12065550100", "+14165550101", "+447700900002", "+999123456789"]
const Numbers = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: texts.length - 1 })))
const associate = (numbers: ReadonlyArray<number>, pool?: ReadonlyArray<PoolNumber>) =>
  Result.getOrThrow(
    Provision.associatePhoneNumbers(
      defaultRules,
      new AssociatePhoneNumbersWithVoiceConnector({
        voiceConnectorId,
        e164PhoneNumbers: numbers.map((n) => PhoneNumber.make(texts[n] ?? "")),
      }),
      { exists: true, provisioned: true, pool },
    ),
  )

describe("associatePhoneNumbers", () => {
  it.prop(
    "has each number once, whatever was asked for and how often, and takes none away",
    { first: Numbers, second: Numbers },
    ({ first, second }) => {
      const before = associate(first)
      const after = associate(second, before.pool)
      const numbers = after.pool.map(({ phoneNumber }) => phoneNumber)
      assert.strictEqual(new Set(numbers).size, numbers.length)
      assert.deepStrictEqual(after.pool.slice(0, before.pool.length), before.pool)
      const refused = [...first, ...second].includes(4)
      assert.strictEqual(before.phoneNumberErrors.length + after.phoneNumberErrors.length > 0, refused)
      for (const n of [...first, ...second].filter((each) => each !== 4)) {
        assert.isTrue(numbers.some((each) => each === `+${texts[n]?.replace("+", "")}`))
      }
      assert.deepStrictEqual(associate(second, after.pool).pool, after.pool)
    },
    property,
  )

  it("counts a number for the country of its calling code", () => {
    assert.deepStrictEqual(
      associate([0, 2, 3]).pool.map(({ country }) => country),
      ["US", "CA", "GB"],
    )
  })
})
