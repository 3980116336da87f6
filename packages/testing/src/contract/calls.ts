/**
 * The data path: whom a call or text reaches.
 */
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import {
  brief,
  connects,
  decides,
  driver,
  fallback,
  logOf,
  nextId,
  ownPool,
  rider,
  scene,
  stranger,
  withFallback,
} from "../internal/calling.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"
import { kept } from "./callLog.ts"

const routed = cases({ needs: ["router"] })({
  "each participant reaches the other, who sees the number that was dialled, by call and by text": function* () {
    const { call, session } = yield* scene()
    for (const channel of ["Voice", "SMS"] as const) {
      for (const caller of [rider, driver]) {
        const decision = yield* call(caller, { channel, text: "hello" })
        yield* decides("the call", Effect.succeed(decision), connects(caller === rider ? driver : rider))
        const shown = decision._tag === "Connect" ? decision.callerId : undefined
        yield* Expect.same("the number that is shown", shown, Given.proxyNumber(session))
        yield* Expect.same("the session", decision.proxySessionId, session.proxySessionId)
        yield* Expect.same("the connector", decision.voiceConnectorId, session.voiceConnectorId)
      }
    }
  },
  "a caller is known however a carrier spells the number": function* () {
    const { call, session } = yield* scene()
    const dialled = Given.proxyNumber(session)?.slice(1) ?? ""
    const spelled = [`sip:${rider}@carrier.example;user=phone`, rider.slice(1), `00${rider.slice(1)}`]
    for (const caller of spelled) yield* decides(caller, call(caller, { dialled }), connects(driver))
    yield* decides("a national number", call(rider.slice(2), { nationalPrefix: "+1" }), connects(driver))
    yield* decides("without a prefix", call(rider.slice(2)), "CallerMalformed")
  },
  "a refusal is repeated as well, also where a session would connect by now": function* () {
    const { call, repo, session, voiceConnectorId } = yield* scene()
    const again = { providerId: nextId() }
    yield* decides("a stranger", call(stranger, again), "UnknownCaller")
    yield* repo.delete(session)
    const other = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: [stranger, driver] })
    const dialled = Given.proxyNumber(other) ?? ""
    yield* Expect.same("the number", dialled, Given.proxyNumber(session) ?? "")
    yield* decides("the repeated call", call(stranger, again), "UnknownCaller")
    yield* decides("another call", call(stranger), connects(driver))
  },
  "the same id from another caller, to another number, by text or for another connector is another call": function* () {
    const { call } = yield* scene()
    const again = { providerId: nextId() }
    yield* decides("the first", call(rider, again), connects(driver))
    yield* decides("a stranger", call(stranger, again), "UnknownCaller")
    yield* decides("the other participant", call(driver, again), connects(rider))
    yield* decides("another number", call(rider, { ...again, dialled: stranger }), "UnknownNumber")
    const voiceConnectorId = "nobody"
    yield* decides("another connector", call(rider, { ...again, voiceConnectorId }), "UnknownNumber")
    yield* decides("a text", call(rider, { ...again, channel: "SMS", text: "STOP" }), "OptOutKeyword")
    yield* decides("the first again", call(rider, again), connects(driver))
  },
  "several deliveries of one call at the same time are one call": function* () {
    const { call, router, session } = yield* scene()
    const again = { providerId: nextId() }
    const answers = yield* Effect.all(
      Array.from({ length: 8 }, () => Effect.map(call(rider, again), brief)),
      { concurrency: "unbounded" },
    )
    yield* Expect.same("the answers", new Set(answers).size, 1)
    yield* Expect.same("the log", yield* logOf(router, session), ["Voice 0 Session"])
  },
  "strangers, and callers who hide their number, are refused unless the rules send them to the fallback number":
    function* () {
      const { call, router, session } = yield* scene(withFallback)
      const rules = { unknownCallers: "fallback" } as const
      yield* decides("a stranger", call(stranger), "UnknownCaller")
      yield* decides("a hidden number", call("anonymous"), "CallerWithheld")
      yield* decides("a short code", call("12345"), "CallerMalformed")
      const decision = yield* call(stranger, { rules })
      yield* decides("a stranger by the rules", Effect.succeed(decision), `Fallback ${fallback}`)
      yield* Expect.same("the session", decision.proxySessionId, undefined)
      yield* decides("a hidden number by the rules", call("", { rules }), `Fallback ${fallback}`)
      yield* decides("a stranger's text", call(stranger, { rules, channel: "SMS" }), "UnknownCaller")
      yield* Expect.same("the log", yield* logOf(router, session), [])
    },
  "a channel that the session does not have, an opt-out word and too little attestation are refused": function* () {
    const { call, current, repo, router, session } = yield* scene()
    const rules = { minimumAttestation: "B" } as const
    yield* decides("an opt-out word", call(rider, { channel: "SMS", text: " Stop. " }), "OptOutKeyword")
    yield* decides("no attestation", call(rider, { rules }), "AttestationTooLow")
    yield* decides("too little of it", call(rider, { rules, attestation: "C" }), "AttestationTooLow")
    yield* repo.update({ ...session, capabilities: ["SMS"] })
    yield* decides("a call", call(rider), "CapabilityMissing")
    yield* Expect.same("the status", (yield* current).status, "Open")
    yield* decides("help", call(rider, { channel: "SMS", text: "HELP" }), connects(driver))
    yield* repo.update({ ...session, capabilities: ["Voice"] })
    yield* decides("enough attestation", call(rider, { rules, attestation: "A" }), connects(driver))
    yield* Expect.same("the log", yield* logOf(router, session), [
      "SMS 0 OptOutKeyword",
      "Voice 0 CapabilityMissing",
      "SMS 0 Session",
      "Voice 0 Session",
    ])
  },
  "a number names its connector where one alone has it, and nobody where several have it": function* () {
    const { router } = yield* Bench
    const voiceConnectorId = yield* Given.connector({}, ownPool(97))
    const session = yield* Given.session(voiceConnectorId)
    const call = (connector?: string) =>
      router.route({
        channel: "Voice",
        caller: rider,
        dialled: Fixtures.person(97),
        voiceConnectorId: connector,
        provider: "contract",
        providerId: nextId(),
      })
    const alone = yield* call()
    yield* Expect.same("the connector", alone.voiceConnectorId, session.voiceConnectorId)
    const other = yield* Given.connector({}, ownPool(97))
    yield* decides("a number of two connectors", call(), "AmbiguousNumber")
    yield* decides("a named connector", call(voiceConnectorId), connects(driver))
    yield* decides("the other one", call(other), "UnknownCaller")
    yield* decides("a connector that does not exist", call("nobody"), "UnknownNumber")
  },
  "a call from a proxy number has come back, and is refused": function* () {
    const { call, session } = yield* scene(withFallback)
    const other = Fixtures.pool.find(({ phoneNumber }) => phoneNumber !== Given.proxyNumber(session))
    const rules = { unknownCallers: "fallback" } as const
    yield* decides("a proxy number", call(other?.phoneNumber ?? "", { rules }), "Loop")
  },
})

