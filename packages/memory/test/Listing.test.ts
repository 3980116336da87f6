import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Arbitrary from "effect/Arbitrary"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { property } from "./support/property.ts"
import {
  BadRequest,
  connector,
  connectorId,
  driver,
  fill,
  NotFound,
  otherConnectorId,
  pair,
  play,
  refusal,
  rider,
  type Scene,
  sharing,
} from "./support/scene.ts"

const onDemand = { seed: "listing" }
const ids = (sessions: ReadonlyArray<ProxySession>) => sessions.map(({ proxySessionId }) => proxySessionId)

const turn = Effect.fn(function* (on: Scene, parts: Parameters<Scene["list"]>[0] = {}) {
  const pages: Array<ReadonlyArray<ProxySession>> = []
  let nextToken: string | undefined
  do {
    const page = yield* on.list({ ...parts, ...(nextToken === undefined ? {} : { nextToken }) })
    pages.push(page.proxySessions)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return pages
})

describe("a listing", () => {
  it.effect("has the oldest sessions first, and of those of one instant the one made first", () =>
    play((on) =>
      Effect.gen(function* () {
        const made: Array<string> = []
        for (const wait of [0, 0, 1, 0, 1000]) {
          yield* TestClock.adjust(wait)
          made.push((yield* on.create({ participantPhoneNumbers: pair(made.length) })).proxySessionId)
        }
        assert.deepStrictEqual(ids((yield* on.list()).proxySessions), made)
      }),
    ),
  )

  it.effect("of a connector without sessions is one empty page", () =>
    play((on) =>
      Effect.gen(function* () {
        const page = yield* on.list()
        assert.deepStrictEqual(page.proxySessions, [])
        assert.isFalse("nextToken" in page)
      }),
    ),
  )

  it.effect("of an unknown connector is a NotFoundException, if the request is sound", () =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.list({ voiceConnectorId: otherConnectorId })), NotFound)
        const forged = on.list({ voiceConnectorId: otherConnectorId, nextToken: "forged" })
        assert.strictEqual(yield* refusal(forged), BadRequest)
      }),
    ),
  )

  it.effect("has the sessions of its own connector alone", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.create()
          const other = yield* on.create({ voiceConnectorId: otherConnectorId })
          assert.deepStrictEqual((yield* on.list({ voiceConnectorId: otherConnectorId })).proxySessions, [other])
        }),
      { connectors: [connector(), connector({ voiceConnectorId: otherConnectorId })] },
    ),
  )

  it.effect("asks for the status after looking at the clock", () =>
    play((on) =>
      Effect.gen(function* () {
        const [first, second, third] = yield* Effect.forEach([1, 2, 3], (n) =>
          on.create({ participantPhoneNumbers: pair(n), expiryMinutes: n * 10 }),
        )
        yield* on.interact(second?.proxySessionId ?? "")
        yield* TestClock.adjust("10 minutes")
        const of = (status: ProxySession["status"]) =>
          Effect.map(on.list({ status }), (page) => ids(page.proxySessions))
        assert.deepStrictEqual(yield* of("Closed"), [first?.proxySessionId])
        assert.deepStrictEqual(yield* of("InProgress"), [second?.proxySessionId])
        assert.deepStrictEqual(yield* of("Open"), [third?.proxySessionId])
        const [closed] = (yield* on.list({ status: "Closed" })).proxySessions
        assert.strictEqual(closed?.status, "Closed")
      }),
    ),
  )
})

