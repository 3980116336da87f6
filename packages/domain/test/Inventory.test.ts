import { areaCodesOfStates } from "../src/internal/areaCodes.ts"
import { canadianAreaCodes } from "../src/internal/callingCodes.ts"
import { searchAvailablePhoneNumbers } from "@proxy-session/domain/AvailableNumbers"
import * as Inventory from "@proxy-session/domain/Inventory"
import { areaCode, country, PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { PhoneNumberOrderId } from "@proxy-session/domain/PhoneNumberOrderId"
import { CreatePhoneNumberOrder, SearchAvailablePhoneNumbers } from "@proxy-session/domain/PhoneNumberRequest"
import { ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import { defaultRules } from "@proxy-session/domain/Rules"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import {
  AssociatePhoneNumbersWithVoiceConnector,
  DisassociatePhoneNumbersFromVoiceConnector,
} from "@proxy-session/domain/VoiceConnectorRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { property } from "./support/check.ts"
import { session } from "./support/samples.ts"

const { voiceConnectorId } = session
const other = VoiceConnectorId.make("other")
const texts = ["+12065550100", "12065550100", "+14165550101", "+447700900002", "+999123456789"]
const number = (n: number) => PhoneNumber.make(texts[n] ?? "")
const Numbers = Schema.NonEmptyArray(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: texts.length - 1 })))

describe("associatePhoneNumbers", () => {
  it.prop(
    "adds, or reports, each number that the connector does not have, and takes from others only by force",
    { asked: Numbers, own: Numbers, elsewhere: Numbers, forceAssociate: Schema.Boolean },
    ({ asked, elsewhere, forceAssociate, own }) => {
      const numbers = (list: ReadonlyArray<number>) => Inventory.numbersOf({ e164PhoneNumbers: list.map(number) })
      const associations = new Map<PhoneNumber, ReadonlyArray<VoiceConnectorId>>([
        ...numbers(elsewhere).map((each) => [each, [other]] as const),
        ...numbers(own).map((each) => [each, [voiceConnectorId]] as const),
      ])
      const request = new AssociatePhoneNumbersWithVoiceConnector({
        voiceConnectorId,
        e164PhoneNumbers: asked.map(number),
        forceAssociate,
      })
      const facts = { exists: true, provisioned: true, associations }
      const { added, lost, phoneNumberErrors } = Result.getOrThrow(
        Inventory.associatePhoneNumbers(defaultRules, request, facts),
      )
      const others = numbers(asked).filter((each) => !numbers(own).includes(each))
      const reported = phoneNumberErrors.map(({ phoneNumberId }) => phoneNumberId)
      assert.deepStrictEqual([...added, ...reported].toSorted(), others.toSorted())
      assert.deepStrictEqual(
        lost.map(({ phoneNumber }) => phoneNumber),
        forceAssociate ? added : [],
      )
    },
    property,
  )

  const associate = (exists: boolean, e164PhoneNumbers: ReadonlyArray<PhoneNumber>, owners: ReadonlyArray<string>) =>
    Inventory.associatePhoneNumbers(
      { ...defaultRules, unknownConnectors: "refused" },
      new AssociatePhoneNumbersWithVoiceConnector({ voiceConnectorId, e164PhoneNumbers, forceAssociate: true }),
      {
        exists,
        provisioned: true,
        associations: new Map([[number(0), owners.map((owner) => VoiceConnectorId.make(owner))]]),
      },
    )

  it("takes a number from every connector that a seed gave it to", () => {
    const { lost } = Result.getOrThrow(associate(true, [number(0)], ["one", "two"]))
    assert.deepStrictEqual(
      lost.map((each) => each.voiceConnectorId as string),
      ["one", "two"],
    )
  })

  it("and disassociatePhoneNumbers refuse an empty list before they look for the connector", () => {
    const request = { voiceConnectorId, e164PhoneNumbers: [] }
    const taken = Inventory.disassociatePhoneNumbers(new DisassociatePhoneNumbersFromVoiceConnector(request), undefined)
    const given = associate(false, [], [])
    assert.strictEqual(Result.isFailure(given) && given.failure._tag, "BadRequestException")
    assert.strictEqual(Result.isFailure(taken) && taken.failure._tag, "BadRequestException")
  })
})

describe("getPhoneNumber", () => {
  it("tells numbers that are free of charge from the others", () => {
    for (const [text, type] of [
      ["+18005550142", "TollFree"],
      ["+12065550142", "Local"],
      ["+447700900800", "Local"],
    ] as const) {
      const found = { phoneNumber: PhoneNumber.make(text), country: "US", associations: [] }
      assert.strictEqual(Result.getOrThrow(Inventory.getPhoneNumber(found)).type, type)
    }
  })
})

