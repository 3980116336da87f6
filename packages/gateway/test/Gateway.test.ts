/**
 * What a gateway does besides: whose numbers it routes, what it refuses, what it records, and how it fails.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import { ServiceFailureException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { raw } from "../../server/test/support.ts"
import * as Gateway from "../src/Gateway.ts"
import { fixtures, twilioSignature } from "./support/fixtures.ts"
import {
  alice,
  bob,
  carriers,
  fallback,
  layerGateway,
  layerServed,
  proxy,
  publicUrl,
  Scene,
  send,
  stranger,
  twilio,
} from "./support/scene.ts"
import { parseXml } from "./support/xml.ts"

const call = (id: string, from = alice, to = proxy) => twilio("/twilio/voice", { CallSid: id, From: from, To: to })
const text = (id: string, body: string, more: Readonly<Record<string, string>> = {}) =>
  twilio("/twilio/sms", { MessageSid: id, From: alice, To: proxy, Body: body, NumMedia: "0", ...more })

const dialled = ({ text }: { readonly text: string }) =>
  parseXml(text).children.flatMap(({ children }) => children.map(({ text }) => text))

const rejected = '<?xml version="1.0" encoding="UTF-8"?><Response><Reject/></Response>'

const interactions = Effect.gen(function* () {
  const router = yield* CallRouter
  return (yield* router.interactions(yield* Scene)).map(({ channel, outcome, reason, seconds, via }) => ({
    channel,
    ...(via === undefined ? {} : { via }),
    ...(reason === undefined ? {} : { reason }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(seconds === undefined ? {} : { seconds }),
  }))
})

describe("a call", () => {
  layer(layerGateway())("between two participants", (it) => {
    it.effect("is put through, seen as it goes, and reported", () =>
      Effect.gen(function* () {
        const key = yield* Scene
        const { text } = yield* call("CA1")
        const [dial] = parseXml(text).children
        const action = dial?.attributes["action"] ?? ""
        assert.strictEqual(action, `${publicUrl}/twilio/status`)
        const repo = yield* ProxySessionRepo
        assert.strictEqual((yield* repo.get(key)).status, "InProgress")
        const path = action.slice(publicUrl.length)
        const leg = { CallSid: "CA2", ParentCallSid: "CA1", From: proxy, To: bob }
        for (const CallStatus of ["initiated", "ringing", "in-progress"]) {
          const { status } = yield* twilio(path, { ...leg, CallStatus })
          assert.strictEqual(status, 200)
        }
        assert.deepStrictEqual(yield* interactions, [{ channel: "Voice", via: "Session", outcome: "Answered" }])
        const end = yield* twilio(path, {
          CallSid: "CA1",
          From: alice,
          To: proxy,
          CallStatus: "in-progress",
          DialCallSid: "CA2",
          DialCallStatus: "completed",
          DialCallDuration: "42",
        })
        assert.deepStrictEqual(parseXml(end.text).children, [])
        assert.deepStrictEqual(yield* interactions, [
          { channel: "Voice", via: "Session", outcome: "Answered", seconds: 42 },
        ])
      }),
    )

    it.effect("that nobody answers has failed, however long the caller's phone was connected", () =>
      Effect.gen(function* () {
        yield* call("CA3")
        yield* twilio("/twilio/status", { CallSid: "CA3", CallStatus: "in-progress", DialCallStatus: "no-answer" })
        yield* twilio("/twilio/status", { CallSid: "CA3", CallStatus: "completed", CallDuration: "9" })
        assert.deepStrictEqual((yield* interactions).at(-1), { channel: "Voice", via: "Session", outcome: "Failed" })
      }),
    )

    it.effect("that is not ours, or has a status that nobody knows, is acknowledged", () =>
      Effect.gen(function* () {
        for (const members of [
          { CallSid: "CA404", ParentCallSid: "CA405", CallStatus: "completed", CallDuration: "9" },
          { CallSid: "CA3", ParentCallSid: "CA3", CallStatus: "teleported" },
          { MessageSid: "SM404", MessageStatus: "delivered" },
          { MessageSid: "SM404", MessageStatus: "teleported" },
        ]) {
          const { status, text } = yield* twilio("/twilio/status", members)
          assert.deepStrictEqual([status, text], [200, ""])
        }
      }),
    )
  })

  layer(layerGateway({ rules: { unknownCallers: "fallback" }, limits: { fallbacks: 2 } }))("of a stranger", (it) => {
    it.effect("reaches the fallback number where the operator says so, a few times a minute", () =>
      Effect.gen(function* () {
        const { voiceConnectorId } = yield* Scene
        yield* VoiceConnectorProxyRepo.use((proxies) =>
          proxies.put({
            voiceConnectorId,
            defaultSessionExpiryMinutes: 60,
            phoneNumberPoolCountries: ["US", "GB"],
            fallBackPhoneNumber: fallback,
          }),
        )
        assert.deepStrictEqual(dialled(yield* call("CA1", stranger)), [fallback])
        assert.deepStrictEqual(dialled(yield* call("CA2", "anonymous")), [fallback])
        assert.strictEqual((yield* call("CA3", "+16175550198")).text, rejected)
        // The same call again, and one of a participant.
        assert.deepStrictEqual(dialled(yield* call("CA1", stranger)), [fallback])
        assert.deepStrictEqual(dialled(yield* call("CA4")), [bob])
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual((yield* call("CA3", "+16175550198")).text, rejected)
        assert.deepStrictEqual(dialled(yield* call("CA5", "+16175550198")), [fallback])
      }),
    )
  })

  layer(layerGateway({ limits: { perCaller: 3 } }))("of somebody who calls too often", (it) => {
    it.effect("is rejected until a minute's share has come back, and nobody else's is", () =>
      Effect.gen(function* () {
        for (const id of ["CA1", "CA2", "CA3"]) assert.deepStrictEqual(dialled(yield* call(id)), [bob])
        assert.strictEqual((yield* call("CA4")).text, rejected)
        assert.deepStrictEqual(dialled(yield* call("CA5", bob)), [alice])
        yield* TestClock.adjust("20 seconds")
        // A repetition gets what the call got.
        assert.strictEqual((yield* call("CA4")).text, rejected)
        assert.deepStrictEqual(dialled(yield* call("CA3")), [bob])
        assert.deepStrictEqual(dialled(yield* call("CA6")), [bob])
        assert.strictEqual((yield* call("CA7")).text, rejected)
      }),
    )
  })

  layer(
    layerGateway({ refusalText: "This number is <not> in use & never was", ringSeconds: 17, nationalPrefix: "+44" }),
  )("by the operator's choices", (it) => {
    it.effect("rings for so long, and a refused caller hears a sentence", () =>
      Effect.gen(function* () {
        const [dial] = parseXml((yield* call("CA1")).text).children
        assert.strictEqual(dial?.attributes["timeout"], "17")
        const [say] = parseXml((yield* call("CA2", stranger)).text).children
        assert.deepStrictEqual([say?.name, say?.text], ["Say", "This number is <not> in use & never was"])
      }),
    )

    it.effect("is known by a number of the country", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(dialled(yield* call("CA3", "07700900143", "447700900117")), ["+447700900172"])
      }),
    )
  })
})

describe("a text", () => {
  layer(layerGateway())("between two participants", (it) => {
    it.effect("is sent on in the answer, and its delivery reported under its own id", () =>
      Effect.gen(function* () {
        const { text: answer } = yield* text("SM1", "See you & <soon>", {
          NumMedia: "1",
          MediaUrl0: "https://m.example/1",
        })
        const [message] = parseXml(answer).children
        assert.deepStrictEqual(message?.attributes["to"], bob)
        assert.deepStrictEqual(
          message?.children.map(({ name, text }) => [name, text]),
          [
            ["Body", "See you & <soon>"],
            ["Media", "https://m.example/1"],
          ],
        )
        const path = message?.attributes["statusCallback"]?.slice(publicUrl.length) ?? ""
        yield* twilio(path, { MessageSid: "SM2", MessageStatus: "sent", To: bob })
        assert.deepStrictEqual(yield* interactions, [{ channel: "SMS", via: "Session" }])
        yield* twilio(path, { MessageSid: "SM2", MessageStatus: "delivered", To: bob })
        assert.deepStrictEqual(yield* interactions, [{ channel: "SMS", via: "Session", outcome: "Delivered" }])
      }),
    )

    it.effect("is never sent on if it is an opt-out word, or the carrier says that it is one", () =>
      Effect.gen(function* () {
        for (const [id, body, more] of [
          ["SM3", "STOP", {}],
          ["SM4", " stop. ", {}],
          ["SM5", "ARRET", {}],
          ["SM6", "baja", { OptOutType: "STOP" }],
        ] as const) {
          const { status, text: answer } = yield* text(id, body, more)
          assert.deepStrictEqual([status, parseXml(answer).children], [200, []])
        }
        for (const [id, body] of [
          ["SM7", "START"],
          ["SM8", "help"],
          ["SM9", "Please stop at the corner"],
        ] as const) {
          assert.deepStrictEqual(dialled(yield* text(id, body)), [body])
        }
      }),
    )
  })
})

describe("whose numbers they are", () => {
  const tenant = (account: string): Tenant => ({ namespace: "chime-sdk-voice", region: "us-east-1", account })
  const connector = Effect.fnUntraced(function* (account: string, number: string) {
    return yield* Effect.gen(function* () {
      const connectors = yield* VoiceConnectors
      const { voiceConnectorId } = yield* connectors.create({ name: "Calls", requireEncryption: false })
      yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers: [number] })
      yield* connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers: [number] })
      yield* VoiceConnectorProxyRepo.use((proxies) =>
        proxies.put({ voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] }),
      )
      yield* ProxySessionRepo.use((repo) =>
        repo.create({ voiceConnectorId, participantPhoneNumbers: [alice, bob], capabilities: ["Voice"] }),
      )
      return voiceConnectorId
    }).pipe(Effect.provideService(Tenant, tenant(account)))
  })

  const started = (named: Partial<Tenant>) => Effect.result(Gateway.make({ carriers, publicUrl, tenant: named }))

  layer(MemoryRepo.layer())("at the start", (it) => {
    it.effect("are those of the only tenant, of the named one of several, and of nobody where none is named", () =>
      Effect.gen(function* () {
        assert.isTrue(Result.isSuccess(yield* started({})))
        yield* connector("111122223333", proxy)
        assert.isTrue(Result.isSuccess(yield* started({})))
        yield* connector("444455556666", "+13125550118")
        const several = yield* started({ region: "us-east-1" })
        if (Result.isSuccess(several)) return assert.fail("there are two tenants")
        assert.strictEqual(several.failure._tag, "AmbiguousTenant")
        assert.strictEqual(
          several.failure.message,
          "the store has several tenants, and the gateway is for one: " +
            "chime-sdk-voice us-east-1 111122223333, chime-sdk-voice us-east-1 444455556666",
        )
        assert.isTrue(Result.isSuccess(yield* started({ account: "444455556666" })))
        assert.isTrue(Result.isSuccess(yield* started({ account: "777788889999" })))
      }),
    )
  })

  layer(Layer.provideMerge(layerServed(), MemoryRepo.layer()))("in a store that was empty at the start", (it) => {
    it.effect("are those of the tenant that comes, and stay so", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* call("CA1")).text, rejected)
        yield* connector("111122223333", proxy)
        assert.deepStrictEqual(dialled(yield* call("CA2")), [bob])
        yield* connector("444455556666", "+13125550118")
        assert.deepStrictEqual(dialled(yield* call("CA3")), [bob])
        assert.strictEqual((yield* call("CA4", alice, "+13125550118")).text, rejected)
      }),
    )
  })
})

describe("a request that is refused", () => {
  /** How many requests of Twilio were not signed. */
  const unsigned = Effect.map(Metric.snapshot, (all) =>
    all
      .filter(
        ({ attributes, id }) => id === "proxy_session_gateway_unverified_total" && attributes?.["source"] === "twilio",
      )
      .map(({ state }) => ("count" in state ? Number(state.count) : 0))
      .reduce((sum, count) => sum + count, 0),
  )

  layer(layerGateway())("by a gateway", (it) => {
    const token = fixtures[0]?.secrets["authToken"] ?? ""
    const url = `${publicUrl}/twilio/voice`
    const body = "CallSid=CA1&From=%2B12025550143&To=%2B13125550117"
    const headers = (content = body, type = "application/x-www-form-urlencoded") => [
      ["Content-Type", type] as const,
      ["X-Twilio-Signature", twilioSignature(token, url, [...new URLSearchParams(content)])] as const,
    ]
    const post = { method: "POST", url, headers: headers(), body }
    const statusOf = (request: Parameters<typeof send>[0]) => Effect.map(send(request), ({ status }) => status)

    it.effect("is 403 without a word if the carrier did not sign it, whatever it asks for", () =>
      Effect.gen(function* () {
        const counted = yield* unsigned
        for (const path of ["/twilio/voice", "/twilio/fax", "/twilio", "/twilio/voice/a/b", "/twilio/voice?x"]) {
          const answer = yield* twilio(path, { CallSid: "CA1" }, "another token")
          assert.deepStrictEqual([answer.status, answer.text], [403, ""])
        }
        assert.strictEqual(yield* unsigned, counted + 5)
      }),
    )

    it.effect("is 404 for a path that is nobody's", () =>
      Effect.gen(function* () {
        for (const path of ["/twilio/fax", "/twilio", "/twilio/voice/a/b", "/twilio/voice/", "/twilio/voice/%2E%2E"]) {
          assert.strictEqual((yield* twilio(path, { CallSid: "CA1" })).status, 404, path)
        }
        for (const path of ["/", "/nobody/voice", "/Twilio/voice"]) {
          assert.strictEqual((yield* twilio(path, { CallSid: "CA1" })).status, 404, path)
        }
      }),
    )

    it.effect("is signed for the public URL, whatever the host that it is sent to", () =>
      Effect.gen(function* () {
        const spoofed = [
          ["Host", "evil.example"],
          ["X-Forwarded-Host", "evil.example"],
          ["X-Forwarded-Proto", "http"],
        ] as const
        assert.strictEqual(yield* statusOf({ ...post, headers: [...spoofed, ...headers()] }), 200)
        const other = twilioSignature(token, "http://evil.example/twilio/voice", [...new URLSearchParams(body)])
        const forged = [
          ...spoofed,
          ["Content-Type", "application/x-www-form-urlencoded"],
          ["X-Twilio-Signature", other],
        ]
        assert.strictEqual(
          yield* statusOf({ ...post, headers: forged.map(([name = "", value = ""]) => [name, value] as const) }),
          403,
        )
      }),
    )

    it.effect("is 405 by another method, 415 as another media type, and 413 beyond 64 KiB", () =>
      Effect.gen(function* () {
        for (const method of ["GET", "PUT", "DELETE"]) assert.strictEqual(yield* statusOf({ ...post, method }), 405)
        for (const type of [
          "application/json",
          "text/plain",
          "multipart/form-data; boundary=x",
          "application/x-www-form-urlencoded; charset=utf-16",
        ]) {
          assert.strictEqual(yield* statusOf({ ...post, headers: headers(body, type) }), 415, type)
        }
        assert.strictEqual(yield* statusOf({ ...post, headers: [...headers(), ["Content-Encoding", "gzip"]] }), 415)
        const long = `${body}&Pad=${"x".repeat(64 * 1024)}`
        assert.strictEqual(yield* statusOf({ ...post, body: long, headers: headers(long) }), 413)
        const fits = `${body}&Pad=${"x".repeat(64 * 1024 - body.length - 5)}`
        assert.strictEqual(yield* statusOf({ ...post, body: fits, headers: headers(fits) }), 200)
        const chunk = "x".repeat(65_537)
        const { status } = yield* raw(
          `POST /twilio/voice HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n`,
          `Transfer-Encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`,
        )
        assert.strictEqual(status, 413)
      }),
    )
  })

  layer(layerGateway())("by a carrier that waits to be told to go on", (it) => {
    it.effect("is read once it has been told", () =>
      Effect.gen(function* () {
        const path = "/twilio/voice"
        const pairs = [
          ["CallSid", "CA1"],
          ["From", alice],
          ["To", proxy],
        ] as const
        const signature = twilioSignature(fixtures[0]?.secrets["authToken"] ?? "", `${publicUrl}${path}`, pairs)
        const answer = yield* send({
          method: "POST",
          url: `${publicUrl}${path}`,
          headers: [
            ["Content-Type", "application/x-www-form-urlencoded"],
            ["X-Twilio-Signature", signature],
            ["Expect", "100-continue"],
          ],
          body: new URLSearchParams(pairs.map(([...pair]) => pair)).toString(),
        })
        assert.strictEqual(answer.status, 100)
        assert.match(answer.text, /^HTTP\/1\.1 200 OK\r\n/u)
      }),
    )
  })

  layer(layerGateway())("by its content", (it) => {
    it.effect("is 400 with every member that is wrong, and changes nothing", () =>
      Effect.gen(function* () {
        const at = (path: string, pairs: ReadonlyArray<readonly [string, string]>) =>
          Effect.map(twilio(path, pairs), ({ status, text }) => [status, text === "" ? text : JSON.parse(text)])
        const id = ["CallSid", "CA1"] as const
        assert.deepStrictEqual(yield* at("/twilio/voice", [id, id, ["From", alice], ["From", bob]]), [
          400,
          {
            violations: [
              { path: "CallSid", rule: "must not be repeated" },
              { path: "From", rule: "must not be repeated" },
              { path: "To", rule: "is required" },
            ],
          },
        ])
        assert.deepStrictEqual(
          yield* at("/twilio/sms", [
            ["MessageSid", "a b"],
            ["From", alice],
            ["To", proxy],
            ["NumMedia", "2"],
            ["MediaUrl0", "javascript:alert(1)"],
          ]),
          [
            400,
            {
              violations: [
                { path: "MessageSid", rule: "must be 1 to 256 characters of ASCII" },
                { path: "MediaUrl0", rule: "must be a URL" },
                { path: "MediaUrl1", rule: "is required" },
              ],
            },
          ],
        )
        assert.deepStrictEqual(yield* interactions, [])
        const { status } = yield* ProxySessionRepo.use((repo) => Effect.flatMap(Scene, (key) => repo.get(key)))
        assert.strictEqual(status, "Open")
      }),
    )
  })
})

