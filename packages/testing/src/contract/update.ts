/**
 * Changing a session: its capabilities, its life, and nothing else.
 */
import type { Input } from "@proxy-session/domain/Input"
import type { Capability } from "@proxy-session/domain/Capability"
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const change = (
  { proxySessionId, voiceConnectorId }: Input<typeof ProxySessionKey>,
  capabilities: ReadonlyArray<Capability>,
  life: { readonly expiryMinutes?: number } = {},
) => Bench.use(({ repo }) => repo.update({ voiceConnectorId, proxySessionId, capabilities, ...life }))

const always = cases()({
  "an update replaces the capabilities and keeps everything else, the minutes included": function* () {
    const { repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector(), { ...Fixtures.createProxySessionInFull })
    const updated = yield* change(session, ["SMS"])
    const before = Given.facts(session)
    yield* Expect.same("the answer", Given.facts(updated), {
      ...before,
      capabilities: ["SMS"],
      updatedTimestamp: Given.facts(updated).updatedTimestamp,
    })
    yield* Expect.same("what is read", Given.facts(yield* repo.get(session)), Given.facts(updated))
  },
  "an update with minutes sets them": function* () {
    const session = yield* Given.session(yield* Given.connector())
    const updated = yield* change(session, ["Voice"], { expiryMinutes: 61 })
    yield* Expect.same("the minutes", updated.expiryMinutes, 61)
  },
  "no capability at all, or too many minutes, is a BadRequestException and changes nothing": function* () {
    const { expiryRange, repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector())
    yield* Expect.fails("update", "BadRequestException", change(session, []))
    const tooLong = change(session, ["SMS"], { expiryMinutes: expiryRange.maximum + 1 })
    yield* Expect.fails("update", "BadRequestException", tooLong)
    yield* Expect.same("the session", Given.facts(yield* repo.get(session)), Given.facts(session))
  },
  "a missing session is a NotFoundException": function* () {
    const key = Given.missing(yield* Given.connector())
    yield* Expect.fails("update", "NotFoundException", change(key, ["Voice"]))
  },
})

const inTime = cases({ needs: ["clock"] })({
  "an update is dated": function* () {
    const { adjust } = yield* Bench
    const session = yield* Given.session(yield* Given.connector())
    yield* adjust("5 minutes")
    const updated = Given.facts(yield* change(session, ["SMS"]))
    yield* Expect.same("the creation", updated.createdTimestamp, Given.facts(session).createdTimestamp)
    yield* Expect.same("the update", updated.updatedTimestamp, updated.createdTimestamp + 5 * 60_000)
  },
  "more minutes let a session live longer, counted from its creation": function* () {
    const { adjust, repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector(), { expiryMinutes: 10 })
    yield* adjust("9 minutes")
    yield* change(session, ["Voice"], { expiryMinutes: 20 })
    yield* adjust("10 minutes")
    yield* Expect.same("the status after 19 minutes", (yield* repo.get(session)).status, "Open")
    yield* adjust("1 minute")
    yield* Expect.same("the status after 20 minutes", (yield* repo.get(session)).status, "Closed")
  },
  "fewer minutes than have passed end a session at once": function* () {
    const { adjust } = yield* Bench
    const session = yield* Given.session(yield* Given.connector())
    yield* adjust("10 minutes")
    const updated = yield* change(session, ["Voice"], { expiryMinutes: 5 })
    yield* Expect.same("the status", updated.status, "Closed")
    yield* Expect.holds("the session should have an end", updated.endedTimestamp !== undefined)
  },
  "a session that has closed cannot be updated, which is a BadRequestException": function* () {
    const { adjust, repo } = yield* Bench
    const session = yield* Given.session(yield* Given.connector(), { expiryMinutes: 1 })
    yield* adjust("1 minute")
    const closed = yield* repo.get(session)
    yield* Expect.fails("update", "BadRequestException", change(session, ["SMS"], { expiryMinutes: 60 }))
    yield* Expect.same("the session", Given.facts(yield* repo.get(session)), Given.facts(closed))
  },
})

export const update: ContractGroup = { subject: "update", cases: [...always, ...inTime] }
