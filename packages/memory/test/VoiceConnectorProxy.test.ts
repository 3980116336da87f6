import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  BadRequest,
  connector,
  connectorId,
  Forbidden,
  NotFound,
  otherConnectorId,
  play,
  refusal,
  type Scene,
} from "./support/scene.ts"

const bare = {
  connectors: [connector({ voiceConnectorId: otherConnectorId }), { voiceConnectorId: connector().voiceConnectorId }],
}

describe("a proxy configuration", () => {
  it.effect("is answered as it was put, and not disabled unless it says so", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          const put = yield* on.putProxy({ fallBackPhoneNumber: "18005550142", phoneNumberPoolCountries: ["US", "CA"] })
          assert.deepStrictEqual(
            { ...put },
            {
              defaultSessionExpiryMinutes: 60,
              disabled: false,
              fallBackPhoneNumber: put.fallBackPhoneNumber,
              phoneNumberCountries: ["US", "CA"],
            },
          )
          assert.strictEqual(put.fallBackPhoneNumber, "+18005550142")
          assert.deepStrictEqual(yield* on.getProxy(), put)
        }),
      bare,
    ),
  )

  it.effect("is replaced whole: a member that is left out loses what it had", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.putProxy({ fallBackPhoneNumber: "+18005550142", disabled: true })
        yield* on.putProxy({ defaultSessionExpiryMinutes: 5 })
        const { defaultSessionExpiryMinutes, disabled, fallBackPhoneNumber } = yield* on.getProxy()
        assert.deepStrictEqual([defaultSessionExpiryMinutes, disabled, fallBackPhoneNumber], [5, false, undefined])
      }),
    ),
  )

  it.effect("gives the life of sessions that ask for none", () =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.putProxy({ defaultSessionExpiryMinutes: 5 })
        assert.strictEqual((yield* on.create()).expiryMinutes, 5)
        assert.strictEqual((yield* on.create({ expiryMinutes: 9 })).expiryMinutes, 9)
      }),
    ),
  )

  it.effect.each([0, -1, 721])("with a default life of %d minutes is refused, and the old one stays", (minutes) =>
    play((on) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* refusal(on.putProxy({ defaultSessionExpiryMinutes: minutes })), BadRequest)
        assert.strictEqual((yield* on.getProxy()).defaultSessionExpiryMinutes, 60)
      }),
    ),
  )

  it.effect.each([1, 720])("may have a default life of %d minutes", (minutes) =>
    play((on) =>
      Effect.gen(function* () {
        yield* on.putProxy({ defaultSessionExpiryMinutes: minutes })
        assert.strictEqual((yield* on.create()).expiryMinutes, minutes)
      }),
    ),
  )

  it.effect("that there is none of is not found, refuses sessions, and can be deleted", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* refusal(on.getProxy()), NotFound)
          assert.strictEqual(yield* refusal(on.create()), BadRequest)
          yield* on.removeProxy()
          assert.deepStrictEqual((yield* on.list()).proxySessions, [])
        }),
      bare,
    ),
  )

  it.effect("outlived by its sessions is outlived to the full: they can be read, updated and deleted", () =>
    play((on) =>
      Effect.gen(function* () {
        const session = yield* on.create()
        yield* on.removeProxy()
        yield* on.removeProxy()
        assert.strictEqual(yield* refusal(on.getProxy()), NotFound)
        assert.deepStrictEqual(yield* on.get(session.proxySessionId), session)
        yield* on.update(session.proxySessionId, { expiryMinutes: 30 })
        yield* on.remove(session.proxySessionId)
        assert.strictEqual(yield* refusal(on.create()), BadRequest)
      }),
    ),
  )

  it.effect("that is disabled refuses sessions alone", () =>
    play((on) =>
      Effect.gen(function* () {
        const session = yield* on.create()
        assert.isTrue((yield* on.putProxy({ disabled: true })).disabled)
        assert.strictEqual(yield* refusal(on.create()), Forbidden)
        assert.strictEqual(yield* refusal(on.create({ capabilities: [] })), BadRequest, "validation comes first")
        assert.deepStrictEqual(yield* on.get(session.proxySessionId), session)
        assert.strictEqual((yield* on.list()).proxySessions.length, 1)
        yield* on.update(session.proxySessionId)
        yield* on.interact(session.proxySessionId)
        yield* on.remove(session.proxySessionId)
        yield* on.putProxy()
        yield* on.create()
      }),
    ),
  )

  it.effect("that narrows its countries leaves the sessions of the others alone", () =>
    play((on) =>
      Effect.gen(function* () {
        const session = yield* on.create()
        yield* on.putProxy({ phoneNumberPoolCountries: ["GB"] })
        assert.deepStrictEqual(yield* on.get(session.proxySessionId), session)
      }),
    ),
  )
})

