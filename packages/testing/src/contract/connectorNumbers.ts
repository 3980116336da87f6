/**
 * Telephone numbers: searching, ordering, listing, and giving them to connectors.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { Bench, type ContractCase } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"
import * as Provisioned from "../internal/provisioned.ts"
import { shown } from "../internal/traces.ts"

/** A number that no plan has, so its country is not known. */
const nowhere = PhoneNumber.make("+999123456789")

const order = (e164PhoneNumbers: ReadonlyArray<PhoneNumber>) =>
  Bench.use(({ connectors }) => connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers }))

const provisioned = cases({ needs: ["connectors"] })({
  "a search finds numbers of a place that the tenant does not have, each once over all pages": function* () {
    const { connectors: service } = yield* Bench
    const [held] = yield* Provisioned.ordered(1, { areaCode: "401" })
    const found = yield* Provisioned.found({ state: "RI", maxResults: 40 })
    yield* Expect.same("each number once", new Set(found).size, found.length)
    yield* Expect.holds("there should be numbers", found.length > 50)
    const elsewhere = found.filter((number) => !number.startsWith("+1401555"))
    yield* Expect.same("numbers of another state", elsewhere, [])
    yield* Expect.holds("none of them should be held", held !== undefined && !found.includes(held))
    for (const [place, prefix] of [
      [{ country: "GB" }, "+44"],
      [{ tollFreePrefix: "888" }, "+1888"],
    ] as const) {
      const { e164PhoneNumbers } = yield* service.searchAvailablePhoneNumbers({ ...place, maxResults: 3 })
      yield* Expect.same("their count", e164PhoneNumbers.filter((number) => number.startsWith(prefix)).length, 3)
    }
    const nothing = yield* service.searchAvailablePhoneNumbers({ state: "WY", areaCode: "206" })
    yield* Expect.same("numbers of two places", nothing.e164PhoneNumbers, [])
    const [abroad = nowhere] = yield* Provisioned.ordered(1, { country: "GB" })
    const others = yield* service.searchAvailablePhoneNumbers({ country: "GB", maxResults: 3 })
    yield* Expect.holds("a British one is held", !others.e164PhoneNumbers.includes(abroad))
    const { nextToken: token } = yield* service.searchAvailablePhoneNumbers({ state: "RI", maxResults: 1 })
    const another = service.searchAvailablePhoneNumbers({ state: "WA", maxResults: 1, nextToken: token })
    yield* Expect.fails("another search", "BadRequestException", another)
  },
  "what a store cannot mean is refused by name, and so are empty lists and half a filter": function* () {
    const { connectors: service } = yield* Bench
    const { voiceConnectorId } = yield* Provisioned.connector()
    const before = yield* Provisioned.state
    const e164PhoneNumbers = [Fixtures.person(1)]
    const tags = [{ key: "team", value: "rides" }]
    const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, ErrorOf[OperationName]>]> = [
      ["Tags", service.create({ name: "Rides", requireEncryption: false, tags })],
      ["City", service.searchAvailablePhoneNumbers({ city: "Seattle" })],
      ["AreaCode", service.searchAvailablePhoneNumbers({ areaCode: "20" })],
      ["ProductType", service.createPhoneNumberOrder({ productType: "SipMediaApplicationDialIn", e164PhoneNumbers })],
      ["Name", service.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers, name: "Rides" })],
      ["E164PhoneNumbers", service.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers: [] })],
      ["E164PhoneNumbers", service.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers: [] })],
      ["E164PhoneNumbers", service.disassociatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers: [] })],
      ["FilterValue", service.listPhoneNumbers({ filterName: "VoiceConnectorId" })],
      ["FilterName", service.listPhoneNumbers({ filterValue: voiceConnectorId })],
    ]
    for (const [member, call] of calls) {
      const { message } = yield* Expect.fails(member, "BadRequestException", call)
      yield* Expect.holds(`the message should name ${member}`, message.includes(member))
    }
    yield* Expect.same("the state", yield* Provisioned.state, before)
  },
  "an order ends at once: what could be had is in the inventory, and it can be read again": function* () {
    const { connectors: service } = yield* Bench
    const [held = nowhere] = yield* Provisioned.ordered(1)
    const { e164PhoneNumbers } = yield* service.searchAvailablePhoneNumbers({ maxResults: 2 })
    const [first = nowhere, second = nowhere] = e164PhoneNumbers
    const partial = yield* order([first, held, nowhere, second, first])
    yield* Expect.same("the status", partial.status, "Partial")
    const each = partial.orderedPhoneNumbers.map(({ e164PhoneNumber, status }) => `${e164PhoneNumber} ${status}`)
    const expected = [`${first} Acquired`, `${held} Failed`, `${nowhere} Failed`, `${second} Acquired`]
    yield* Expect.same("the numbers", each, expected)
    const { phoneNumberOrderId } = partial
    const again = yield* service.getPhoneNumberOrder({ phoneNumberOrderId })
    yield* Expect.same("the order", JSON.stringify(again), JSON.stringify(partial))
    const failed = yield* order([first])
    yield* Expect.same("an order of nothing new", failed.status, "Failed")
    yield* Expect.holds("orders should have ids of their own", failed.phoneNumberOrderId !== phoneNumberOrderId)
    const still = yield* service.getPhoneNumberOrder({ phoneNumberOrderId })
    yield* Expect.same("the order", JSON.stringify(still), JSON.stringify(partial))
    const missing = { phoneNumberId: nowhere }
    yield* Expect.fails("getPhoneNumber", "NotFoundException", service.getPhoneNumber(missing))
    const number = yield* service.getPhoneNumber({ phoneNumberId: first })
    yield* Expect.same("its order", number.orderId, phoneNumberOrderId)
    yield* Expect.same("its status", number.status, "Unassigned")
    const unknown = { phoneNumberOrderId: "00000000-0000-0000-0000-000000000000" }
    yield* Expect.fails("getPhoneNumberOrder", "NotFoundException", service.getPhoneNumberOrder(unknown))
  },
  "a number is read by its id, as it is, and without its plus": function* () {
    const { connectors: service } = yield* Bench
    const [number = nowhere] = yield* Provisioned.ordered(1)
    const listed = (yield* Provisioned.listed()).find(({ e164PhoneNumber }) => e164PhoneNumber === number)
    for (const phoneNumberId of [listed?.phoneNumberId ?? "", number, number.slice(1)]) {
      const found = yield* service.getPhoneNumber({ phoneNumberId })
      yield* Expect.same("the number", found.e164PhoneNumber, number)
    }
    for (const phoneNumberId of ["%", "%2B", "+1", "a/b", "voice"]) {
      yield* Expect.fails("getPhoneNumber", "NotFoundException", service.getPhoneNumber({ phoneNumberId }))
    }
  },
  "numbers are listed in the order in which they came: all, by status, and by connector": function* () {
    const { connectors: service, maxResults } = yield* Bench
    const numbers = yield* Provisioned.ordered(3)
    const [first = nowhere, ...rest] = numbers
    const { voiceConnectorId } = yield* Provisioned.withNumbers([first])
    const all = yield* Provisioned.listedNumbers()
    yield* Expect.same("the last", all.slice(-3), numbers)
    for (const size of [1, 2, maxResults]) {
      yield* Expect.same(`pages of ${size}`, yield* Provisioned.listedNumbers({ maxResults: size }), all)
    }
    const unassigned = yield* Provisioned.listedNumbers({ status: "Unassigned" })
    yield* Expect.same("the unassigned", unassigned.slice(-2), rest)
    yield* Expect.holds("none of them is assigned", !unassigned.includes(first))
    for (const status of ["Assigned", "Unassigned"] as const) {
      const whole = yield* Provisioned.listedNumbers({ status })
      const paged = yield* Provisioned.listedNumbers({ status, maxResults: 1 })
      yield* Expect.same(`one by one, ${status}`, paged, whole)
      yield* Expect.holds(`whether it is ${status}`, whole.includes(first) === (status === "Assigned"))
    }
    const filter = { filterName: "VoiceConnectorId", filterValue: voiceConnectorId } as const
    const found = (yield* Provisioned.listed(filter)).map(({ associations, e164PhoneNumber }) =>
      [e164PhoneNumber, ...associations.map(({ name, value }) => `${name} ${value}`)].join(" "),
    )
    yield* Expect.same("the connector's", found, [`${first} VoiceConnectorId ${voiceConnectorId}`])
    for (const none of [
      { productType: "BusinessCalling" },
      { filterName: "SipRuleId", filterValue: voiceConnectorId },
    ] as const) {
      yield* Expect.same("what there is none of", (yield* Provisioned.listed(none)).length, 0)
    }
    const { nextToken } = yield* service.listPhoneNumbers({ maxResults: 1 })
    const request = { maxResults: 1, nextToken, status: "Unassigned" } as const
    yield* Expect.fails("another listing", "BadRequestException", service.listPhoneNumbers(request))
    const filtered = service.listPhoneNumbers({ maxResults: 1, nextToken, ...filter })
    yield* Expect.fails("the connector's listing", "BadRequestException", filtered)
  },
  "sessions get the connector's own numbers, in the order in which they were associated": function* () {
    const [first = nowhere, second = nowhere, third = nowhere] = yield* Provisioned.ordered(3)
    const { voiceConnectorId } = yield* Provisioned.withNumbers([third, first])
    yield* Provisioned.give(voiceConnectorId, [first, second])
    const made = yield* Given.ofOnePerson(voiceConnectorId, 3)
    yield* Expect.same("the numbers", made.map(Given.proxyNumber), [third, first, second])
    const fourth = Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 4) })
    yield* Expect.fails("a fourth", "BadRequestException", fourth)
  },
  "a batch changes exactly what it does not report: numbers of others stay, unless they are forced": function* () {
    const { connectors: service } = yield* Bench
    const [own = nowhere, fresh = nowhere, elsewhere = nowhere, kept = nowhere] = yield* Provisioned.ordered(4)
    const other = yield* Provisioned.withNumbers([elsewhere, kept])
    const { voiceConnectorId } = yield* Provisioned.withNumbers([own])
    const asked = [own, nowhere, elsewhere, fresh]
    const errors = yield* Provisioned.give(voiceConnectorId, asked)
    yield* Expect.same("the errors", Provisioned.errorsOf(errors), [
      `${nowhere} NotFound`,
      `${elsewhere} PhoneNumberAssociationsExist`,
    ])
    yield* Expect.same("its numbers", yield* Provisioned.numbersOf(voiceConnectorId), [own, fresh])
    yield* Expect.same("the other's", yield* Provisioned.numbersOf(other.voiceConnectorId), [elsewhere, kept])
    const forced = yield* Provisioned.give(voiceConnectorId, asked, true)
    yield* Expect.same("the errors", Provisioned.errorsOf(forced), [`${nowhere} NotFound`])
    yield* Expect.same("its numbers", yield* Provisioned.numbersOf(voiceConnectorId), [own, fresh, elsewhere])
    yield* Expect.same("the other's", yield* Provisioned.numbersOf(other.voiceConnectorId), [kept])
    const taken = yield* Provisioned.take(voiceConnectorId, [kept, own, nowhere])
    yield* Expect.same("the errors", Provisioned.errorsOf(taken), [`${kept} NotFound`, `${nowhere} NotFound`])
    yield* Expect.same("its numbers", yield* Provisioned.numbersOf(voiceConnectorId), [fresh, elsewhere])
    yield* Expect.same("the other's", yield* Provisioned.numbersOf(other.voiceConnectorId), [kept])
    const number = yield* service.getPhoneNumber({ phoneNumberId: own })
    yield* Expect.same("what was taken", number.status, "Unassigned")
  },
  "a number that a connector loses ends its live sessions there, and no others": function* () {
    const { repo: sessions } = yield* Bench
    const { numbers, voiceConnectorId } = yield* Provisioned.withNumbers(3)
    const [first = nowhere, second = nowhere] = numbers
    const made = yield* Given.ofOnePerson(voiceConnectorId, 3)
    const { voiceConnectorId: other } = yield* Provisioned.connector()
    yield* Provisioned.take(voiceConnectorId, [first])
    yield* Provisioned.give(other, [second], true)
    const found = yield* Effect.forEach(made, (session) => sessions.get(session))
    const statuses = found.map(({ status }) => status)
    yield* Expect.same("the statuses", statuses, ["Closed", "Closed", "Open"])
    yield* Expect.holds("an ended session has an end", found[0]?.endedTimestamp !== undefined)
    const next = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(1, 4) })
    yield* Expect.same("the number of another session", Given.proxyNumber(next), numbers[2])
    yield* Provisioned.give(voiceConnectorId, [first])
    const again = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 1) })
    yield* Expect.same("the number of the pair once it is back", Given.proxyNumber(again), first)
  },
  "a connector that has lost its last number has the fictional ones again": function* () {
    const { numbers, voiceConnectorId } = yield* Provisioned.withNumbers(1)
    yield* Provisioned.take(voiceConnectorId, numbers)
    const session = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(100, 101) })
    const number = Given.proxyNumber(session)
    yield* Expect.holds("the number should be fictional", /^\+1\d{3}55501\d\d$/u.test(number ?? ""))
    yield* Expect.same("its numbers", yield* Provisioned.numbersOf(voiceConnectorId), [])
  },
  "no result shows a number when it is printed": function* () {
    const { connectors: service } = yield* Bench
    const { numbers, voiceConnectorId } = yield* Provisioned.withNumbers(2)
    const results = [
      yield* service.searchAvailablePhoneNumbers({ maxResults: 3 }),
      yield* order([nowhere, Fixtures.person(96)]),
      ...(yield* Provisioned.listed()),
      yield* Provisioned.give(voiceConnectorId, [nowhere]),
      (yield* service.listPhoneNumbers({ maxResults: 1 })).nextToken,
      (yield* service.searchAvailablePhoneNumbers({ maxResults: 1 })).nextToken,
    ]
    const text = results.map(shown).join("\n")
    for (const number of [...numbers, nowhere, Fixtures.person(96)]) {
      yield* Expect.holds("a number should not be shown", !text.includes(number.slice(1)))
    }
  },
})

