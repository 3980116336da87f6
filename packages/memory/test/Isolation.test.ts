import type { MemoryRepoOptions } from "@proxy-session/memory/MemoryRepo"
import { Snapshot } from "@proxy-session/repo/Snapshot"
import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { connector, connectorId, driver, play, refusal, rider, type Scene } from "./support/scene.ts"

/** Overwrites every member of a value, and of all that it holds, that can be overwritten; tells how many. */
const vandalise = (value: unknown, seen = new Set<unknown>()): number => {
  if (typeof value !== "object" || value === null || seen.has(value)) return 0
  seen.add(value)
  let changed = 0
  for (const key of Reflect.ownKeys(value)) {
    changed += vandalise(Reflect.get(value, key), seen)
    if (Reflect.set(value, key, typeof Reflect.get(value, key) === "number" ? 42 : "vandalised")) changed++
  }
  if (Array.isArray(value)) changed += value.push("one more")
  return changed
}

const request = {
  voiceConnectorId: connectorId,
  participantPhoneNumbers: [rider, driver],
  capabilities: ["Voice", "SMS"],
  name: "Trip 1",
  geoMatchLevel: "AreaCode",
  geoMatchParams: { country: "US", areaCode: "206" },
} as const

/** Whether vandalising what a step hands over or gets back leaves a repository as it was. */
const survives = (
  step: (on: Scene, id: string) => Effect.Effect<ReadonlyArray<unknown>, unknown>,
  options?: MemoryRepoOptions,
) =>
  play(
    (on) =>
      Effect.gen(function* () {
        const { proxySessionId } = yield* on.create(request)
        const things = yield* step(on, proxySessionId)
        // What was computed lazily, a date's parts for one, is part of what can be changed.
        const before = JSON.stringify(yield* on.snapshots.export)
        const answers = JSON.stringify([
          yield* Effect.result(on.get(proxySessionId)),
          yield* Effect.result(on.getProxy()),
        ])
        for (const thing of things) assert.isAbove(vandalise(thing), 0, "something was changed")
        assert.strictEqual(JSON.stringify(yield* on.snapshots.export), before)
        assert.strictEqual(
          JSON.stringify([yield* Effect.result(on.get(proxySessionId)), yield* Effect.result(on.getProxy())]),
          answers,
        )
      }),
    options,
  )

describe("the state is nobody else's: changing what was handed in or out changes nothing", () => {
  it("and the vandal is up to it", () => {
    const at = DateTime.makeUnsafe(0)
    DateTime.toParts(at)
    assert.isAbove(vandalise(at), 1)
    assert.strictEqual(DateTime.toEpochMillis(at), 42)
  })

  it.effect("a request to create, and its answer", () =>
    survives((on) =>
      Effect.gen(function* () {
        const asked = { ...structuredClone(request), capabilities: ["Voice" as const] }
        const session = yield* on.repo.create(asked)
        DateTime.toParts(session.createdTimestamp)
        return [asked, session]
      }),
    ),
  )

  it.effect("the key of a read, and its answer", () =>
    survives((on, proxySessionId) =>
      Effect.gen(function* () {
        const key = { voiceConnectorId: connectorId, proxySessionId }
        const session = yield* on.repo.get(key)
        DateTime.toParts(session.updatedTimestamp)
        return [key, session]
      }),
    ),
  )

  it.effect("a request to update, and its answer", () =>
    survives((on, proxySessionId) =>
      Effect.gen(function* () {
        const asked = {
          voiceConnectorId: connectorId,
          proxySessionId,
          capabilities: ["SMS" as const],
          expiryMinutes: 5,
        }
        return [asked, yield* on.repo.update(asked)]
      }),
    ),
  )

  it.effect("the answer of an interaction", () =>
    survives((on, proxySessionId) => Effect.map(on.interact(proxySessionId), (session) => [session])),
  )

  it.effect("a listing, and its pages", () =>
    survives((on) =>
      Effect.gen(function* () {
        yield* on.create()
        const asked = { voiceConnectorId: connectorId, maxResults: 1 }
        const page = yield* on.repo.list(asked)
        const { nextToken } = page
        return [asked, page, yield* on.list(nextToken === undefined ? {} : { nextToken })]
      }),
    ),
  )

  it.effect("a session that was deleted into being Closed", () =>
    survives(
      (on, proxySessionId) =>
        Effect.gen(function* () {
          yield* on.remove(proxySessionId)
          return [yield* on.get(proxySessionId)]
        }),
      { connectors: [connector()], deleteMode: "close" },
    ),
  )

  it.effect("a configuration, put and got", () =>
    survives((on) =>
      Effect.gen(function* () {
        const asked = {
          voiceConnectorId: connectorId,
          defaultSessionExpiryMinutes: 60,
          phoneNumberPoolCountries: ["US", "CA"],
          fallBackPhoneNumber: "+18005550142",
        }
        return [asked, yield* on.proxies.put(asked), yield* on.getProxy()]
      }),
    ),
  )

  it.effect("the connectors that were seeded", () => {
    const connectors = [
      connector({
        sessions: [
          {
            voiceConnectorId: connectorId,
            proxySessionId: "seeded",
            status: "Closed",
            createdTimestamp: "1970-01-01T00:00:00Z",
            updatedTimestamp: "1970-01-01T00:00:00Z",
            endedTimestamp: "1970-01-01T00:00:00Z",
            participants: [rider, driver].map((phoneNumber) => ({ phoneNumber, proxyPhoneNumber: "+12125550190" })),
            geoMatchParams: { country: "US", areaCode: "212" },
          },
        ],
        lastNumbers: [{ participants: [rider, driver], proxyPhoneNumber: "+12125550190" }],
      }),
    ]
    return survives(() => Effect.succeed([connectors]), { connectors })
  })

  it.effect("a snapshot that was taken, and one that was restored", () =>
    survives((on) =>
      Effect.gen(function* () {
        const taken = yield* on.snapshots.export
        const restored = yield* on.snapshots.export
        yield* on.snapshots.import(restored)
        return [taken, restored]
      }),
    ),
  )

  it.effect("a snapshot to begin with", () =>
    Effect.gen(function* () {
      const state = yield* play((on) => Effect.andThen(on.create(request), on.snapshots.export))
      const snapshot = yield* Schema.decodeEffect(Snapshot)(state)
      yield* survives(() => Effect.succeed([snapshot]), { snapshot })
    }),
  )

  it.effect("a tenant", () =>
    play((on) =>
      Effect.gen(function* () {
        const tenant = { ...Tenant.defaultValue(), region: "eu-west-1" }
        yield* Effect.exit(on.getProxy()).pipe(Effect.provideService(Tenant, tenant))
        const before = yield* on.snapshots.export
        vandalise(tenant)
        assert.deepStrictEqual(yield* on.snapshots.export, before)
      }),
    ),
  )

  it.effect("an error", () =>
    play((on) =>
      Effect.gen(function* () {
        const failing: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          on.get("missing"),
          on.update("missing"),
          on.remove("missing"),
          on.create({ capabilities: [] }),
          on.list({ nextToken: "forged" }),
          on.getProxy("missing"),
        ]
        for (const call of failing) {
          const told = yield* refusal(call)
          vandalise(yield* Effect.flip(call))
          assert.strictEqual(yield* refusal(call), told)
        }
      }),
    ),
  )
})