const all = (on: Scene, voiceConnectorId: string) =>
  [
    ["CreateProxySession", on.create({ voiceConnectorId })],
    ["GetProxySession", on.get("some", voiceConnectorId)],
    ["ListProxySessions", on.list({ voiceConnectorId })],
    ["UpdateProxySession", on.update("some", { voiceConnectorId })],
    ["DeleteProxySession", on.remove("some", voiceConnectorId)],
    ["PutVoiceConnectorProxy", on.putProxy({ voiceConnectorId })],
    ["GetVoiceConnectorProxy", on.getProxy(voiceConnectorId)],
    ["DeleteVoiceConnectorProxy", on.removeProxy(voiceConnectorId)],
  ] as const

describe("a Voice Connector", () => {
  it.effect("that was not seeded is a NotFoundException to all eight operations", () =>
    play((on) =>
      Effect.gen(function* () {
        for (const [name, operation] of all(on, otherConnectorId)) {
          assert.strictEqual(yield* refusal<unknown, { readonly _tag: string }, never>(operation), NotFound, name)
        }
      }),
    ),
  )

  it.effect("exists on demand where none was seeded, with numbers but no configuration", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* refusal(on.getProxy()), NotFound)
          assert.strictEqual(yield* refusal(on.create()), BadRequest)
          assert.deepStrictEqual((yield* on.list()).proxySessions, [])
          yield* on.removeProxy()
          yield* on.putProxy()
          assert.strictEqual((yield* on.create()).voiceConnectorId, connectorId)
        }),
      {},
    ),
  )

  it.effect("that was only asked about leaves no trace", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          for (const [, operation] of all(on, "asked-about").slice(0, 5)) {
            yield* Effect.exit<unknown, unknown, never>(operation)
          }
          yield* on.removeProxy("asked-about")
          const { stores } = yield* on.snapshots.export
          assert.deepStrictEqual(
            stores.flatMap((store) => store.connectors),
            [],
          )
        }),
      {},
    ),
  )

  it.effect("can be seeded and come on demand at once, or neither", () =>
    Effect.gen(function* () {
      const both = { connectors: [connector()], unknownConnectors: "created" } as const
      yield* play((on) => Effect.andThen(on.create(), on.putProxy({ voiceConnectorId: otherConnectorId })), both)
      const neither = { unknownConnectors: "refused" } as const
      assert.strictEqual(yield* refusal(play((on) => on.putProxy(), neither)), NotFound)
    }),
  )

  it.effect("comes on demand in each tenant that no seed has a connector for", () =>
    play((on) =>
      Effect.gen(function* () {
        const put = on.putProxy({ voiceConnectorId: otherConnectorId })
        assert.strictEqual(yield* refusal(put), NotFound)
        const elsewhere = { ...Tenant.defaultValue(), region: "eu-west-1" }
        yield* Effect.provideService(Effect.andThen(put, put), Tenant, elsewhere)
        yield* on.putProxy().pipe(Effect.provideService(Tenant, elsewhere))
      }),
    ),
  )

  it.effect("that came on demand provisions nothing, also once it was saved and restored", () =>
    play(
      (on) =>
        Effect.gen(function* () {
          yield* on.putProxy()
          yield* on.snapshots.import(yield* on.snapshots.export)
          yield* on.putProxy({ voiceConnectorId: otherConnectorId })
        }),
      {},
    ),
  )

  it.effect("on demand may have any id, or only one of the form that AWS issues", () =>
    Effect.gen(function* () {
      const put = (voiceConnectorId: string, strictConnectorIds: boolean) =>
        play((on) => on.putProxy({ voiceConnectorId }), { strictConnectorIds })
      yield* put("My connector", false)
      yield* put(connectorId, true)
      yield* put("0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", true)
      assert.strictEqual(yield* refusal(put("My connector", true)), NotFound)
      assert.strictEqual(yield* refusal(put(connectorId.toUpperCase(), true)), NotFound)
    }),
  )
})