describe("a store that cannot be asked", () => {
  const failing = (route: CallRouter["Service"]["route"]) =>
    Layer.provideMerge(layerServed(), Layer.mock(CallRouter, { tenants: Effect.succeed([]), route }))

  for (const [what, failure] of [
    ["fails", Effect.fail(new ServiceFailureException({ message: `${alice} failed`, code: "ServiceFailure" }))],
    ["is away", Effect.fail(new ServiceUnavailableException({ message: "away", code: "ServiceUnavailable" }))],
    ["has a defect", Effect.die(new Error(`${alice} died`))],
  ] as const) {
    layer(failing(() => failure))(`since it ${what}`, (it) => {
      it.effect("is 503, and nobody is connected", () =>
        Effect.gen(function* () {
          const { status, text: answer } = yield* call("CA1")
          assert.deepStrictEqual([status, answer], [503, ""])
          const { status: sms } = yield* text("SM1", "hello")
          assert.strictEqual(sms, 503)
        }),
      )
    })
  }

  const asked = Deferred.makeUnsafe<void>()
  const stopped = Deferred.makeUnsafe<void>()
  const hanging = Effect.onInterrupt(Effect.andThen(Deferred.succeed(asked, undefined), Effect.never), () =>
    Deferred.succeed(stopped, undefined),
  )
  layer(failing(() => hanging))("since it hangs", (it) => {
    it.effect("is 503 after five seconds, and is asked no longer", () =>
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(call("CA1"))
        yield* Deferred.await(asked)
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual((yield* Fiber.join(fiber)).status, 503)
        assert.isTrue(yield* Deferred.isDone(stopped))
      }),
    )
  })
})

