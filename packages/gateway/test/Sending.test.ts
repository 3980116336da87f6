/**
 * Texts by the API of a carrier: each is sent at most once, and none is lost in silence, whatever the API, the store and the
 * carrier do.
 */
import { assert, describe, layer } from "@effect/vitest"
import { ServiceFailureException } from "@proxy-session/domain/ServiceError"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Gateway from "../src/Gateway.ts"
import * as Sender from "../src/Sender.ts"
import * as Telnyx from "../src/Telnyx.ts"
import { type Case, fixtures, resign } from "./support/fixtures.ts"
import { leaks } from "./support/leaks.ts"
import { alice, bob, layerGateway, proxy, publicUrl, Scene } from "./support/scene.ts"

const [telnyx] = fixtures.filter(({ about }) => about.carrier === "telnyx")
const example = (id: string): Case => {
  const found = telnyx?.cases.find((each) => each.id === id)
  if (found === undefined) throw new Error(id)
  return found
}
const words = "meet me at the old mill"

/** A request of Telnyx' for the gateway, as another id's, signed again. */
const request = (name: string, id: string, change: (body: string) => string = (body) => body) => {
  if (telnyx === undefined) throw new Error("no fixture")
  const { expect, request } = example(name)
  const body = change(request.body.replaceAll([expect.providerId].flat()[0] ?? "", id))
  const kind = expect.kind === "text" ? "sms" : "status"
  const signed = resign(telnyx, { ...example(name), request: { ...request, body } }, `${publicUrl}/telnyx/${kind}`)
  const headers = new Headers(signed.headers.map(([...pair]): [string, string] => pair))
  return new Request(signed.url, { method: "POST", headers, body: signed.body })
}

const text = (id: string) =>
  request("sms-plain", id, (body) => body.replace(/"text":"(?:[^"\\]|\\.)*"/u, `"text":"${words}"`))

type Api = (
  request: HttpClientRequest,
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

const answers =
  (status: number): Api =>
  (request) =>
    Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status })))

const refusesConnections: Api = (request) =>
  Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request }) }))

/** A gateway whose Telnyx is `api`, what it has sent, and what it has logged. */
const gateway = Effect.fnUntraced(function* (api: Api) {
  const sent: Array<HttpClientRequest> = []
  const client = HttpClient.make((request) => {
    sent.push(request)
    return api(request)
  })
  const key = Telnyx.publicKey(String(telnyx?.secrets["publicKey"]))
  const texts = { apiKey: Redacted.make("example-api-key"), sender: Sender.make(client) }
  const carriers = [Telnyx.make({ publicKeys: key === undefined ? [] : [key], texts })]
  const handler = yield* Gateway.make({ carriers, publicUrl })
  const logged: Array<string> = []
  const ask = (web: Request) =>
    handler.pipe(
      Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromWeb(web)),
      Effect.flatMap((answer) =>
        Effect.map(
          Effect.promise(() => HttpServerResponse.toWeb(answer).text()),
          (body) => [answer.status, body],
        ),
      ),
      Effect.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void logged.push(line))])),
    )
  return { ask, logged, sent }
})

/** What a session's last text has come to. */
const outcome = Effect.gen(function* () {
  const router = yield* CallRouter
  return (yield* router.interactions(yield* Scene)).at(-1)?.outcome
})

const counted = (result: string) =>
  Effect.map(Metric.snapshot, (metrics) =>
    metrics
      .filter(({ attributes, id }) => id === "proxy_session_gateway_sends_total" && attributes?.["result"] === result)
      .reduce((sum, { state }) => sum + ("count" in state ? Number(state.count) : 0), 0),
  )

const isSilent = (lines: ReadonlyArray<string>) => {
  for (const line of lines) {
    assert.notInclude(line, words)
    for (const number of [alice, bob, proxy]) assert.isFalse(leaks(line, number), line)
  }
}

