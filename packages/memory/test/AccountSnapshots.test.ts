import { violations } from "@proxy-session/domain/InvalidRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { AccountSnapshots } from "@proxy-session/repo/AccountSnapshots"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Tenant } from "@proxy-session/repo/Tenant"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { connector, connectorId } from "./support/scene.ts"

const as = (account: string) => Effect.provideService(Tenant, { ...Tenant.defaultValue(), account })

const put = VoiceConnectorProxyRepo.use((proxies) => proxies.put(Fixtures.putVoiceConnectorProxy))
const create = ProxySessionRepo.use((sessions) => sessions.create(Fixtures.createProxySession))
const list = (nextToken?: string) =>
  ProxySessionRepo.use((sessions) =>
    sessions.list({ voiceConnectorId: Fixtures.key.voiceConnectorId, maxResults: 1, nextToken }),
  )
const empty = { format: "proxy-session-memory/1", stores: [] }

describe("the content of one account", () => {
  it.effect("comes back as it went out, and another account's sessions and page tokens stay", () =>
    Effect.gen(function* () {
      const snapshots = yield* AccountSnapshots
      for (const account of ["one", "two"]) yield* as(account)(Effect.all([put, create, create]))
      const { nextToken } = yield* as("two")(list())
      const before = yield* snapshots.export("one")
      assert.deepStrictEqual(
        before.stores.map(({ account, connectors }) => [account, connectors[0]?.sessions?.length]),
        [["one", 2]],
      )
      assert.sameMembers([...(yield* snapshots.accounts)], ["one", "two"])

      yield* snapshots.import("one", empty)
      assert.strictEqual((yield* Effect.flip(as("one")(create)))._tag, "BadRequestException")
      assert.deepStrictEqual((yield* as("two")(list(nextToken))).proxySessions.length, 1)

      yield* snapshots.import("one", before)
      assert.deepStrictEqual(yield* snapshots.export("one"), before)
      assert.strictEqual((yield* as("two")(list(nextToken))).proxySessions.length, 1)
    }).pipe(Effect.provide(MemoryRepo.layer({ unknownConnectors: "created" }))),
  )

  it.effect("takes a part that names no account for its own, and refuses one that names another", () =>
    Effect.gen(function* () {
      const snapshots = yield* AccountSnapshots
      yield* as("one")(put)
      const stores = [{ connectors: [{ voiceConnectorId: connectorId }] }, { account: "two", connectors: [] }]
      const { issue } = yield* Effect.flip(
        snapshots
          .import("one", { ...empty, stores })
          .pipe(
            Effect.catchTag("ServiceFailureException", Effect.die),
            Effect.catchTag("ServiceUnavailableException", Effect.die),
          ),
      )
      assert.deepStrictEqual(
        violations(issue).map(({ path }) => path),
        ["stores[1].account"],
      )
      assert.strictEqual((yield* snapshots.export("one")).stores[0]?.connectors.length, 1)
      yield* snapshots.import("one", { ...empty, stores: stores.slice(0, 1) })
      assert.deepStrictEqual(
        (yield* snapshots.export("one")).stores.map(({ account }) => account),
        ["one"],
      )
    }).pipe(Effect.provide(MemoryRepo.layer())),
  )

  it.effect("lets time go back only once it is rewound, and only its own", () =>
    Effect.gen(function* () {
      const snapshots = yield* AccountSnapshots
      const at = (instant: number, account: string) =>
        Effect.andThen(
          TestClock.setTime(instant),
          Effect.map(as(account)(create), ({ createdTimestamp }) => createdTimestamp.epochMilliseconds),
        )
      for (const account of ["one", "two"]) yield* as(account)(put)
      assert.strictEqual(yield* at(60_000, "one"), 60_000)
      assert.strictEqual(yield* at(60_000, "two"), 60_000)
      assert.strictEqual(yield* at(30_000, "one"), 60_000)
      yield* snapshots.rewind("one")
      assert.strictEqual(yield* at(30_000, "one"), 30_000)
      assert.strictEqual(yield* at(30_000, "two"), 60_000)
    }).pipe(Effect.provide(MemoryRepo.layer())),
  )

  it.effect("begins with the connectors that every tenant begins with, also after it has been emptied", () =>
    Effect.gen(function* () {
      const snapshots = yield* AccountSnapshots
      const get = VoiceConnectorProxyRepo.use((proxies) => proxies.get({ voiceConnectorId: connectorId }))
      yield* as("one")(get)
      yield* as("one")(VoiceConnectorProxyRepo.use((proxies) => proxies.delete({ voiceConnectorId: connectorId })))
      assert.strictEqual((yield* Effect.flip(as("one")(get)))._tag, "NotFoundException")
      yield* as("two")(get)
      yield* snapshots.import("one", empty)
      yield* as("one")(get)
    }).pipe(Effect.provide(MemoryRepo.layer({ everyTenant: [connector()] }))),
  )
})
