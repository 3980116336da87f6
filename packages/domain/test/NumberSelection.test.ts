import * as NumberSelection from "@proxy-session/domain/NumberSelection"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { property } from "./support/check.ts"
import { driver, rider } from "./support/samples.ts"

const number = (text: string) => PhoneNumber.make(text)

/** One of each kind, seen from a participant in Seattle (+1 206). */
const chicago = number("+13125550110")
const seattle = number("+12065550111")
const seattleToo = number("+12065550112")
const toronto = number("+14165550113")
const london = number("+442079460114")
const pool = [
  { phoneNumber: chicago, country: "US" },
  { phoneNumber: toronto, country: "CA" },
  { phoneNumber: london, country: "GB" },
  { phoneNumber: seattle, country: "US" },
  { phoneNumber: seattleToo, country: "US" },
]

const choose = (selection: Partial<NumberSelection.Selection> = {}) =>
  NumberSelection.choose({
    pool,
    countries: ["US", "CA", "GB"],
    participants: [rider, driver],
    taken: () => false,
    last: undefined,
    behavior: "PreferSticky",
    ...selection,
  })

const taken =
  (...numbers: ReadonlyArray<PhoneNumber>) =>
  (candidate: PhoneNumber) =>
    numbers.includes(candidate)

describe("NumberSelection", () => {
  describe("what qualifies", () => {
    it("without any wish the pool's first number is taken", () => {
      assert.strictEqual(choose(), chicago)
      assert.strictEqual(choose({ pool: pool.toReversed() }), seattleToo)
    })

    it("a number of a country that is not allowed is never taken", () => {
      assert.strictEqual(choose({ countries: ["GB"] }), london)
      assert.isUndefined(choose({ countries: ["MX"] }))
      assert.isUndefined(choose({ countries: [] }))
    })

    it("a number's country is what the pool says, not what its digits say", () => {
      assert.strictEqual(choose({ pool: [{ phoneNumber: chicago, country: "JM" }], countries: ["JM"] }), chicago)
      assert.isUndefined(choose({ pool: [{ phoneNumber: chicago, country: "JM" }], countries: ["US"] }))
    })

    it("a number that stands for another live session of either participant is never taken", () => {
      assert.strictEqual(choose({ taken: taken(chicago) }), toronto)
    })

    it("a participant's own number is never taken, however it is spelled", () => {
      for (const own of [rider, driver]) {
        for (const spelled of [own, number(own.slice(1))]) {
          for (const pooled of [own, number(own.slice(1))]) {
            const participants = own === rider ? ([spelled, driver] as const) : ([rider, spelled] as const)
            assert.isUndefined(choose({ participants, pool: [{ phoneNumber: pooled, country: "US" }] }))
          }
        }
      }
    })

    it("there is no number to give where all are taken, or where there are none", () => {
      assert.isUndefined(choose({ taken: () => true }))
      assert.isUndefined(choose({ pool: [] }))
    })
  })

  describe("nearness", () => {
    for (const [wish, selection, expected] of [
      ["the first participant's area code", { geoMatchLevel: "AreaCode" }, seattle],
      ["the first participant's country", { geoMatchLevel: "Country" }, chicago],
      ["another country", { geoMatchLevel: "Country", geoMatchParams: { country: "GB", areaCode: "" } }, london],
      ["another area code", { geoMatchLevel: "AreaCode", geoMatchParams: { country: "CA", areaCode: "416" } }, toronto],
      [
        "a place without a level, which means its area code",
        { geoMatchParams: { country: "US", areaCode: "206" } },
        seattle,
      ],
      ["a country in a place without a level", { geoMatchParams: { country: "CA", areaCode: "" } }, toronto],
      ["an area code in a place without a country", { geoMatchParams: { country: "", areaCode: "206" } }, seattle],
      [
        "a place that names nothing: the first participant's country",
        { geoMatchParams: { country: "", areaCode: "" } },
        chicago,
      ],
      [
        "only a level's country, whatever area code the place has",
        { geoMatchLevel: "Country", geoMatchParams: { country: "US", areaCode: "206" } },
        chicago,
      ],
    ] as const) {
      it(`goes by ${wish}`, () => {
        assert.strictEqual(choose(selection), expected)
      })
    }

    it("is the first participant's, not the second's", () => {
      const torontonian = number("+14165550120")
      assert.strictEqual(choose({ geoMatchLevel: "AreaCode", participants: [torontonian, rider] }), toronto)
      assert.strictEqual(choose({ geoMatchLevel: "AreaCode", participants: [rider, torontonian] }), seattle)
    })

    it("falls back from the area code to the country to any number at all", () => {
      const wish = { geoMatchLevel: "AreaCode" } as const
      assert.strictEqual(choose({ ...wish, taken: taken(seattle) }), seattleToo)
      assert.strictEqual(choose({ ...wish, taken: taken(seattle, seattleToo) }), chicago)
      assert.strictEqual(choose({ ...wish, taken: taken(seattle, seattleToo, chicago) }), toronto)
      assert.strictEqual(choose({ ...wish, taken: taken(seattle, seattleToo, chicago, toronto) }), london)
    })

    it("an area code counts within its country alone", () => {
      const wish = { geoMatchLevel: "AreaCode", geoMatchParams: { country: "CA", areaCode: "206" } } as const
      assert.strictEqual(choose(wish), toronto)
    })

    it("a participant from nowhere known gets the pool's first number", () => {
      const participants = [number("+99955501000"), driver] as const
      assert.strictEqual(choose({ participants, geoMatchLevel: "Country" }), chicago)
      assert.strictEqual(choose({ participants, geoMatchLevel: "AreaCode" }), chicago)
    })
  })

  describe("habit", () => {
    it("PreferSticky takes the pair's last number before a nearer one", () => {
      assert.strictEqual(choose({ last: london, geoMatchLevel: "AreaCode" }), london)
    })

    it("PreferSticky takes the pair's last number wherever it stands in the pool", () => {
      for (const { phoneNumber } of pool) assert.strictEqual(choose({ last: phoneNumber }), phoneNumber)
    })

    it("PreferSticky does without the last number where that is taken, gone or not allowed", () => {
      assert.strictEqual(choose({ last: london, taken: taken(london) }), chicago)
      assert.strictEqual(choose({ last: number("+13125550199") }), chicago)
      assert.strictEqual(choose({ last: london, countries: ["US"] }), chicago)
    })

    it("AvoidSticky takes the last number only for want of another, however near it is", () => {
      const wish = { behavior: "AvoidSticky", last: seattle, geoMatchLevel: "AreaCode" } as const
      assert.strictEqual(choose(wish), seattleToo)
      assert.strictEqual(choose({ ...wish, taken: taken(seattleToo, chicago, toronto) }), london)
      assert.strictEqual(choose({ ...wish, taken: taken(seattleToo, chicago, toronto, london) }), seattle)
    })

    it("a pair without a past gets the same either way", () => {
      for (const geoMatchLevel of ["AreaCode", "Country", undefined] as const) {
        assert.strictEqual(
          choose({ behavior: "AvoidSticky", geoMatchLevel }),
          choose({ behavior: "PreferSticky", geoMatchLevel }),
        )
      }
    })

    it("does not depend on who of the two comes first", () => {
      for (const behavior of ["PreferSticky", "AvoidSticky"] as const) {
        for (const last of pool.map(({ phoneNumber }) => phoneNumber)) {
          assert.strictEqual(
            choose({ behavior, last, participants: [rider, driver] }),
            choose({ behavior, last, participants: [driver, rider] }),
          )
        }
      }
    })
  })

  describe("for any selection", () => {
    const Index = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: pool.length - 1 }))
    const Any = Schema.Struct({
      first: Index,
      missing: Schema.Array(Index).check(Schema.isMaxLength(2)),
      countries: Schema.Union([Schema.Literal("US,CA,GB"), Schema.Literals(["US,GB", "CA", ""])]),
      taken: Schema.Array(Index).check(Schema.isMaxLength(2)),
      last: Schema.Union([Index, Schema.Undefined]),
      behavior: Schema.Literals(["PreferSticky", "AvoidSticky"]),
      geoMatchLevel: Schema.optionalKey(Schema.Literals(["Country", "AreaCode"])),
      geoMatchParams: Schema.optionalKey(
        Schema.Struct({
          country: Schema.Literals(["", "US", "CA", "GB"]),
          areaCode: Schema.Literals(["", "206", "312", "416"]),
        }),
      ),
      swapped: Schema.Boolean,
    })
    const phoneNumber = (index: number) => pool[index]?.phoneNumber ?? chicago
    const selection = ({
      countries,
      first,
      last,
      missing,
      swapped,
      taken: held,
      ...rest
    }: typeof Any.Type): NumberSelection.Selection => ({
      ...rest,
      countries: countries.split(","),
      pool: [...pool.slice(first), ...pool.slice(0, first)].filter((each) => !missing.some((n) => pool[n] === each)),
      participants: swapped ? [driver, seattle] : [seattle, driver],
      taken: taken(...held.map(phoneNumber)),
      last: last === undefined ? undefined : phoneNumber(last),
    })

    it.prop(
      "what is chosen qualifies, something is chosen if anything qualifies, and the same is chosen again",
      { any: Any },
      ({ any }) => {
        const input = selection(any)
        const qualifying = [...input.pool]
          .filter(({ country }) => input.countries.includes(country))
          .map((each) => each.phoneNumber)
          .filter((each) => !input.taken(each) && !input.participants.includes(each))
        const chosen = NumberSelection.choose(input)
        assert.strictEqual(chosen !== undefined, qualifying.length > 0)
        if (chosen !== undefined) assert.include(qualifying, chosen)
        assert.strictEqual(NumberSelection.choose(input), chosen)
      },
      { arbitrary: { ...property.arbitrary, runs: 500 } },
    )

    it.prop(
      "the last number is chosen whenever it may be preferred, and not while it should be avoided",
      { any: Any },
      ({ any }) => {
        const input = selection(any)
        const candidates = new Set(
          [...input.pool]
            .filter(({ country }) => input.countries.includes(country))
            .map((each) => each.phoneNumber)
            .filter((each) => !input.taken(each) && !input.participants.includes(each)),
        )
        const chosen = NumberSelection.choose(input)
        if (input.last === undefined || !candidates.has(input.last)) return
        assert.strictEqual(chosen === input.last, input.behavior === "PreferSticky" || candidates.size === 1)
      },
      { arbitrary: { ...property.arbitrary, runs: 500 } },
    )
  })
})