describe("a public URL", () => {
  const isUrl = Schema.is(Gateway.PublicUrl)

  it.each(["https://calls.example.com", "https://calls.example.com:8443/hooks/", "http://127.0.0.1:4020"])(
    "may be %s",
    (url) => assert.isTrue(isUrl(url)),
  )

  it.each([
    "",
    "calls.example.com",
    "ftp://calls.example.com",
    "https://a:b@calls.example.com",
    "https://a?b",
    "https://a#b",
  ])("may not be %s", (url) => assert.isFalse(isUrl(url)))

  layer(layerGateway({ publicUrl: "https://calls.example.com/hooks/" }))("with a path", (it) => {
    it.effect("stands before the path that reaches the gateway", () =>
      Effect.gen(function* () {
        const signed = "https://calls.example.com/hooks/twilio/voice"
        const pairs = [
          ["CallSid", "CA1"],
          ["From", alice],
          ["To", proxy],
        ] as const
        const { text } = yield* send({
          method: "POST",
          url: `${publicUrl}/twilio/voice`,
          headers: [
            ["Content-Type", "application/x-www-form-urlencoded"],
            ["X-Twilio-Signature", twilioSignature(fixtures[0]?.secrets["authToken"] ?? "", signed, pairs)],
          ],
          body: new URLSearchParams(pairs.map(([...pair]) => pair)).toString(),
        })
        assert.strictEqual(
          parseXml(text).children[0]?.attributes["action"],
          "https://calls.example.com/hooks/twilio/status",
        )
      }),
    )
  })
})