const routedInTime = cases({ needs: ["clock", "router"] })({
  "the first connected call makes the session InProgress, once": function* () {
    const { adjust } = yield* Bench
    const { call, current } = yield* scene()
    yield* call(stranger)
    yield* call("anonymous")
    yield* Expect.same("the status after refusals", (yield* current).status, "Open")
    yield* adjust("1 minute")
    yield* call(driver)
    const first = yield* current
    yield* Expect.same("the status", first.status, "InProgress")
    yield* Expect.same("the minutes", first.updatedTimestamp - first.createdTimestamp, 60_000)
    yield* adjust("1 minute")
    yield* call(rider)
    yield* Expect.same("the session", yield* current, first)
  },
  "the same provider's id gets the same answer, also after the session has ended": function* () {
    const { adjust } = yield* Bench
    const { call, current, router, session } = yield* scene({ defaultSessionExpiryMinutes: 1 })
    const again = { providerId: nextId() }
    const first = yield* call(rider, again)
    yield* adjust("1 minute")
    const ended = yield* current
    yield* Expect.same("the repeated answer", { ...(yield* call(rider, again)) }, { ...first })
    yield* decides("another call", call(rider), "SessionEnded")
    yield* Expect.same("the session", yield* current, ended)
    yield* Expect.same("the log", yield* logOf(router, session), ["Voice 0 Session", "Voice 0 SessionEnded"])
  },
  "an answer that concerns no session is forgotten after an hour": function* () {
    const { adjust } = yield* Bench
    const { call, voiceConnectorId } = yield* scene({ defaultSessionExpiryMinutes: 120 })
    const again = { providerId: nextId() }
    yield* decides("a stranger", call(stranger, again), "UnknownCaller")
    yield* Given.session(voiceConnectorId, {
      participantPhoneNumbers: [stranger, Fixtures.person(2)],
      expiryMinutes: 120,
    })
    yield* adjust("59 minutes")
    yield* decides("the repeated call", call(stranger, again), "UnknownCaller")
    yield* adjust("1 minute")
    yield* decides("the same id an hour later", call(stranger, again), connects(Fixtures.person(2)))
    yield* decides("that call repeated", call(stranger, again), connects(Fixtures.person(2)))
  },
  "after the end of a session a call goes to the fallback number and a text nowhere, whatever came later":
    function* () {
      // The model lets a number come without its +; it is dialled, and compared, with it.
      const fallBackPhoneNumber = fallback.slice(1)
      const { call, current, voiceConnectorId } = yield* scene({
        fallBackPhoneNumber,
        defaultSessionExpiryMinutes: 1,
      })
      yield* (yield* Bench).adjust("1 minute")
      yield* decides("a call", call(driver), `Fallback ${fallback}`)
      yield* decides("a text", call(driver, { channel: "SMS", text: "hello" }), "SessionEnded")
      const rules = { unknownCallers: "fallback" } as const
      yield* decides("the fallback's own call", call(fallback, { rules }), "UnknownCaller")
      yield* Expect.same("the status", (yield* current).status, "Closed")
      // Another number of the same person takes nothing away from the old one.
      const other = yield* Given.session(voiceConnectorId, {
        participantPhoneNumbers: [driver, Fixtures.person(2)],
        numberSelectionBehavior: "AvoidSticky",
        geoMatchLevel: "AreaCode",
        geoMatchParams: { country: "US", areaCode: "212" },
      })
      yield* decides("a call on the old number", call(driver), `Fallback ${fallback}`)
      const dialled = Given.proxyNumber(other) ?? ""
      yield* decides("a call on the new number", call(driver, { dialled }), connects(Fixtures.person(2)))
    },
  "the last session on a number decides, also where an earlier one had the same people": function* () {
    const { adjust } = yield* Bench
    const { call, session, voiceConnectorId } = yield* scene({ defaultSessionExpiryMinutes: 1 })
    yield* adjust("1 minute")
    const later = yield* Given.session(voiceConnectorId, {})
    yield* Expect.same("the number", Given.proxyNumber(later), Given.proxyNumber(session))
    const decision = yield* call(rider)
    yield* Expect.same("the session", decision.proxySessionId, later.proxySessionId)
    yield* decides("the call", Effect.succeed(decision), connects(driver))
    yield* decides("a text", call(rider, { channel: "SMS" }), "CapabilityMissing")
  },
})

const whereRemoved = cases({ needs: ["router"], only: { deleteMode: "remove" } })({
  "a deleted session connects nobody, not even a call that it has connected before": function* () {
    const { call, repo, router, session } = yield* scene()
    const again = { providerId: nextId() }
    yield* decides("the first", call(rider, again), connects(driver))
    yield* repo.delete(session)
    yield* decides("the repeated call", call(rider, again), "UnknownCaller")
    yield* Expect.fails("interactions", "NotFoundException", router.interactions(session))
  },
})

export const calls: ContractGroup = { subject: "calls", cases: [...routed, ...routedInTime, ...whereRemoved, ...kept] }