const provisionedInTime = cases({ needs: ["clock", "connectors"] })({
  "a number is dated when a connector gets it and when it loses it": function* () {
    const { adjust, connectors: service } = yield* Bench
    const [number = nowhere, forced = nowhere] = yield* Provisioned.ordered(2)
    const { voiceConnectorId } = yield* Provisioned.connector()
    const { voiceConnectorId: other } = yield* Provisioned.connector()
    const minutes = (phoneNumberId: string) =>
      Effect.map(service.getPhoneNumber({ phoneNumberId }), ({ createdTimestamp, updatedTimestamp }) =>
        createdTimestamp === undefined || updatedTimestamp === undefined
          ? undefined
          : (DateTime.toEpochMillis(updatedTimestamp) - DateTime.toEpochMillis(createdTimestamp)) / 60_000,
      )
    yield* Expect.same("when it came", yield* minutes(number), 0)
    yield* adjust("1 minute")
    yield* Provisioned.give(voiceConnectorId, [number, forced])
    yield* Expect.same("when it was given", yield* minutes(number), 1)
    yield* adjust("1 minute")
    yield* Provisioned.take(voiceConnectorId, [number])
    yield* Expect.same("when it was taken", yield* minutes(number), 2)
    yield* Provisioned.give(other, [forced], true)
    yield* Expect.same("when it was forced", yield* minutes(forced), 2)
  },
})

