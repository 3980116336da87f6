import { Participant } from "@proxy-session/domain/Participant"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { accepts, property, roundTrip, written } from "./support/check.ts"

const minimal = {
  voiceConnectorId: "abcdef1ghij2klmno3pqr4",
  proxySessionId: "123a4bc5-67d8-901e-2f3g-h4ghjk56789l",
  status: "Open",
  createdTimestamp: "2020-04-15T16:10:10.288Z",
  updatedTimestamp: "2020-04-15T16:10:10.288Z",
}

describe("ProxySession", () => {
  it("needs its five members and no other; lists default to empty, the rest to absent", () => {
    const session = Schema.decodeUnknownSync(ProxySession)(minimal)
    assert.deepStrictEqual(session.capabilities, [])
    assert.deepStrictEqual(session.participants, [])
    assert.sameMembers(Object.keys(session), [...Object.keys(minimal), "capabilities", "participants"])
    for (const member of Object.keys(minimal)) {
      assert.isFalse(
        accepts(ProxySession, Object.fromEntries(Object.entries(minimal).filter(([name]) => name !== member))),
        member,
      )
    }
  })

  for (const [member, value] of [
    ["name", ""],
    ["name", "a".repeat(128)],
    ["name", "😀".repeat(128)],
    ["name", "Tríp-1!"],
    ["expiryMinutes", 1],
    ["capabilities", ["Voice", "Voice"]],
    ["geoMatchParams", { country: "", areaCode: "" }],
    ["participants", [{ phoneNumber: "12065550100", proxyPhoneNumber: "+19135550199" }]],
  ] as const) {
    it(`may have the ${member} ${JSON.stringify(value).slice(0, 80)}`, () => {
      assert.isTrue(accepts(ProxySession, { ...minimal, [member]: value }))
    })
  }

  for (const [member, value] of [
    ["name", "a".repeat(129)],
    ["name", null],
    ["status", "open"],
    ["status", "Deleted"],
    ["expiryMinutes", 0],
    ["capabilities", ["Fax"]],
    ["capabilities", null],
    ["participants", [{ phoneNumber: "+12065550100" }]],
    ["participants", [{ proxyPhoneNumber: "+12065550100" }]],
    ["geoMatchLevel", "City"],
    ["geoMatchParams", { country: "US" }],
    ["numberSelectionBehavior", "Sticky"],
    ["createdTimestamp", 1_586_967_010],
    ["endedTimestamp", "never"],
    ["voiceConnectorId", ""],
    ["proxySessionId", ".."],
  ] as const) {
    it(`may not have the ${member} ${JSON.stringify(value).slice(0, 80)}`, () => {
      assert.isFalse(accepts(ProxySession, { ...minimal, [member]: value }))
    })
  }
})

describe("ProxyConfiguration", () => {
  it("is enabled and without countries unless told otherwise", () => {
    const { ...members } = Schema.decodeSync(ProxyConfiguration)({})
    assert.deepStrictEqual(members, { disabled: false, phoneNumberCountries: [] })
  })
})

describe("ProxySessionPage", () => {
  it("is empty and the last unless told otherwise", () => {
    const { ...members } = Schema.decodeSync(ProxySessionPage)({})
    assert.deepStrictEqual(members, { proxySessions: [] })
  })
})

describe("whatever the service may answer", () => {
  for (const [name, answer] of Object.entries({ Participant, ProxySession, ProxySessionPage, ProxyConfiguration })) {
    const schema: Schema.Codec<object, unknown> = answer
    it.prop(
      `a ${name} is read back as it was written, as an instance of its class`,
      [schema],
      ([value]) => {
        const read = roundTrip(schema, value)
        assert.strictEqual(read.constructor, answer)
        assert.strictEqual(written(schema, read), written(schema, value))
      },
      property,
    )
  }
})
