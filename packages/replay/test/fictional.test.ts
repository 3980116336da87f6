/**
 * Which telephone numbers nobody has. The others are put together here, so that no file holds one.
 */
import { assert, describe, it } from "@effect/vitest"
import { holdsNumber, isFictional, isRealNumber } from "../src/internal/fictional.ts"

describe("a telephone number", () => {
  it("is fictional in the blocks that are set aside, and in none beside them", () => {
    for (const number of ["12065550100", "19895550199", "447700900000", "447700900999", "9991", "999123456789012"]) {
      assert.isTrue(isFictional(number), number)
      assert.isTrue(isFictional(`+${number}`), number)
      assert.isFalse(isRealNumber(number), number)
    }
    const beside = [
      ["1206", "5550099"],
      ["1206", "5550200"],
      ["1206", "5560100"],
      ["2206", "5550100"],
      ["4477009", "01000"],
      ["4477008", "99999"],
      ["4478009", "00000"],
      ["998123", "456789"],
    ]
    for (const number of beside.map((parts) => parts.join(""))) {
      assert.isFalse(isFictional(number), number)
      assert.isTrue(isRealNumber(`+${number}`), number)
    }
    for (const other of [
      "999",
      "+",
      "",
      "+1206555010",
      "+120655501000",
      "9991234567890123",
      " +12065550100",
      "x9991",
    ]) {
      assert.isFalse(isFictional(other), other)
    }
  })

  it("is real only if it is all of a text, of as many digits as a number has", () => {
    for (const digits of ["5559901", "123456789012345"]) {
      assert.isTrue(isRealNumber(digits), digits)
      assert.isTrue(isRealNumber(`+${digits}`), digits)
      assert.isFalse(isRealNumber(`call ${digits}`), digits)
      assert.isFalse(isRealNumber(`${digits}x`), digits)
    }
    for (const other of ["123456", "1234567890123456", "0123456789", "555-9901", ""]) {
      assert.isFalse(isRealNumber(other), other)
    }
  })
})

describe("a text", () => {
  const digits = ["206", "555", "9901"] as const

  it("holds a number where seven digits follow each other, whatever marks or spaces are between them", () => {
    for (const mark of ["", " ", "-", ".", "/", "_", ") ", " - ", "\n", "\t", "\u00a0", "\u2013", "\u00ad", "\u200b"]) {
      assert.isTrue(holdsNumber(`call ${digits.slice(1).join(mark)}, please`), JSON.stringify(mark))
      assert.isTrue(holdsNumber(`x${digits.join(mark)}x`), JSON.stringify(mark))
    }
    for (const zero of ["\u0660", "\uff10"]) {
      const other = String.fromCodePoint(
        ...Array.from("5559901", (digit) => (zero.codePointAt(0) ?? 0) + Number(digit)),
      )
      assert.isTrue(holdsNumber(other), other)
    }
  })

  it("holds none in fewer digits, or in some that are far from each other", () => {
    for (const text of [
      "",
      "no number",
      "ticket 123456",
      "1-2-3-4-5-6",
      "555 or 9901",
      "555 .... 9901",
      "a1b2c3d4e5f6g7",
    ]) {
      assert.isFalse(holdsNumber(text), text)
    }
  })
})
