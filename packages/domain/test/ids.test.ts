import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { isIssuedForm, VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { assert, describe, it } from "@effect/vitest"
import { accepts, cast, property, roundTrip } from "./support/check.ts"

for (const [name, schema] of [
  ["VoiceConnectorId", VoiceConnectorId],
  ["ProxySessionId", ProxySessionId],
] as const) {
  describe(name, () => {
    for (const [id, what] of [
      ["a", "1 character"],
      ["ab", "2 characters"],
      ["a".repeat(127), "127 characters"],
      ["a".repeat(128), "128 characters"],
      ["😀", "1 character of two code units"],
      ["😀".repeat(128), "128 characters of two code units each"],
      ["...", "three dots, which are a name"],
      ["a.", "a dot after a letter"],
      [" . ", "a dot between spaces"],
      [" a ", "a letter between spaces"],
      ["a b", "a space between letters"],
      ["a/b", "a slash"],
      ["../..", "dots and slashes together"],
      ["%2F", "a percent sign"],
      ["ab c/d+é%~:*()'!@&=$,;", "every kind of punctuation"],
      ["\u0000", "a control character"],
      ["\u202E", "a mark of direction"],
      ["é", "a combining accent"],
    ] as const) {
      it(`accepts ${what}`, () => {
        assert.isTrue(accepts(schema, id))
      })
    }

    for (const [id, what] of [
      ["", "no character"],
      ["a".repeat(129), "129 characters"],
      ["😀".repeat(129), "129 characters of two code units each"],
      [" ", "a space"],
      [" \t\r\n\u00A0\u2003\u3000\uFEFF", "white space of every kind"],
      [" ".repeat(128), "128 spaces"],
      [".", "one dot"],
      ["..", "two dots"],
      ["\uD83D", "half of a pair of code units"],
      ["a\uDE00b", "the other half within text"],
      ["\uDE00\uD83D", "both halves in the wrong order"],
      [1, "a number"],
      [null, "null"],
      [undefined, "nothing"],
      [["a"], "a list"],
      [{ toString: () => "a" }, "what could be made text"],
    ] as const) {
      it(`refuses ${what}`, () => {
        assert.isFalse(accepts(schema, id))
        assert.throws(() => schema.make(cast(id)))
      })
    }

    it.prop(
      "every id is read back as it was written, and could be sent",
      [schema],
      ([id]) => {
        assert.strictEqual<string>(roundTrip<string>(schema, id), id)
        assert.strictEqual(decodeURIComponent(encodeURIComponent(id)), id)
        assert.isAtMost([...id].length, 128)
      },
      property,
    )
  })
}

describe("isIssuedForm", () => {
  for (const [id, issued] of [
    ["abcdef1ghij2klmno3pqr4", true],
    ["a".repeat(21), true],
    ["a".repeat(22), true],
    ["a".repeat(20), false],
    ["a".repeat(23), false],
    ["123a4bc5-67d8-901e-2f30-a4abcd56789e", true],
    ["123A4BC5-67D8-901E-2F30-A4ABCD56789E", false],
    ["123a4bc5-67d8-901e-2f3g-h4ghjk56789l", false],
    ["ABCDEF1GHIJ2KLMNO3PQR4", false],
    ["abcdef1ghij2klmno3pqr4\n", false],
    ["", false],
  ] as const) {
    it(`${JSON.stringify(id)} ${issued ? "is" : "is not"}`, () => {
      assert.strictEqual(isIssuedForm(id), issued)
    })
  }
})
