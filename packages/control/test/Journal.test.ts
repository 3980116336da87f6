import { assert, describe, it } from "@effect/vitest"
import * as SDK from "@aws-sdk/client-chime-sdk-voice"
import { Tenant } from "@proxy-session/repo/Tenant"
import type { Answered } from "@proxy-session/server/Call"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Control from "../src/Control.ts"
import { accounts, create, layerStandIn, list, StandIn, VoiceConnectorId } from "./support.ts"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const request = (number: number, account: string | undefined): Answered => ({
  requestId: String(number),
  at: number,
  seconds: 0.0015,
  method: "GET",
  path: `/voice-connectors/${"x".repeat(2000)}`,
  query: "",
  body: new Uint8Array(1024),
  operation: "GetProxySession",
  tenant: account === undefined ? undefined : { ...Tenant.defaultValue(), account },
  accessKeyId: undefined,
  error: undefined,
  response: HttpServerResponse.empty({ status: number % 2 === 0 ? 200 : 404 }),
})

const inMemory = Control.layer({ store: "memory" }).pipe(Layer.provide(MemoryRepo.layer()))

describe("the journal", () => {
  it.effect("keeps the latest 1,000 requests of an account, whatever the others send", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      for (let number = 0; number < 1500; number++) yield* control.observe(request(number, "one"))
      yield* control.observe(request(1500, "two"))
      const ones = yield* control.journal({ account: "one" })
      assert.deepStrictEqual([ones.length, ones[0]?.requestId, ones.at(-1)?.requestId], [1000, "500", "1499"])
      assert.strictEqual(ones[0]?.path.length, 256)
      assert.deepStrictEqual(
        (yield* control.journal({ limit: 2 })).map(({ requestId }) => requestId),
        ["1499", "1500"],
      )
      assert.strictEqual((yield* control.journal({ account: "one", status: 404 })).length, 500)
      yield* control.clearJournal("one")
      assert.strictEqual((yield* control.journal()).length, 1)
    }).pipe(Effect.provide(inMemory)),
  )

  it.effect("keeps the requests of 100 accounts, and forgets those of the one that was quiet for longest", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      for (let number = 0; number < 100; number++) yield* control.observe(request(number, `account-${number}`))
      yield* control.observe(request(100, "account-0"))
      yield* control.observe(request(101, "account-new"))
      assert.strictEqual((yield* control.journal({ account: "account-1" })).length, 0)
      assert.strictEqual((yield* control.journal({ account: "account-0" })).length, 2)
      assert.strictEqual((yield* control.journal()).length, 101)
    }).pipe(Effect.provide(inMemory)),
  )

  it.effect("keeps little of the longest requests, their bodies included", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      const heap = () => {
        // The second one waits until the buffers that the first one found are free.
        collectGarbage()
        collectGarbage()
        return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
      }
      const before = heap()
      for (let number = 0; number < 1000; number++) {
        // Each a part of something longer, as what a parser finds is.
        const line = `${number}${"x".repeat(16_000)}`
        const text = Buffer.from(line).toString()
        yield* control.observe({
          ...request(number, "one"),
          path: text.slice(1, 8000),
          query: text.slice(8000),
          accessKeyId: text.slice(2, 4000),
          body: Buffer.alloc(64 * 1024).subarray(0, 100),
        })
      }
      assert.strictEqual((yield* control.journal()).length, 1000)
      assert.isBelow(heap() - before, 4 * 1024 * 1024)
    }).pipe(
      Effect.provide(Control.layer({ store: "memory", journalBodies: true }).pipe(Layer.provide(MemoryRepo.layer()))),
    ),
  )

  it.live("has bodies where they are kept, but none with a number of somebody's unless it is to be revealed", () =>
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* create(client(accounts[0]))
      yield* Effect.promise(() =>
        client(accounts[1])
          .send(
            new SDK.CreateProxySessionCommand({
              VoiceConnectorId,
              ParticipantPhoneNumbers: ["+14155552671", "+12065550100"],
              Capabilities: ["Voice"],
              Name: "call +1 415 555 2671",
            }),
          )
          .catch(() => undefined),
      )
      const shown = yield* control("GET /journal")
      const [fictional, real] = shown.body.requests
      assert.include(String(fictional?.["requestBody"]), '"+14015550101"')
      assert.include(String(fictional?.["responseBody"]), '"ProxySessionId"')
      assert.strictEqual(real?.["requestBody"], "<redacted>")
      assert.notInclude(JSON.stringify(shown.body), "4155552671")
      const revealed = yield* control("GET /journal?reveal=true")
      assert.include(String(revealed.body.requests[1]?.["requestBody"]), '"+14155552671"')
    }).pipe(Effect.provide(layerStandIn({ control: { journalBodies: true } }))),
  )

  it.effect("keeps an account's bodies while a busy one gives up its own with its requests", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      const body = new TextEncoder().encode("x".repeat(16 * 1024))
      yield* control.observe({ ...request(0, "quiet"), body })
      for (let number = 1; number < 6000; number++) yield* control.observe({ ...request(number, "busy"), body })
      assert.strictEqual((yield* control.journal({ account: "quiet" }))[0]?.requestBody?.length, 16 * 1024)
      assert.strictEqual((yield* control.journal({ account: "busy" }))[0]?.requestBody?.length, 16 * 1024)
    }).pipe(
      Effect.provide(Control.layer({ store: "memory", journalBodies: true }).pipe(Layer.provide(MemoryRepo.layer()))),
    ),
  )

  it.live("has no bodies otherwise", () =>
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* create(client(accounts[0]))
      const { body } = yield* control("GET /journal?reveal=true")
      assert.isFalse("requestBody" in (body.requests[0] ?? {}))
    }).pipe(Effect.provide(layerStandIn())),
  )

  it.live("says why a request was refused, and holds no number, key or signature", () =>
    Effect.gen(function* () {
      const { client, control, url } = yield* StandIn
      yield* list(client(accounts[0]))
      yield* Effect.promise(() => fetch(`${url}/numbers/+14155552671?number=%2B14155552671&key=1`))
      const { body } = yield* control("GET /journal")
      const [called, lost] = body.requests
      assert.ok(called !== undefined && lost !== undefined)
      assert.deepInclude(called, {
        method: "GET",
        operation: "ListProxySessions",
        status: 200,
        account: accounts[0],
        accessKeyId: `AK${accounts[0]}`,
        error: null,
      })
      assert.deepInclude(lost, { operation: null, status: 404, account: null, accessKeyId: null })
      assert.strictEqual(lost.error?.type, "UnknownOperationException")
      assert.notInclude(JSON.stringify(body), "4155552671")
      assert.notInclude(JSON.stringify(body), "Signature=")
    }).pipe(Effect.provide(layerStandIn())),
  )
})

