import * as CallerNumber from "@proxy-session/domain/CallerNumber"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { property } from "./support/check.ts"

const read = (text: string, nationalPrefix?: string) => {
  const caller = CallerNumber.parse(text, nationalPrefix)
  return caller._tag === "Number" ? caller.number : caller._tag
}

describe("CallerNumber", () => {
  it.each([
    ["+14155550101", "+14155550101"],
    ["14155550101", "+14155550101"],
    ["447700900123", "+447700900123"],
    ["0014155550101", "+14155550101"],
    ["01114155550101", "+14155550101"],
    ["sip:+14155550101@carrier.example;user=phone", "+14155550101"],
    ["SIPS:+14155550101@carrier.example", "+14155550101"],
    ["<sip:+14155550101@carrier.example>", "+14155550101"],
    ['"Ann" <sip:+14155550101@carrier.example:5060>;tag=4da2', "+14155550101"],
    ["tel:+1-415-555-0101;ext=2", "+14155550101"],
    ["whatsapp:+14155550101", "+14155550101"],
    [" +1 (415) 555-0101 ", "+14155550101"],
  ])("%s is the number of an international caller", (text, number) => {
    assert.strictEqual(read(text), number)
  })

  it.each([
    ["(415) 555-0101", "+1", "+14155550101"],
    ["4155550101", "+1", "+14155550101"],
    ["07700900123", "+44", "+447700900123"],
    ["07700900123", "44", "+447700900123"],
  ])("%s is a national number where the calling code is known", (text, nationalPrefix, number) => {
    assert.strictEqual(read(text, nationalPrefix), number)
    assert.strictEqual(read(text), "Malformed")
  })

  it.each([
    "",
    " ",
    "anonymous",
    "Anonymous",
    "RESTRICTED",
    "unavailable",
    "sip:anonymous@anonymous.invalid",
    '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
    "+266696687",
    "266696687",
    "+7378742833",
    "+86282452253",
    "+2562533",
    "+8656696",
    "+7748283",
  ])("%j withholds the number", (text) => {
    assert.strictEqual(read(text), "Withheld")
  })

  it.each([
    "alice",
    "client:alice",
    "sip:alice@192.0.2.33",
    "72975",
    "4155550101",
    "+0155550101",
    "+1415555010112345",
    "+1415555O101",
    "__proto__",
    "+14155550101,+14155550102",
  ])("%s is no telephone number", (text) => {
    assert.strictEqual(read(text), "Malformed")
  })

  it.prop(
    "every number of 11 digits or more is read the same with and without its plus",
    { digits: Schema.String.check(Schema.isPattern(/^[1-9]\d{10,14}$/u)) },
    ({ digits }) => {
      assert.strictEqual(read(digits), read(`+${digits}`))
    },
    property,
  )

  it.prop(
    "what is read as a number is one",
    { text: Schema.String, prefix: Schema.Literals(["+1", "+44", "49"]) },
    ({ prefix, text }) => {
      const caller = CallerNumber.parse(text, prefix)
      if (caller._tag === "Number") assert.isTrue(Schema.is(PhoneNumber)(caller.number))
    },
    property,
  )
})
