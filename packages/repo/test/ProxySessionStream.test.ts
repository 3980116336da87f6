import { assert, describe, it } from "@effect/vitest"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
import * as ProxySessionStream from "@proxy-session/repo/ProxySessionStream"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const { proxySession, voiceConnectorId } = Fixtures

const page = (count: number, nextToken?: string) =>
  new ProxySessionPage({
    proxySessions: Array.from({ length: count }, () => proxySession),
    ...(nextToken === undefined ? {} : { nextToken }),
  })

/** A listing by token, and the requests that it got. */
const listing = (pages: Readonly<Record<string, ProxySessionPage>>) => {
  const asked: Array<ListProxySessions> = []
  const layer = Stub.layer({
    list: (request) =>
      Effect.suspend(() => {
        asked.push(request)
        const found = pages[request.nextToken ?? ""]
        return found === undefined
          ? Effect.fail(new ThrottledClientException({ message: "Not now" }))
          : Effect.succeed(found)
      }),
  })
  return { asked, layer }
}

const request = new ListProxySessions({ voiceConnectorId, status: "Open", maxResults: 2 })

describe("ProxySessionStream", () => {
  it.effect("turns the pages to the end, empty ones included, and asks each time for the same", () =>
    Effect.gen(function* () {
      const { asked, layer } = listing({ "": page(2, "a"), a: page(0, "b"), b: page(1) })
      const count = yield* Stream.runCount(ProxySessionStream.sessions(request)).pipe(Effect.provide(layer))
      assert.strictEqual(count, 3)
      assert.deepStrictEqual(
        asked.map((each) => ({ ...each })),
        [
          { voiceConnectorId, status: "Open", maxResults: 2 },
          { voiceConnectorId, status: "Open", maxResults: 2, nextToken: "a" },
          { voiceConnectorId, status: "Open", maxResults: 2, nextToken: "b" },
        ],
      )
    }),
  )

  it.effect("asks for no more pages than are wanted", () =>
    Effect.gen(function* () {
      const { asked, layer } = listing({ "": page(2, "a") })
      const taken = ProxySessionStream.sessions(request).pipe(Stream.take(2), Stream.runCount)
      assert.strictEqual(yield* Effect.provide(taken, layer), 2)
      assert.strictEqual(asked.length, 1)
    }),
  )

  it.effect("begins where the request's token says", () =>
    Effect.gen(function* () {
      const { layer } = listing({ a: page(1) })
      const rest = ProxySessionStream.sessions(new ListProxySessions({ ...request, nextToken: "a" }))
      assert.strictEqual(yield* Effect.provide(Stream.runCount(rest), layer), 1)
    }),
  )

  it.effect("gives the pages as they are", () =>
    Effect.gen(function* () {
      const { layer } = listing({ "": page(0, "a"), a: page(1) })
      const pages = yield* Effect.provide(Stream.runCollect(ProxySessionStream.pages(request)), layer)
      assert.deepStrictEqual(
        pages.map(({ proxySessions }) => proxySessions.length),
        [0, 1],
      )
    }),
  )

  for (const [description, pages] of [
    ["the token it was asked with", { "": page(1, "a"), a: page(1, "a") }],
    ["an earlier token, pages later", { "": page(1, "a"), a: page(1, "b"), b: page(0, "c"), c: page(1, "a") }],
  ] as const) {
    it.effect(`an answer with ${description} is a MalformedResponse instead of an endless listing`, () =>
      Effect.gen(function* () {
        const { asked, layer } = listing(pages)
        const drained = Stream.runDrain(ProxySessionStream.sessions(request))
        const error = yield* Effect.flip(Effect.provide(drained, layer))
        assert.strictEqual(error._tag, "MalformedResponse")
        assert.include(error.message, "NextToken")
        assert.strictEqual(asked.length, Object.keys(pages).length)
      }),
    )
  }

  it.effect("a token that the caller began with is not followed twice either", () =>
    Effect.gen(function* () {
      const { layer } = listing({ a: page(1, "b"), b: page(1, "a") })
      const rest = ProxySessionStream.sessions(new ListProxySessions({ ...request, nextToken: "a" }))
      assert.strictEqual((yield* Effect.flip(Effect.provide(Stream.runDrain(rest), layer)))._tag, "MalformedResponse")
    }),
  )

  it.effect("what was read before a page failed has been given out", () =>
    Effect.gen(function* () {
      const { layer } = listing({ "": page(2, "a") })
      let seen = 0
      const error = yield* ProxySessionStream.sessions(request).pipe(
        Stream.runForEach(() => Effect.sync(() => void seen++)),
        Effect.provide(layer),
        Effect.flip,
      )
      assert.strictEqual(error._tag, "ThrottledClientException")
      assert.strictEqual(seen, 2)
    }),
  )
})
