/**
 * Making, reading, changing and deleting Voice Connectors.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import * as Effect from "effect/Effect"
import { Bench, type ContractCase } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { connects, decides, driver, nextId, rider } from "../internal/calling.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"
import * as Provisioned from "../internal/provisioned.ts"

const missing = { voiceConnectorId: "abcdef1ghij2klmno3zzz9" }

const provisioned = cases({ needs: ["connectors"] })({
  "a new connector has what was asked for, an id of its own, a host name, and one instant twice": function* () {
    const { connectors: service } = yield* Bench
    const asked = { name: "Rides", awsRegion: "us-west-2", requireEncryption: true } as const
    const made = yield* service.create(asked)
    const { awsRegion, createdTimestamp, name, outboundHostName, requireEncryption, voiceConnectorId } = made
    yield* Expect.same("the connector", { awsRegion, name, requireEncryption }, asked)
    yield* Expect.same("the host", outboundHostName, `${voiceConnectorId}.voiceconnector.chime.aws`)
    yield* Expect.holds("it should have an instant", createdTimestamp !== undefined)
    const { created, updated } = Provisioned.facts(made)
    yield* Expect.same("its update", updated, created)
    yield* Expect.same("what get reads", Provisioned.facts(yield* service.get(made)), Provisioned.facts(made))
    const other = yield* service.create({ name: "Rides", requireEncryption: false })
    yield* Expect.holds("ids should differ", other.voiceConnectorId !== voiceConnectorId)
    yield* Expect.same("the region by default", other.awsRegion, "us-east-1")
  },
  "connectors are listed once each, as get reads them, in pages of any size": function* () {
    const { connectors: service, maxResults } = yield* Bench
    const made = yield* Effect.forEach(["one", "two", "three"], (name) => Provisioned.connector(name))
    const all = (yield* Provisioned.connectors()).map(Provisioned.facts)
    const ids = all.map(({ voiceConnectorId }) => voiceConnectorId)
    yield* Expect.same("each id once", new Set(ids).size, ids.length)
    for (const each of made) {
      const listed = all.find(({ voiceConnectorId }) => voiceConnectorId === each.voiceConnectorId)
      yield* Expect.same("the connector", listed, Provisioned.facts(each))
    }
    for (const size of [1, 2, maxResults]) {
      const paged = yield* Provisioned.connectors(size)
      yield* Expect.same(`pages of ${size}`, paged.map(Provisioned.facts), all)
    }
    const token = (yield* service.list({ maxResults: 1 })).nextToken ?? ""
    for (const nextToken of [`${token}x`, "made up", ""]) {
      yield* Expect.fails("list", "BadRequestException", service.list({ nextToken }))
    }
    yield* Expect.fails("another listing", "BadRequestException", service.listPhoneNumbers({ nextToken: token }))
  },
  "an update replaces the name and the encryption, and nothing else": function* () {
    const { connectors: service } = yield* Bench
    const made = yield* Provisioned.connector()
    const { voiceConnectorId } = made
    const updated = yield* service.update({ voiceConnectorId, name: "Parcels", requireEncryption: true })
    const { updated: at, ...rest } = Provisioned.facts(updated)
    const { updated: before = 0, ...old } = Provisioned.facts(made)
    yield* Expect.same("the connector", rest, { ...old, name: "Parcels", requireEncryption: true })
    yield* Expect.holds("its update should not go back", at !== undefined && at >= before)
    yield* Expect.same("what get reads", Provisioned.facts(yield* service.get(made)), Provisioned.facts(updated))
  },
  "a missing connector is a NotFoundException to get, update, delete and disassociate": function* () {
    const { connectors: service } = yield* Bench
    const update = { ...missing, name: "Rides", requireEncryption: false }
    yield* Expect.fails("get", "NotFoundException", service.get(missing))
    yield* Expect.fails("update", "NotFoundException", service.update(update))
    yield* Expect.fails("delete", "NotFoundException", service.delete(missing))
    const taking = Provisioned.take(missing.voiceConnectorId, [Fixtures.person(1)])
    yield* Expect.fails("disassociate", "NotFoundException", taking)
  },
  "a connector is deleted with its configuration and its sessions, and without numbers only": function* () {
    const { connectors: service, proxies, repo } = yield* Bench
    const { numbers, voiceConnectorId } = yield* Provisioned.withNumbers(1)
    const session = yield* Given.session(voiceConnectorId)
    const before = yield* Provisioned.state
    yield* Expect.fails("delete", "ConflictException", service.delete({ voiceConnectorId }))
    yield* Expect.same("the state", yield* Provisioned.state, before)
    yield* repo.get(session)
    yield* Provisioned.take(voiceConnectorId, numbers)
    yield* service.delete({ voiceConnectorId })
    yield* Expect.fails("get", "NotFoundException", service.get({ voiceConnectorId }))
    yield* Expect.fails("getProxy", "NotFoundException", proxies.get({ voiceConnectorId }))
    yield* Expect.fails("getSession", "NotFoundException", repo.get(session))
  },
  "requests that break the model name every violation, and change nothing": function* () {
    const { connectors: service } = yield* Bench
    const { voiceConnectorId } = yield* Provisioned.connector()
    const before = yield* Provisioned.state
    const badNumbers = { e164PhoneNumbers: [Fixtures.person(1), "0", "+1 206"] }
    const [second, third] = ["e164PhoneNumbers[1]", "e164PhoneNumbers[2]"]
    const calls: ReadonlyArray<readonly [Effect.Effect<unknown, ErrorOf[OperationName]>, ReadonlyArray<string>]> = [
      [service.create({ name: "", requireEncryption: false }), ["name"]],
      [service.create({ name: "x".repeat(257), requireEncryption: false }), ["name"]],
      [service.get({ voiceConnectorId: ".." }), ["voiceConnectorId"]],
      [service.list({ maxResults: 101 }), ["maxResults"]],
      [service.update({ voiceConnectorId: " ", name: "", requireEncryption: true }), ["voiceConnectorId", "name"]],
      [service.delete({ voiceConnectorId: "." }), ["voiceConnectorId"]],
      [service.associatePhoneNumbers({ voiceConnectorId, ...badNumbers }), [second, third]],
      [service.disassociatePhoneNumbers({ voiceConnectorId: " ", ...badNumbers }), ["voiceConnectorId", second, third]],
      [service.listPhoneNumbers({ maxResults: 0 }), ["maxResults"]],
      [service.getPhoneNumber({ phoneNumberId: ".." }), ["phoneNumberId"]],
      [service.searchAvailablePhoneNumbers({ country: "us", maxResults: 501 }), ["country", "maxResults"]],
      [service.createPhoneNumberOrder({ productType: "VoiceConnector", ...badNumbers }), [second, third]],
      [service.getPhoneNumberOrder({ phoneNumberOrderId: "../../voice-connectors" }), ["phoneNumberOrderId"]],
    ]
    for (const [call, paths] of calls) {
      const { operation, violations } = yield* Expect.fails("the call", "InvalidRequest", call)
      const found = violations.map(({ path }) => path)
      yield* Expect.sameMembers(`the paths of ${operation}`, found, paths)
    }
    yield* Expect.same("the state", yield* Provisioned.state, before)
  },
})

const provisionedInTime = cases({ needs: ["clock", "connectors"] })({
  "connectors are listed in the order in which they were made": function* () {
    const { adjust } = yield* Bench
    const made: Array<string> = []
    for (const name of ["one", "two", "three", "four", "five"]) {
      yield* adjust("1 second")
      made.push((yield* Provisioned.connector(name)).voiceConnectorId)
    }
    for (const size of [2, undefined]) {
      const listed = (yield* Provisioned.connectors(size)).map(({ voiceConnectorId }) => voiceConnectorId as string)
      yield* Expect.same("the last", listed.slice(-made.length), made)
    }
  },
})

const whereRefused = cases({ needs: ["connectors"], only: { unknownConnectors: "refused" } })({
  "a connector that nobody made gets no numbers where unknown connectors are refused": function* () {
    const giving = Provisioned.give(missing.voiceConnectorId, yield* Provisioned.ordered(1))
    yield* Expect.fails("associate", "NotFoundException", giving)
  },
})

const called = cases({ needs: ["connectors", "router"] })({
  "nothing is remembered of calls to a connector that was deleted": function* () {
    const { connectors: service, router } = yield* Bench
    const { numbers, voiceConnectorId } = yield* Provisioned.withNumbers(1)
    yield* Given.session(voiceConnectorId, { capabilities: ["Voice"] })
    const [dialled = ""] = numbers
    const parts = { channel: "Voice", caller: rider, dialled, provider: "contract", providerId: nextId() } as const
    yield* decides("the call", router.route(parts), connects(driver))
    yield* decides("the same call", router.route(parts), connects(driver))
    yield* Provisioned.take(voiceConnectorId, numbers)
    yield* service.delete({ voiceConnectorId })
    yield* decides("the call afterwards", router.route(parts), "UnknownNumber")
  },
})

export const connectors: ReadonlyArray<ContractCase> = [
  ...provisioned,
  ...provisionedInTime,
  ...whereRefused,
  ...called,
]
