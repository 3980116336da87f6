import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { connector, NotFound, play, proxyOf, refusal } from "./support/scene.ts"

const home = Tenant.defaultValue()
const others = [
  ["another namespace", { ...home, namespace: "chime" }],
  ["another region", { ...home, region: "eu-west-1" }],
  ["another account", { ...home, account: "111122223333" }],
] as const

describe("tenants", () => {
  it.effect.each(others)("of %s see nothing of each other", ([, tenant]) =>
    play(
      (on) =>
        Effect.gen(function* () {
          const there = Effect.provideService(Tenant, tenant)
          yield* on.putProxy()
          const session = yield* on.create()
          assert.strictEqual(yield* refusal(on.getProxy().pipe(there)), NotFound)
          assert.strictEqual(yield* refusal(on.get(session.proxySessionId).pipe(there)), NotFound)
          assert.strictEqual(yield* refusal(on.remove(session.proxySessionId).pipe(there)), NotFound)
          assert.strictEqual(yield* refusal(on.interact(session.proxySessionId).pipe(there)), NotFound)
          yield* on.putProxy().pipe(there)
          assert.deepStrictEqual((yield* on.list().pipe(there)).proxySessions, [])
          const theirs = yield* on.create().pipe(there)
          assert.strictEqual(proxyOf(theirs), proxyOf(session), "each has all numbers of its pool")
          assert.notStrictEqual(theirs.proxySessionId, session.proxySessionId)
          yield* on.removeProxy().pipe(there)
          yield* on.getProxy()
        }),
      {},
    ),
  )

  it.effect("have the connectors that were seeded only if they are the default tenant", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.getProxy()
        for (const [, tenant] of others) {
          assert.strictEqual(yield* refusal(on.getProxy().pipe(Effect.provideService(Tenant, tenant))), NotFound)
        }
      }),
    ),
  )

  it.effect("can be seeded by a snapshot, each by its own name", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.getProxy().pipe(Effect.provideService(Tenant, { ...home, region: "eu-west-1" }))
          assert.strictEqual(yield* refusal(on.getProxy()), NotFound)
        }),
      { snapshot: { format: "proxy-session-memory/1", stores: [{ region: "eu-west-1", connectors: [connector()] }] } },
    ),
  )
})
