import * as CallerNumber from "@proxy-session/domain/CallerNumber"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import * as Routing from "@proxy-session/domain/Routing"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { property } from "./support/check.ts"

const rider = PhoneNumber.make("+14155550101")
const driver = PhoneNumber.make("+13125550199")
const proxy = PhoneNumber.make("+12065550100")
const otherProxy = PhoneNumber.make("+12065550101")
const fallback = PhoneNumber.make("+18005550111")
const proxySessionId = ProxySessionId.make("123a4bc5-67d8-901e-2f3g-h4ghjk56789l")
const voiceConnectorId = VoiceConnectorId.make("abcdef1ghij2klmno3pqr4")
const key = { voiceConnectorId, proxySessionId }
const isProxyNumber = (number: PhoneNumber) => number === proxy || number === otherProxy

const held: Routing.Held = { ...key, other: driver, capabilities: ["Voice"], live: true }
const ended: Routing.Held = { ...held, live: false }
const call: Routing.Inbound = {
  channel: "Voice",
  caller: CallerNumber.parse(rider),
  dialled: proxy,
  connectors: 1,
  held,
  isProxyNumber,
  fallback,
  rules: Routing.defaultRoutingRules,
}
const withFallback: Routing.RoutingRules = { unknownCallers: "fallback" }

const connected = (inbound: Partial<Routing.Inbound>): object | string => {
  const decision = Routing.decide({ ...call, ...inbound })
  return decision._tag === "Connect" ? { ...decision } : decision.reason
}
const reason = (inbound: Partial<Routing.Inbound>) => {
  const decision = Routing.decide({ ...call, ...inbound })
  return decision._tag === "Refuse" ? decision.reason : "Connect"
}
const toFallback = { _tag: "Connect", to: fallback, callerId: proxy, via: "Fallback" }

