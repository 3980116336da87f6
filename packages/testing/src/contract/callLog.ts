/**
 * The data path: what is kept of a call or text.
 */
import { Decision } from "@proxy-session/domain/Routing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Bench, type ContractCase } from "../ContractCase.ts"
import {
  connects,
  decides,
  driver,
  fallback,
  logOf,
  nextId,
  rider,
  scene,
  stranger,
  withFallback,
} from "../internal/calling.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const routed = cases({ needs: ["router"] })({
  "a dry run decides, and neither changes nor remembers anything": function* () {
    const { call, current, repo, router, session } = yield* scene()
    const before = yield* current
    const again = { providerId: nextId() }
    yield* decides("the dry run", call(rider, { ...again, dryRun: true }), connects(driver))
    yield* Expect.same("the session", yield* current, before)
    yield* Expect.same("the log", yield* logOf(router, session), [])
    yield* repo.update({ ...session, capabilities: ["SMS"] })
    yield* decides("the call", call(rider, again), "CapabilityMissing")
    yield* repo.update({ ...session, capabilities: ["Voice"] })
    yield* decides("another dry run", call(rider, { ...again, dryRun: true }), connects(driver))
  },
  "a report says what became of a call or text, in any order and however often": function* () {
    const { call, record, router, session } = yield* scene()
    const [answered, failed, text] = [nextId(), nextId(), nextId()]
    yield* call(rider, { providerId: answered })
    yield* call(driver, { providerId: failed })
    yield* call(driver, { providerId: text, channel: "SMS", text: "hello" })
    yield* Expect.same("the log of calls", yield* logOf(router, session), [
      "Voice 0 Session",
      "Voice 1 Session",
      "SMS 1 Session",
    ])
    yield* record(answered, "Failed")
    yield* record(answered, "Answered", 42)
    yield* record(answered, "Answered")
    yield* record(answered, "Failed")
    yield* record(failed, "Failed", 0)
    yield* record(text, "Delivered", undefined, "SMS")
    yield* Expect.same("the log of reports", yield* logOf(router, session), [
      "Voice 0 Session Answered 42",
      "Voice 1 Session Failed 0",
      "SMS 1 Session Delivered",
    ])
  },
  "of all who report at once that a text is being sent, one alone is told that this is new": function* () {
    const { call, record, router, session } = yield* scene()
    const [text, failed] = [nextId(), nextId()]
    const sending = (id: string) => record(id, "Sending", undefined, "SMS")
    for (const providerId of [text, failed]) yield* call(rider, { providerId, channel: "SMS", text: "hello" })
    const claims = yield* Effect.all(
      Array.from({ length: 8 }, () => sending(text)),
      { concurrency: "unbounded" },
    )
    yield* Expect.same("how many were told", claims.filter((isNew) => isNew).length, 1)
    yield* Expect.same("a later one", yield* sending(text), false)
    yield* Expect.same("a failure", yield* record(failed, "Failed", undefined, "SMS"), true)
    yield* Expect.same("one after a failure", yield* sending(failed), false)
    yield* Expect.same("the log", yield* logOf(router, session), ["SMS 0 Session Sending", "SMS 0 Session Failed"])
    yield* record(text, "Delivered", undefined, "SMS")
    yield* Expect.same("one after the arrival", yield* sending(text), false)
    yield* Expect.fails("a call that is sent", "InvalidRequest", record(nextId(), "Sending"))
  },
  "the calls of a session are found by its id alone, and not by another connector's": function* () {
    const { call, router, session } = yield* scene()
    const other = yield* scene()
    yield* call(rider)
    yield* other.call(driver, { channel: "SMS", text: "hello" })
    const { proxySessionId } = session
    const found = (yield* router.interactions({ proxySessionId })).map(({ channel, via }) => `${channel} ${via}`)
    yield* Expect.same("the calls", found, ["Voice Session"])
    const elsewhere = { proxySessionId, voiceConnectorId: other.voiceConnectorId }
    yield* Expect.fails("another connector's", "NotFoundException", router.interactions(elsewhere))
    const unknown = { proxySessionId: `${proxySessionId}x` }
    yield* Expect.fails("an unknown id", "NotFoundException", router.interactions(unknown))
  },
  "a report on a call that no session has connected is a NotFoundException": function* () {
    const { call, record } = yield* scene()
    const [refused, text] = [nextId(), nextId()]
    yield* call(stranger, { providerId: refused })
    yield* call(rider, { providerId: text, channel: "SMS", text: "STOP" })
    yield* Expect.fails("a stranger's", "NotFoundException", record(refused, "Failed"))
    yield* Expect.fails("an unknown one", "NotFoundException", record(nextId(), "Failed"))
    yield* Expect.fails("a refused text's", "NotFoundException", record(text, "Failed", undefined, "SMS"))
  },
  "a request that breaks the model changes nothing, and the error has every violation": function* () {
    const { call, current, record, router, session } = yield* scene()
    const before = yield* current
    const broken = call(rider, { provider: "No Carrier", providerId: "" })
    const invalid = yield* Expect.fails("route", "InvalidRequest", broken)
    const paths = invalid.violations.map(({ path }) => path)
    yield* Expect.sameMembers("the paths", paths, ["provider", "providerId"])
    const holding = call(rider, { providerId: `${rider.slice(1)}@carrier.example` })
    const telling = yield* Expect.fails("an id that holds the caller's number", "InvalidRequest", holding)
    yield* Expect.holds("the error should not hold the number", !telling.message.includes(rider.slice(1)))
    yield* Expect.fails("a delivered call", "InvalidRequest", record(nextId(), "Delivered"))
    yield* Expect.fails("a text that lasts", "InvalidRequest", record(nextId(), "Delivered", 1, "SMS"))
    yield* Expect.fails("a negative length", "InvalidRequest", record(nextId(), "Answered", -1))
    yield* Expect.same("the session", yield* current, before)
    yield* Expect.same("the log", yield* logOf(router, session), [])
  },
  "no answer holds the caller's number, and no log any number": function* () {
    const { call, router, session } = yield* scene(withFallback)
    const rules = { unknownCallers: "fallback" } as const
    for (const caller of [rider, driver, stranger, fallback]) {
      const decision = yield* call(caller, { rules })
      const encoded = JSON.stringify(yield* Schema.encodeEffect(Decision)(decision))
      yield* Expect.holds("the answer should not hold the caller", !encoded.includes(caller.slice(1)))
      const printed = JSON.stringify(decision)
      yield* Expect.holds("no number should be printed", !/\d{7}/u.test(printed.replace(/"[\w-]{20,}"/gu, "")))
    }
    const log = JSON.stringify(yield* router.interactions(session))
    for (const number of [rider, driver, Given.proxyNumber(session) ?? ""]) {
      yield* Expect.holds("the log should hold no number", !log.includes(number.slice(1)))
    }
  },
})

const calledAndKept = cases({ needs: ["router", "snapshots"] })({
  "what is exported and imported again has the same calls, and can be reported on": function* () {
    const { snapshots } = yield* Bench
    const { call, record, router, session } = yield* scene()
    const again = { providerId: nextId() }
    yield* call(rider, again)
    yield* call(driver, { channel: "SMS", text: "STOP" })
    yield* record(again.providerId, "Failed")
    const before = (yield* router.interactions(session)).map((each) => JSON.stringify(each))
    yield* snapshots.import(JSON.parse(JSON.stringify(yield* snapshots.export)))
    const after = (yield* router.interactions(session)).map((each) => JSON.stringify(each))
    yield* Expect.same("the calls", after, before)
    yield* record(again.providerId, "Answered", 3)
    const log = ["Voice 0 Session Answered 3", "SMS 1 OptOutKeyword"]
    yield* Expect.same("the log", yield* logOf(router, session), log)
    yield* decides("the repeated call", call(rider, again), connects(driver))
  },
})

export const kept: ReadonlyArray<ContractCase> = [...routed, ...calledAndKept]
