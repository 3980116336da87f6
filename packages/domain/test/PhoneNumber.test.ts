import { areaCode, country, normalize, PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { assert, describe, it } from "@effect/vitest"
import { callingCodes, canadianAreaCodes } from "../src/internal/callingCodes.ts"
import { accepts, property, roundTrip } from "./support/check.ts"

describe("PhoneNumber", () => {
  for (const text of [
    "+12065550100",
    "12065550100",
    "+12",
    "12",
    "+123456789012345",
    "123456789012345",
    "99",
    "+442079460000",
  ]) {
    it(`accepts ${text}`, () => {
      assert.isTrue(accepts(PhoneNumber, text))
    })
  }

  for (const [text, why] of [
    ["", "it is empty"],
    ["+", "it has no digit"],
    ["1", "it has one digit"],
    ["+1", "it has one digit"],
    ["+02065550100", "it begins with 0"],
    ["02065550100", "it begins with 0"],
    ["+1234567890123456", "it has 16 digits"],
    ["1234567890123456", "it has 16 digits"],
    ["++12065550100", "it has two signs"],
    ["-12065550100", "its sign is a minus"],
    ["+1206555O100", "it has a letter"],
    ["+1 206 555 0100", "it has spaces"],
    ["+1-206-555-0100", "it has dashes"],
    [" +12065550100", "a space precedes"],
    ["+12065550100 ", "a space follows"],
    ["+12065550100\n", "a line break follows"],
    ["tel:+12065550100", "it is a URI"],
    ["+١٢٠٦٥٥٥", "its digits are not ASCII"],
    ["＋12065550100", "its sign is not ASCII"],
    [12_065_550_100, "it is a number"],
    [null, "it is null"],
    [["+12065550100"], "it is a list"],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}, since ${why}`, () => {
      assert.isFalse(accepts(PhoneNumber, text))
    })
  }

  it.prop(
    "every number is read back as it was written",
    [PhoneNumber],
    ([number]) => {
      assert.strictEqual(roundTrip(PhoneNumber, number), number)
    },
    property,
  )

  it.prop(
    "normalizing gives one spelling to both, and the same again",
    [PhoneNumber],
    ([number]) => {
      const bare = PhoneNumber.make(number.replace("+", ""))
      assert.strictEqual(normalize(number), `+${bare}`)
      assert.strictEqual(normalize(bare), normalize(number))
      assert.strictEqual(normalize(normalize(number)), normalize(number))
      assert.isTrue(accepts(PhoneNumber, normalize(number)))
      assert.strictEqual(country(bare), country(normalize(number)))
      assert.strictEqual(areaCode(bare), areaCode(normalize(number)))
    },
    property,
  )

  for (const [text, expected] of [
    ["+12065550100", "206"],
    ["12065550100", "206"],
    ["+14165550100", "416"],
    ["+442079460000", undefined],
    ["+1206555010", undefined],
    ["+120655501000", undefined],
    ["+11065550100", undefined],
    ["+10065550100", undefined],
    ["+81206555010", undefined],
  ] as const) {
    it(`the area code of ${text} is ${expected}`, () => {
      assert.strictEqual(areaCode(PhoneNumber.make(text)), expected)
    })
  }

  for (const [text, expected] of [
    ["+12065550100", "US"],
    ["14165550100", "CA"],
    ["+18005550100", "US"],
    ["+12", "US"],
    ["+442079460000", "GB"],
    ["+33", "FR"],
    ["+81355501000", "JP"],
    ["+861055501000", "CN"],
    ["+85255501000", "HK"],
    ["+79555010000", "RU"],
    ["+77555010000", "RU"],
    ["+35355501000", "IE"],
    ["+3545550100", "IS"],
    ["+99955501000", undefined],
    ["+80055501000", undefined],
    ["+21", undefined],
  ] as const) {
    it(`the country of ${text} is ${expected}`, () => {
      assert.strictEqual(country(PhoneNumber.make(text)), expected)
    })
  }
})

describe("the table of calling codes", () => {
  it("has no code that is the beginning of another, so that none can hide another", () => {
    const codes = [...callingCodes.keys()]
    assert.deepStrictEqual(
      codes.filter((code) => codes.some((other) => other !== code && other.startsWith(code))),
      [],
    )
  })

  it("has codes of one to three digits and countries of two letters", () => {
    for (const [code, name] of callingCodes) {
      assert.match(code, /^[2-9]\d{0,2}$/u)
      assert.match(name, /^[A-Z]{2}$/u)
    }
    for (const code of canadianAreaCodes) assert.match(code, /^[2-9]\d{2}$/u)
  })

  it("finds every code that it has", () => {
    for (const [code, name] of callingCodes) {
      assert.strictEqual(country(PhoneNumber.make(`+${code}5550100`)), name)
    }
  })
})