describe("createPhoneNumberOrder", () => {
  const phoneNumberOrderId = PhoneNumberOrderId.make("00000000-0000-0000-0000-000000000000")
  const order = (numbers: ReadonlyArray<number>, count: number, quotas: boolean) =>
    Inventory.createPhoneNumberOrder(
      { ...defaultRules, quotas },
      new CreatePhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers: numbers.map(number) }),
      { count, held: new Set(), now: 0, phoneNumberOrderId },
    )

  it("counts a number for the country of its calling code, and each number once", () => {
    const { acquired } = Result.getOrThrow(order([0, 1, 2, 3], 0, false))
    assert.deepStrictEqual(
      acquired.map((each) => each.country),
      ["US", "CA", "GB"],
    )
  })

  it("is refused whole where it exceeds the quota, and only numbers that it gets count", () => {
    assert.isTrue(Result.isSuccess(order([0, 2], 3, true)))
    assert.isTrue(Result.isSuccess(order([0, 2, 4], 3, true)))
    const refused = order([0, 2], 4, true)
    assert.instanceOf(Result.isFailure(refused) && refused.failure, ResourceLimitExceededException)
    assert.isTrue(Result.isSuccess(order([0, 2], 4, false)))
  })
})

describe("searchAvailablePhoneNumbers", () => {
  const search = (request: Partial<SearchAvailablePhoneNumbers>, held: ReadonlyArray<PhoneNumber> = []) =>
    Result.getOrThrow(
      searchAvailablePhoneNumbers(new SearchAvailablePhoneNumbers(request), { held: new Set(held), secret: "" }),
    )

  it("finds American numbers unless it is told otherwise, all of them reserved for fiction", () => {
    const { e164PhoneNumbers, nextToken } = search({})
    assert.strictEqual(e164PhoneNumbers.length, 500)
    assert.isDefined(nextToken)
    for (const each of e164PhoneNumbers) {
      assert.match(each, /^\+1\d{3}55501\d\d$/u)
      assert.strictEqual(country(each), "US")
    }
  })

  it("leads through all numbers of a place, each once and in order, at any size of a page", () => {
    for (const maxResults of [1, 7, 100, 101]) {
      const found: Array<string> = []
      let nextToken: string | undefined
      do {
        const page = search({ areaCode: "206", maxResults, ...(nextToken === undefined ? {} : { nextToken }) })
        found.push(...page.e164PhoneNumbers)
        nextToken = page.nextToken
      } while (nextToken !== undefined)
      assert.deepStrictEqual(
        found,
        Array.from({ length: 100 }, (_, n) => `+120655501${String(n).padStart(2, "0")}`),
      )
    }
  })

  it.each([
    [{ state: "WA" }, /^\+1(?:206|253|360|425|509|564)/u],
    [{ state: "wy", country: "US" }, /^\+1307/u],
    [{ country: "CA", state: "BC" }, /^\+1(?:236|250|257|604|672|778)/u],
    [{ country: "GB" }, /^\+447700900\d{3}$/u],
    [{ phoneNumberType: "TollFree" }, /^\+18(?:00|33|44|55|66|77|88)/u],
    [{ tollFreePrefix: "855" }, /^\+1855/u],
  ] as const)("finds numbers of %j", (request, pattern) => {
    const { e164PhoneNumbers } = search(request)
    assert.isNotEmpty(e164PhoneNumbers)
    for (const each of e164PhoneNumbers) assert.match(each, pattern)
  })

  it.each([
    { country: "FR" },
    { areaCode: "555" },
    { state: "XX" },
    { country: "CA", areaCode: "206" },
    { tollFreePrefix: "855", phoneNumberType: "Local" },
    { tollFreePrefix: "855", country: "GB" },
    { country: "GB", areaCode: "206" },
  ] as const)("finds none of %j", (request) => {
    assert.deepStrictEqual(search(request).e164PhoneNumbers, [])
  })

  it("leaves out what the tenant has", () => {
    const [first, ...rest] = search({ maxResults: 3 }).e164PhoneNumbers
    assert.deepStrictEqual(search({ maxResults: 2 }, first === undefined ? [] : [first]).e164PhoneNumbers, rest)
  })

  it("knows area codes that agree with the country of their numbers", () => {
    for (const place of ["US", "CA"] as const) {
      for (const code of Array.from(areaCodesOfStates[place].values()).flat()) {
        assert.match(code, /^[2-9]\d\d$/u)
        assert.strictEqual(canadianAreaCodes.has(code), place === "CA", code)
        assert.strictEqual(areaCode(PhoneNumber.make(`+1${code}5550100`)), code)
      }
    }
  })
})