describe("a text by the API of a carrier", () => {
  layer(layerGateway())("that is delivered once and again", (it) => {
    it.effect("is sent once, however many deliveries come at the same time, and is told of as it arrives", () =>
      Effect.gen(function* () {
        const { ask, sent } = yield* gateway(answers(200))
        const all = yield* Effect.all(
          Array.from({ length: 8 }, () => ask(text("once"))),
          { concurrency: "unbounded" },
        )
        assert.deepStrictEqual(
          all,
          Array.from({ length: 8 }, () => [200, ""]),
        )
        assert.deepStrictEqual(yield* ask(text("once")), [200, ""])
        assert.lengthOf(sent, 1)
        assert.strictEqual(yield* outcome, "Sending")
        const { body } = sent[0] ?? {}
        const content = JSON.parse(body?._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : "")
        assert.deepInclude(content, { from: proxy, to: bob, text: words, use_profile_webhooks: false })
        const report = (name: string) =>
          ask(
            request(name, "another", (body) =>
              body.replace(/"webhook_url":"[^"]*"/u, `"webhook_url":${JSON.stringify(content.webhook_url)}`),
            ),
          )
        assert.deepStrictEqual(yield* report("delivery-sent"), [200, ""])
        assert.strictEqual(yield* outcome, "Sending")
        assert.deepStrictEqual(yield* report("delivery-delivered"), [200, ""])
        assert.strictEqual(yield* outcome, "Delivered")
        assert.deepStrictEqual(yield* ask(text("once")), [200, ""])
        assert.lengthOf(sent, 1)
      }),
    )

    for (const [what, api, result] of [
      ["is asked too often", answers(429), "RateLimited"],
      ["refuses it", answers(422), "Refused"],
      ["redirects", answers(307), "Refused"],
      ["fails", answers(500), "Unavailable"],
      ["cannot be reached", refusesConnections, "Unreachable"],
      ["dies", () => Effect.die(new Error(`${alice} said ${words}`)), "Defect"],
    ] as const) {
      it.effect(`has failed where the API ${what}: it is recorded, counted and logged, and not sent again`, () =>
        Effect.gen(function* () {
          const id = what.replaceAll(" ", "-")
          const before = yield* counted(result)
          const { ask, logged, sent } = yield* gateway(api)
          assert.deepStrictEqual(yield* ask(text(id)), [200, ""])
          assert.strictEqual(yield* outcome, "Failed")
          assert.strictEqual(yield* counted(result), before + 1)
          assert.isTrue(logged.some((line) => line.includes("A text could not be sent") && line.includes(result)))
          isSilent(logged)
          assert.deepStrictEqual(yield* ask(text(id)), [200, ""])
          assert.lengthOf(sent, 1)
        }),
      )
    }

    it.effect("is answered at once while it is being sent, and has failed after 10 seconds without an answer", () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const { ask, sent } = yield* gateway(() => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
        const first = yield* Effect.forkChild(ask(text("slow")))
        yield* Deferred.await(begun)
        yield* TestClock.adjust("9 seconds")
        assert.strictEqual(yield* outcome, "Sending")
        assert.deepStrictEqual(yield* ask(text("slow")), [200, ""])
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(first), [200, ""])
        assert.strictEqual(yield* outcome, "Failed")
        assert.lengthOf(sent, 1)
      }),
    )

    it.effect("is sent to its end when the carrier hangs up meanwhile", () =>
      Effect.gen(function* () {
        const [begun, gate, ended] = [
          yield* Deferred.make<void>(),
          yield* Deferred.make<void>(),
          yield* Deferred.make<void>(),
        ]
        const { ask, sent } = yield* gateway((request) =>
          Deferred.succeed(begun, undefined).pipe(
            Effect.andThen(Deferred.await(gate)),
            Effect.andThen(answers(422)(request)),
            Effect.onExit(() => Deferred.succeed(ended, undefined)),
          ),
        )
        const first = yield* Effect.forkChild(ask(text("hung-up")))
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(first)
        assert.strictEqual(yield* outcome, "Sending")
        yield* Deferred.succeed(gate, undefined)
        yield* Deferred.await(ended)
        yield* Effect.yieldNow
        assert.strictEqual(yield* outcome, "Failed")
        assert.deepStrictEqual(yield* ask(text("hung-up")), [200, ""])
        assert.lengthOf(sent, 1)
      }),
    )

    it.effect("is not sent where there is nothing in it, or where it is for a group", () =>
      Effect.gen(function* () {
        const { ask, sent } = yield* gateway(answers(200))
        const empty = request("sms-plain", "empty", (body) => body.replace(/"text":"(?:[^"\\]|\\.)*"/u, '"text":""'))
        const group = request("sms-plain", "group", (body) => body.replace('"cc":[]', '"cc":[{"phone_number":"+1"}]'))
        for (const each of [empty, group]) assert.deepStrictEqual(yield* ask(each), [200, ""])
        assert.deepStrictEqual(sent, [])
      }),
    )
  })

  layer(layerGateway())("over a store that fails", (it) => {
    const failing = (when: "Failed" | "Sending") =>
      Effect.updateService(CallRouter, (router) => ({
        ...router,
        record: (report: Parameters<typeof router.record>[0]) =>
          report.outcome === when
            ? Effect.fail(new ServiceFailureException({ message: `${alice} said ${words}` }))
            : router.record(report),
      }))

    it.effect("is not sent before the store has it, and the carrier tries again", () =>
      Effect.gen(function* () {
        const { ask, logged, sent } = yield* failing("Sending")(gateway(answers(200)))
        assert.deepStrictEqual(yield* ask(text("away")), [503, ""])
        assert.deepStrictEqual(sent, [])
        isSilent(logged)
        const later = yield* gateway(answers(200))
        assert.deepStrictEqual(yield* later.ask(text("away")), [200, ""])
        assert.lengthOf(later.sent, 1)
      }),
    )

    it.effect("is not sent again where its failure could not be written", () =>
      Effect.gen(function* () {
        const { ask, sent } = yield* failing("Failed")(gateway(answers(500)))
        assert.deepStrictEqual(yield* ask(text("unwritten")), [503, ""])
        assert.deepStrictEqual(yield* ask(text("unwritten")), [200, ""])
        assert.lengthOf(sent, 1)
        assert.strictEqual(yield* outcome, "Sending")
      }),
    )
  })
})