const kept = cases({ needs: ["connectors", "snapshots"] })({
  "the inventory and the orders are exported and imported again as they were": function* () {
    const { connectors: service, snapshots } = yield* Bench
    const [free = nowhere] = yield* Provisioned.ordered(1)
    yield* Provisioned.withNumbers(2)
    const { orderId = "" } = yield* service.getPhoneNumber({ phoneNumberId: free })
    const before = yield* Provisioned.state
    const number = yield* service.getPhoneNumber({ phoneNumberId: free })
    const ordered = yield* service.getPhoneNumberOrder({ phoneNumberOrderId: orderId })
    yield* snapshots.import(JSON.parse(JSON.stringify(yield* snapshots.export)))
    yield* Expect.same("the state", yield* Provisioned.state, before)
    const again = yield* service.getPhoneNumber({ phoneNumberId: free })
    yield* Expect.same("the number", JSON.stringify(again), JSON.stringify(number))
    const order_ = yield* service.getPhoneNumberOrder({ phoneNumberOrderId: orderId })
    yield* Expect.same("the order", JSON.stringify(order_), JSON.stringify(ordered))
    const next = yield* order([Fixtures.person(95)])
    yield* Expect.holds("an id is given once", next.phoneNumberOrderId !== orderId)
  },
})

const called = cases({ needs: ["connectors", "router"] })({
  "a number belongs to the connector that it is associated with, for calls and texts": function* () {
    const { router } = yield* Bench
    const { numbers, voiceConnectorId } = yield* Provisioned.withNumbers(1)
    const [number = nowhere] = numbers
    const owners = (yield* router.ofNumber(number)).map((owner) => owner.voiceConnectorId)
    yield* Expect.same("the owners", owners, [voiceConnectorId])
    yield* Provisioned.take(voiceConnectorId, numbers)
    yield* Expect.same("the owners", yield* router.ofNumber(number), [])
  },
})

export const connectorNumbers: ReadonlyArray<ContractCase> = [...provisioned, ...provisionedInTime, ...kept, ...called]