describe("Routing", () => {
  it("a participant reaches the other, who sees the number that was dialled", () => {
    assert.deepStrictEqual(connected({}), {
      _tag: "Connect",
      to: driver,
      callerId: proxy,
      via: "Session",
      ...key,
    })
  })

  it("a number that no connector has is unknown, whoever calls it", () => {
    assert.strictEqual(reason({ connectors: 0 }), "UnknownNumber")
    assert.strictEqual(reason({ connectors: 0, caller: { _tag: "Withheld" }, rules: withFallback }), "UnknownNumber")
  })

  it("a number that several connectors have connects nobody", () => {
    assert.strictEqual(reason({ connectors: 2 }), "AmbiguousNumber")
  })

  it("after the end of a session a call goes to the fallback number", () => {
    assert.deepStrictEqual(connected({ held: ended }), { ...toFallback, ...key })
  })

  it("after the end of a session a text is refused, and so is a call without a fallback number", () => {
    assert.strictEqual(reason({ held: ended, channel: "SMS" }), "SessionEnded")
    assert.strictEqual(reason({ held: ended, fallback: undefined }), "SessionEnded")
  })

  it("a call never reaches a fallback number that is the caller or a proxy number", () => {
    assert.strictEqual(reason({ held: ended, fallback: rider }), "SessionEnded")
    assert.strictEqual(reason({ held: ended, fallback: proxy }), "SessionEnded")
    assert.strictEqual(reason({ held: ended, fallback: otherProxy }), "SessionEnded")
  })

  it("a stranger is refused, or reaches the fallback number where the operator wants it, by call alone", () => {
    assert.strictEqual(reason({ held: undefined }), "UnknownCaller")
    assert.deepStrictEqual(connected({ held: undefined, rules: withFallback }), toFallback)
    assert.strictEqual(reason({ held: undefined, rules: withFallback, channel: "SMS" }), "UnknownCaller")
  })

  it("a caller who hides the number is a stranger", () => {
    const caller = CallerNumber.parse("anonymous")
    assert.strictEqual(reason({ caller, held: undefined }), "CallerWithheld")
    assert.deepStrictEqual(connected({ caller, held: undefined, rules: withFallback }), toFallback)
  })

  it("a caller without a telephone number is refused, also where strangers are not", () => {
    const caller = CallerNumber.parse("sip:alice@192.0.2.33")
    assert.strictEqual(reason({ caller, held: undefined, rules: withFallback }), "CallerMalformed")
  })

  it("a text or call that the session does not allow is refused", () => {
    assert.strictEqual(reason({ channel: "SMS" }), "CapabilityMissing")
    assert.strictEqual(reason({ held: { ...held, capabilities: ["SMS"] } }), "CapabilityMissing")
  })

  it("a call from a proxy number is a loop, and so is one that would return to the caller", () => {
    const caller = CallerNumber.parse(otherProxy)
    assert.strictEqual(reason({ caller, held: undefined, rules: withFallback }), "Loop")
    assert.strictEqual(reason({ held: { ...held, other: rider } }), "Loop")
    assert.strictEqual(reason({ held: { ...held, other: proxy } }), "Loop")
  })

  it("a participant whose own number is in a pool still reaches the other", () => {
    assert.strictEqual(reason({ caller: CallerNumber.parse(otherProxy) }), "Connect")
  })

  it("calls that the carrier vouches for too little are refused, and texts are not asked", () => {
    const levels = ["A", "B", "C", undefined] as const
    const accepted = (minimumAttestation: Routing.Attestation) =>
      levels.filter(
        (attestation) => reason({ attestation, rules: { unknownCallers: "refuse", minimumAttestation } }) === "Connect",
      )
    assert.deepStrictEqual(accepted("A"), ["A"])
    assert.deepStrictEqual(accepted("B"), ["A", "B"])
    assert.deepStrictEqual(accepted("C"), ["A", "B", "C"])
    assert.strictEqual(reason({ rules: { unknownCallers: "fallback", minimumAttestation: "C" } }), "AttestationTooLow")
    const text = { channel: "SMS", held: { ...held, capabilities: ["SMS"] } } as const
    assert.strictEqual(reason({ ...text, rules: { unknownCallers: "refuse", minimumAttestation: "A" } }), "Connect")
  })

  it("opt-out words are not forwarded; HELP, START and sentences are", () => {
    const text = (body: string) => reason({ channel: "SMS", held: { ...held, capabilities: ["SMS"] }, text: body })
    for (const word of [
      "STOP",
      " stop. ",
      "StopAll",
      "UNSUBSCRIBE",
      "cancel",
      "END",
      "quit",
      "REVOKE",
      "OptOut",
      "arrêt",
    ]) {
      assert.strictEqual(text(word), "OptOutKeyword", word)
    }
    for (const body of ["HELP", "START", "stop at the corner", "", "the end", `STOP${" ".repeat(1000)}`]) {
      assert.strictEqual(text(body), "Connect", body)
    }
    assert.strictEqual(reason({ text: "STOP" }), "Connect")
  })

  it("a decision hides its numbers when printed, and not when encoded", () => {
    const decision = Routing.decide(call)
    assert(decision._tag === "Connect")
    for (const printed of [String(decision), JSON.stringify(decision), inspect(decision)]) {
      assert.notInclude(printed, "555")
    }
    const encoded = Schema.encodeSync(Routing.Decision)(decision)
    assert.include(JSON.stringify(encoded), driver)
    assert.deepStrictEqual(Schema.decodeUnknownSync(Routing.Decision)(encoded), decision)
  })

  const people = Schema.Literals([rider, driver, proxy, otherProxy, fallback])
  const anyInbound = Schema.Struct({
    channel: Schema.Literals(["Voice", "SMS"]),
    caller: Schema.Union([people, Schema.Literals(["anonymous", "alice"])]),
    dialled: people,
    connectors: Schema.Literals([0, 1, 1, 1, 2]),
    held: Schema.Union([
      Schema.Undefined,
      Schema.Struct({
        other: people,
        capabilities: Schema.Array(Schema.Literals(["Voice", "SMS"])),
        live: Schema.Boolean,
      }),
    ]),
    fallback: Schema.Union([Schema.Undefined, people]),
    unknownCallers: Schema.Literals(["refuse", "fallback"]),
    text: Schema.Literals(["hello", "STOP"]),
  })

  it.prop(
    "nobody is called back, nobody reaches a proxy number by the fallback, and only the dialled number is shown",
    { inbound: anyInbound },
    ({ inbound: { caller, unknownCallers, ...inbound } }) => {
      const decision = Routing.decide({
        ...inbound,
        caller: CallerNumber.parse(caller),
        held: inbound.held === undefined ? undefined : { ...inbound.held, ...key },
        isProxyNumber,
        rules: { unknownCallers },
      })
      if (decision._tag === "Refuse") return
      assert.strictEqual(decision.callerId, inbound.dialled)
      assert.notStrictEqual<string>(decision.to, caller)
      assert.notStrictEqual(decision.to, inbound.dialled)
      assert.strictEqual(inbound.connectors, 1)
      if (decision.via === "Session") {
        assert.isTrue(inbound.held?.live === true && inbound.held.capabilities.includes(inbound.channel))
        assert.isFalse(inbound.channel === "SMS" && inbound.text === "STOP")
      } else {
        assert.strictEqual(inbound.channel, "Voice")
        assert.isFalse(isProxyNumber(decision.to))
        assert.isTrue(unknownCallers === "fallback" || inbound.held?.live === false)
      }
    },
    { arbitrary: { ...property.arbitrary, runs: 2000 } },
  )
})