const bodies = (body: string, response = "") => ({
  ...request(0, "111122223333"),
  body: new TextEncoder().encode(body),
  response: HttpServerResponse.text(response),
})

const withBodies = Control.layer({ store: "memory", journalBodies: true }).pipe(Layer.provide(MemoryRepo.layer()))

describe("the bodies in the journal", () => {
  it.live("are not kept unless they are asked for", () =>
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* create(client(accounts[0]))
      const [created] = (yield* control("GET /journal?reveal=true")).body.requests
      assert.strictEqual(created?.operation, "CreateProxySession")
      assert.notProperty(created, "requestBody")
      assert.notProperty(created, "responseBody")
    }).pipe(Effect.provide(layerStandIn())),
  )

  it.live("are those that were sent and answered, which the stream of events does not tell", () =>
    Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* create(client(accounts[0]))
      yield* list(client(accounts[0]))
      const [created, listed] = (yield* control("GET /journal")).body.requests
      assert.deepStrictEqual(JSON.parse(String(created?.["requestBody"])), {
        ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
        Capabilities: ["Voice"],
      })
      const answer = JSON.parse(String(created?.["responseBody"]))
      assert.strictEqual(answer.ProxySession.VoiceConnectorId, VoiceConnectorId)
      assert.isNull(listed?.["requestBody"])
      assert.include(String(listed?.["responseBody"]), answer.ProxySession.ProxySessionId)
    }).pipe(Effect.provide(layerStandIn({ control: { journalBodies: true } }))),
  )

  it.effect("are redacted as soon as a number is not reserved for fiction, unless they are to be revealed", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      for (const [body, isShown] of [
        ['{"Name":"Ann","To":"+12065550100","Account":"111122223333"}', true],
        ['{"Name":"Ann","To":"+14155552671"}', false],
        ['{"To":14155552671}', false],
        ['{"+14155552671":1}', false],
        ['{"To":"\\u002b14155552671"}', false],
        ["To=%2B14155552671", false],
        ["not JSON, +1206555010", false],
        ["not JSON, 12065550100", true],
      ] as const) {
        yield* control.clearJournal()
        yield* control.observe(bodies(body, body))
        const shown = isShown ? body : "<redacted>"
        const [entry] = yield* control.journal()
        assert.deepStrictEqual([entry?.requestBody, entry?.responseBody], [shown, shown], body)
        const [revealed] = yield* control.journal({ reveal: true })
        assert.deepStrictEqual([revealed?.requestBody, revealed?.responseBody], [body, body])
      }
    }).pipe(Effect.provide(withBodies)),
  )

  it.live("are revealed with a line in the log", () => {
    const lines: Array<unknown> = []
    const logging = Logger.layer([Logger.make(({ message }) => void lines.push(message))])
    return Effect.gen(function* () {
      const { client, control } = yield* StandIn
      yield* create(client(accounts[0]))
      yield* control("GET /journal")
      assert.notInclude(JSON.stringify(lines), "reveal")
      yield* control("GET /journal?reveal=true")
      assert.include(JSON.stringify(lines), "reveal")
    }).pipe(Effect.provide(layerStandIn({ control: { journalBodies: true } }).pipe(Layer.provide(logging))))
  })

  it.effect("are cut after 16 KiB, and make room for others after 64 MiB", () =>
    Effect.gen(function* () {
      const control = yield* Control.Control
      const long = "x".repeat(40_000)
      const rounds = Math.ceil((64 * 1024 * 1024) / (32 * 1024))
      for (let number = 0; number < rounds; number++) {
        yield* control.observe({
          ...bodies(long, long),
          tenant: { ...Tenant.defaultValue(), account: `of-${number % 9}` },
        })
      }
      const entries = yield* Effect.map(
        Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7, 8], (of) => control.journal({ account: `of-${of}`, reveal: true })),
        (all) => all.flat(),
      )
      assert.strictEqual(entries.length, rounds)
      const kept = entries.filter(({ requestBody }) => requestBody !== undefined)
      assert.isBelow(kept.length, rounds)
      assert.isAbove(kept.length, rounds * 0.9)
      assert.strictEqual(kept[0]?.requestBody?.length, 16 * 1024)
      assert.isUndefined((yield* control.journal({ account: "of-0", reveal: true }))[0]?.requestBody)
    }).pipe(Effect.provide(withBodies)),
  )
})
