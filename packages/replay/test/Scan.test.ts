import { assert, describe, it } from "@effect/vitest"
import * as Scan from "@proxy-session/replay/Scan"

/** A number outside the fictional blocks, put together here so that no file holds one. */
const real = ["1206", "555", "9999"].join("")
const key = ["AK", "IA", "X".repeat(16)].join("")

describe("Scan", () => {
  for (const text of [
    `"+${real}"`,
    `"${real}"`,
    `call +${real}, please`,
    `%2B${real}`,
    `%2b${real}`,
    `%252B${real}`,
    `?to%3D%2B${real}%26x`,
    `?to%3D${real}%26x`,
    `tel:+${real}`,
    `tel+${real}`,
    `"+49301"`,
    `"number:\\n${real}"`,
    `"number=\\u003d${real}"`,
    `"00${real}"`,
    `"+${real.slice(0, 1)} ${real.slice(1, 4)} ${real.slice(4, 7)} ${real.slice(7)}"`,
    `"call (${real.slice(1, 4)}) ${real.slice(4, 7)}-${real.slice(7)}"`,
    `${real.slice(1, 4)}-${real.slice(4, 7)}-${real.slice(7)}`,
  ]) {
    it(`finds the telephone number in ${text.replaceAll(/[1-9][\d-]{2,}/gu, "N")}`, () => {
      assert.deepStrictEqual(Scan.secrets(text), ["a telephone number"])
    })
  }

  for (const text of [`"${key}"`, `Credential%3D${key}%2F2026`, `id_${key}`]) {
    it(`finds the access key id in ${text.replace(key, "KEY")}`, () => {
      assert.deepStrictEqual(Scan.secrets(text), ["an access key id"])
    })
  }

  for (const text of ["AWS4-HMAC-SHA256 Credential", "x-amz-signature=0f", "X-Amz-Security-Token: t"]) {
    it(`finds the signature or token in ${text}`, () => {
      assert.deepStrictEqual(Scan.secrets(text), ["a signature or session token"])
    })
  }

  it("leaves fictional numbers, instants and identifiers alone", () => {
    for (const text of [
      `"+12065550100"`,
      "%2B12065550199",
      "%2B447700900123",
      "+9991234",
      "called%2012065550100",
      "(206) 555-0100, +1 206-555-0142, 0012065550100, 07700900123",
      "1 206 minutes, 720 2026-04 of 2020",
      "2020-04-15T16:10:10.288Z",
      "123a4bc5-67d8-901e-2f3g-h4ghjk56789l",
      "00000000-0000-4000-8000-123456789012",
      `"expiryMinutes": 720`,
    ]) {
      assert.deepStrictEqual(Scan.secrets(text), [], text)
    }
  })
})

it("tells a real value of an alias however it is written, and a short one where it is a whole value", () => {
  const told = ["a real value of an alias"]
  for (const text of ["Zoë & Co", "Zo%c3%ab%20%26%20Co", "Zoë+%26+Co", "Zo\\u00eb & Co"]) {
    assert.deepStrictEqual(Scan.secrets(`for ${text}`, ["Zoë & Co"]), told, text)
  }
  assert.deepStrictEqual(Scan.secrets('"name": "Bo"', ["Bo"]), told)
  assert.deepStrictEqual(Scan.secrets('"code": "BoringRequest Bo"', ["Bo"]), [])
})
