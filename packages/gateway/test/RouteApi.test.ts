/**
 * The JSON endpoint, for SIP proxies and programs.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import { RefusalReason } from "@proxy-session/domain/Routing"
import { ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Answer } from "../../server/test/support.ts"
import * as RouteApi from "../src/RouteApi.ts"
import { alice, api, bob, layerGateway, layerServed, proxy, publicUrl, Scene, send, stranger } from "./support/scene.ts"

const call = {
  Channel: "Voice",
  Caller: `sip:${alice}@trunk.example;user=phone`,
  Dialled: proxy,
  CallId: "a84b4c76e66710",
}

const json = ({ status, text }: Answer): unknown => [status, text === "" ? text : JSON.parse(text)]

layer(layerGateway({ ringSeconds: 20 }))("POST /route", (it) => {
  const status = Effect.flatMap(Scene, (key) =>
    Effect.map(
      ProxySessionRepo.use((repo) => repo.get(key)),
      ({ status }) => status,
    ),
  )

  it.effect("decides by a dry run, which changes and remembers nothing", () =>
    Effect.gen(function* () {
      const key = yield* Scene
      const answer = [
        200,
        { Action: "Connect", To: bob, CallerId: proxy, Via: "Session", RingSeconds: 20, ...pascal(key) },
      ]
      assert.deepStrictEqual(json(yield* api("POST", "/route?dry-run", call)), answer)
      assert.strictEqual(yield* status, "Open")
      const list = `/interactions?connector=${key.voiceConnectorId}&session=${key.proxySessionId}`
      assert.deepStrictEqual(json(yield* api("GET", list)), [200, { Interactions: [] }])
      assert.deepStrictEqual(json(yield* api("POST", "/route", call)), answer)
      assert.strictEqual(yield* status, "InProgress")
      assert.deepStrictEqual(json(yield* api("GET", list)), [
        200,
        {
          Interactions: [
            {
              Provider: "sip",
              ProviderId: "a84b4c76e66710",
              Channel: "Voice",
              At: "2026-12-01T09:30:00.000Z",
              Caller: 0,
              Via: "Session",
            },
          ],
        },
      ])
      assert.deepStrictEqual(json(yield* api("GET", `${list}x`)), [404, ""])
      const alone = `/interactions?session=${key.proxySessionId}`
      assert.deepStrictEqual(json(yield* api("GET", alone)), json(yield* api("GET", list)))
    }),
  )

  it.effect("says why a call is rejected, and with which status of SIP", () =>
    Effect.gen(function* () {
      const key = pascal(yield* Scene)
      for (const [change, reason, more] of [
        [{ Dialled: "+13125550118" }, { SipStatus: 404, Reason: "UnknownNumber" }, {}],
        [{ Dialled: "sales" }, { SipStatus: 404, Reason: "UnknownNumber" }, {}],
        [{ Caller: stranger }, { SipStatus: 403, Reason: "UnknownCaller" }, {}],
        [{ Caller: "sip:anonymous@anonymous.invalid" }, { SipStatus: 433, Reason: "CallerWithheld" }, {}],
        [{ Caller: "sip:alice@trunk.example" }, { SipStatus: 403, Reason: "CallerMalformed" }, {}],
        [{ Caller: proxy }, { SipStatus: 482, Reason: "Loop" }, {}],
        [{ Channel: "SMS", Text: "STOP" }, { SipStatus: 403, Reason: "OptOutKeyword" }, key],
        [{ VoiceConnectorId: "nobody" }, { SipStatus: 404, Reason: "UnknownNumber" }, {}],
      ] as const) {
        const answer = yield* api("POST", "/route", { ...call, CallId: `c-${reason.Reason}`, ...change })
        assert.deepStrictEqual(json(answer), [200, { Action: "Reject", ...reason, ...more }])
      }
    }),
  )

  it.effect("is 400 with every member that is wrong: unknown, repeated, of another type, or half a character", () =>
    Effect.gen(function* () {
      const violations = (...found: ReadonlyArray<readonly [path: string, rule: string]>) => [
        400,
        { violations: found.map(([path, rule]) => ({ path, rule })) },
      ]
      const route = (body: unknown) => Effect.map(api("POST", "/route", body), json)
      assert.deepStrictEqual(
        yield* route({ Channel: "Fax", Caller: "\uD83D", CallId: "a b", Extra: 1 }),
        violations(
          ["Extra", "is not a member"],
          ["Channel", 'must be "Voice" | "SMS"'],
          ["Caller", "must be text without half a surrogate pair"],
          ["Dialled", "is required"],
          ["CallId", "must be 1 to 256 characters of ASCII"],
        ),
      )
      const text = JSON.stringify(call)
      const twice = `{"Caller":"${stranger}",${text.slice(1)}`
      assert.deepStrictEqual(yield* route(twice), violations(["Caller", "must not be repeated"]))
      assert.deepStrictEqual(
        yield* route(twice.replace('"Caller"', '"\\u0043aller" ')),
        violations(["Caller", "must not be repeated"]),
      )
      for (const body of ["", "{", `${text},`, "null", "[]", "1"]) {
        const [status] = (yield* route(body)) as ReadonlyArray<unknown>
        assert.strictEqual(status, 400, body)
      }
      assert.deepStrictEqual(
        yield* route({ ...call, CallId: `${alice.slice(1)}@host` }),
        violations(["providerId", "must not hold the caller's number"]),
      )
      assert.deepStrictEqual(json(yield* api("GET", "/interactions?connector=&session=a&session=b")), [
        400,
        {
          violations: [
            { path: "session", rule: "must not be repeated" },
            { path: "connector", rule: "must be an id" },
          ],
        },
      ])
    }),
  )

  it.effect("is told what became of a call, in any order, and knows of no other", () =>
    Effect.gen(function* () {
      const key = yield* Scene
      const CallId = "outcome-1"
      yield* api("POST", "/route", { ...call, CallId })
      const report = { Channel: "Voice", CallId, Outcome: "Answered", Seconds: 42 }
      const outcome = (change: object) => Effect.map(api("POST", "/outcome", { ...report, ...change }), json)
      assert.deepStrictEqual(yield* outcome({}), [204, ""])
      assert.deepStrictEqual(yield* outcome({ Outcome: "Failed", Seconds: 0 }), [204, ""])
      const { Interactions } = Schema.decodeUnknownSync(Schema.fromJsonString(RouteApi.Interactions))(
        (yield* api("GET", `/interactions?session=${key.proxySessionId}`)).text,
      )
      const told = Interactions.find(({ ProviderId }) => ProviderId === CallId)
      assert.deepStrictEqual([told?.Outcome, told?.Seconds], ["Answered", 42])
      assert.deepStrictEqual(yield* outcome({ CallId: "outcome-2" }), [404, ""])
      assert.deepStrictEqual(yield* outcome({ Provider: "another" }), [404, ""])
      for (const [change, path, rule] of [
        [{ Outcome: "Delivered" }, "outcome", "must not be Delivered for Voice"],
        [{ Seconds: -1 }, "seconds", "must be a whole number of seconds"],
      ] as const) {
        assert.deepStrictEqual(yield* outcome(change), [400, { violations: [{ path, rule }] }])
      }
      assert.deepStrictEqual(yield* outcome({ Outcome: "Lost", Text: "a text" }), [
        400,
        {
          violations: [
            { path: "Text", rule: "is not a member" },
            { path: "Outcome", rule: 'must be "Answered" | "Delivered" | "Failed" | "Sending"' },
          ],
        },
      ])
    }),
  )

  it.effect("is 401 without a token, or with another, and 405 by another method", () =>
    Effect.gen(function* () {
      for (const target of ["/route", "/outcome", "/interactions"]) {
        for (const token of ["", "another", "example-route-token2", "example-route-toke"]) {
          const answer = yield* api("POST", target, call, token)
          assert.deepStrictEqual([answer.status, answer.text], [401, ""])
          assert.strictEqual(answer.headers["www-authenticate"], "Bearer")
        }
        const headers = [["Content-Type", "application/json"]] as const
        const { status } = yield* send({ method: "POST", url: publicUrl + target, headers, body: "{}" })
        assert.strictEqual(status, 401)
      }
      assert.strictEqual((yield* api("GET", "/route")).status, 405)
      assert.strictEqual((yield* api("GET", "/outcome")).status, 405)
      assert.strictEqual((yield* api("POST", "/interactions", call)).status, 405)
      assert.strictEqual((yield* api("POST", "/route/x", call)).status, 404)
    }),
  )
})

layer(layerGateway({ limits: { perCaller: 1 } }))("a caller's limit", (it) => {
  it.effect("holds for the endpoint, too, but not for a dry run", () =>
    Effect.gen(function* () {
      for (const target of ["/route", "/route?dry-run", "/route"]) yield* api("POST", target, call)
      const answer = yield* api("POST", "/route", { ...call, CallId: "other" })
      assert.deepStrictEqual(json(answer), [200, { Action: "Reject", SipStatus: 403, Reason: "RateLimited" }])
      const { text } = yield* api("POST", "/route?dry-run", { ...call, CallId: "other" })
      assert.include(text, bob)
    }),
  )
})

layer(layerGateway({ routeTokens: [] }))("without a token", (it) => {
  it.effect("there is no endpoint", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* api("POST", "/route", call, "")).status, 404)
      assert.strictEqual((yield* api("GET", "/interactions")).status, 404)
    }),
  )
})

layer(
  Layer.provideMerge(
    layerServed(),
    Layer.mock(CallRouter, {
      tenants: Effect.succeed([]),
      route: () => Effect.fail(new ServiceUnavailableException({ message: "away", code: "ServiceUnavailable" })),
      interactions: () => Effect.fail(new ServiceUnavailableException({ message: "away", code: "ServiceUnavailable" })),
    }),
  ),
)("over a store that is away", (it) => {
  it.effect("it is 503", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(json(yield* api("POST", "/route", call)), [
        503,
        { Action: "Reject", SipStatus: 503, Reason: "StoreUnavailable" },
      ])
      assert.strictEqual((yield* api("GET", "/interactions?connector=a&session=b")).status, 503)
    }),
  )
})

describe("the statuses of SIP", () => {
  it("are there for every reason, and none connects", () => {
    for (const reason of [...RefusalReason.literals, "RateLimited", "StoreUnavailable"] as const) {
      assert.isAtLeast(RouteApi.sipStatus(reason), 400)
    }
  })

  it("are part of an answer that its schema describes", () => {
    const read = Schema.is(RouteApi.RouteAnswer)
    assert.isTrue(read(RouteApi.answer({ _tag: "RateLimited" }, 30)))
    assert.isFalse(read({ Action: "Connect" }))
  })
})

function pascal({ proxySessionId, voiceConnectorId }: { proxySessionId: string; voiceConnectorId: string }) {
  return { VoiceConnectorId: voiceConnectorId, ProxySessionId: proxySessionId }
}