describe("a page", () => {
  it.effect.each([
    ["chime-sdk-voice", 100],
    ["chime", 99],
  ] as const)("in the namespace %s has up to %d sessions, and as many by default", ([namespace, cap]) =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          yield* fill(on, 101)
          assert.deepStrictEqual(
            (yield* turn(on)).map((page) => page.length),
            [cap, 101 - cap],
          )
          assert.strictEqual((yield* on.list({ maxResults: cap })).proxySessions.length, cap)
          const over = yield* refusal(on.list({ maxResults: cap + 1 }))
          assert.strictEqual(over, cap === 100 ? "InvalidRequest" : BadRequest)
        }).pipe(Effect.provideService(Tenant, { ...Tenant.defaultValue(), namespace })),
      onDemand,
    ),
  )

  it.effect("that ends with the last session has no token", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          yield* fill(on, 6)
          assert.deepStrictEqual(
            (yield* turn(on, { maxResults: 3 })).map((page) => page.length),
            [3, 3],
          )
          assert.deepStrictEqual(
            (yield* turn(on, { maxResults: 4 })).map((page) => page.length),
            [4, 2],
          )
          assert.deepStrictEqual((yield* turn(on, { maxResults: 1 })).length, 6)
        }),
      onDemand,
    ),
  )

  it.effect("follows on the one before though the session between them is gone", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const made = ids(yield* fill(on, 6))
          const { nextToken = "" } = yield* on.list({ maxResults: 3 })
          for (const id of made.slice(1, 4)) yield* on.remove(id)
          assert.deepStrictEqual(ids((yield* on.list({ nextToken })).proxySessions), made.slice(4))
        }),
      onDemand,
    ),
  )

  it.effect("after a token can be of another size", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const made = ids(yield* fill(on, 6))
          const { nextToken = "" } = yield* on.list({ maxResults: 1 })
          assert.deepStrictEqual(ids((yield* on.list({ nextToken, maxResults: 2 })).proxySessions), made.slice(1, 3))
        }),
      onDemand,
    ),
  )

  it.effect("follows on sessions from before 1970", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const { nextToken = "" } = yield* on.list({ maxResults: 1 })
          assert.deepStrictEqual(ids((yield* on.list({ nextToken })).proxySessions), ["b"])
        }),
      {
        connectors: [
          connector({
            sessions: ["b", "a"].map((proxySessionId, index) => ({
              voiceConnectorId: connectorId,
              proxySessionId,
              status: "Open",
              createdTimestamp: "1969-07-20T20:17:40.000Z",
              updatedTimestamp: "1969-07-20T20:17:40.000Z",
              participants: sharing(...pair(index)),
            })),
          }),
        ],
      },
    ),
  )

  it.effect("has what is left after most sessions were deleted", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          const made = ids(yield* fill(on, 200))
          const { nextToken = "" } = yield* on.list({ maxResults: 50 })
          for (const [place, id] of made.entries()) if (place % 4 !== 3) yield* on.remove(id)
          const left = made.filter((_, place) => place % 4 === 3)
          assert.deepStrictEqual(ids((yield* on.list()).proxySessions), left)
          const rest = ids((yield* on.list({ nextToken })).proxySessions)
          assert.deepStrictEqual(rest, left.slice(12), "and a token of before still leads on")
          const next = yield* on.create()
          assert.deepStrictEqual(ids((yield* on.list()).proxySessions), [...left, next.proxySessionId])
        }),
      onDemand,
    ),
  )

  it.effect("has a new session before one that was seeded from a later clock", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const { proxySessionId } = yield* on.create()
          assert.deepStrictEqual<ReadonlyArray<string>>(ids((yield* on.list()).proxySessions), [
            proxySessionId,
            "later",
          ])
        }),
      {
        connectors: [
          connector({
            sessions: [
              {
                voiceConnectorId: connectorId,
                proxySessionId: "later",
                status: "Open",
                createdTimestamp: "2020-04-15T16:10:10.288Z",
                updatedTimestamp: "2020-04-15T16:10:10.288Z",
                participants: sharing(rider, driver),
              },
            ],
          }),
        ],
      },
    ),
  )
})

describe("turning pages while others write", () => {
  const Write = Schema.Union([
    Schema.Struct({
      does: Schema.Literal("create"),
      after: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 })),
    }),
    Schema.Struct({
      does: Schema.Literal("delete"),
      which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 })),
    }),
    Schema.Struct({ does: Schema.Literal("deleteAnchor") }),
  ])
  const arbitraries = {
    start: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 })),
    size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
    status: Schema.Literals(["Open", "All"]),
    writes: Arbitrary.array(Arbitrary.array(Arbitrary.schema(Write), { maxLength: 4 }), { maxLength: 8 }),
  }

  it.effect.prop(
    "shows every session that was there throughout exactly once, in order, and none twice",
    arbitraries,
    ({ size, start, status, writes }) =>
      play(
        (on) =>
          Effect.gen(function* () {
            yield* on.putProxy()
            const alive = ids(yield* fill(on, start)) as Array<string>
            const throughout = new Set(alive)
            const seen: Array<string> = []
            const filter = status === "All" ? {} : { status }
            let made = start
            let nextToken: string | undefined
            for (let turns = 0; ; turns++) {
              const page = yield* on.list({
                ...filter,
                maxResults: size,
                ...(nextToken === undefined ? {} : { nextToken }),
              })
              seen.push(...ids(page.proxySessions))
              nextToken = page.nextToken
              if (nextToken === undefined) break
              for (const write of writes[turns] ?? []) {
                if (write.does === "create") {
                  yield* TestClock.adjust(write.after)
                  alive.push((yield* on.create({ participantPhoneNumbers: pair(made++) })).proxySessionId)
                } else {
                  const id = write.does === "delete" ? alive[write.which % alive.length] : seen.at(-1)
                  if (id === undefined || !alive.includes(id)) continue
                  yield* on.remove(id)
                  alive.splice(alive.indexOf(id), 1)
                  throughout.delete(id)
                }
              }
            }
            assert.strictEqual(new Set(seen).size, seen.length, "none twice")
            assert.deepStrictEqual(
              seen.filter((id) => throughout.has(id)),
              [...throughout],
              "all, in order",
            )
          }),
        onDemand,
      ),
    property(200),
  )
})
