import { assert, describe, it } from "@effect/vitest"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

const { createProxySession, key, proxySession, voiceConnectorId } = Fixtures

const layer = Stub.layer({ create: Stub.answer(createProxySession, Effect.succeed(proxySession)) })

const defect = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isFailure(exit) ? Cause.pretty(Cause.fromReasons(exit.cause.reasons.filter(Cause.isDieReason))) : ""

describe("Stub", () => {
  it.effect("answers what it was told to answer", () =>
    Effect.gen(function* () {
      const repo = yield* ProxySessionRepo
      assert.strictEqual(yield* repo.create(createProxySession), proxySession)
    }).pipe(Effect.provide(layer)),
  )

  it.effect("fails as it was told to fail", () =>
    Effect.gen(function* () {
      const proxies = yield* VoiceConnectorProxyRepo
      assert.strictEqual(
        yield* Effect.flip(proxies.get(new VoiceConnectorProxyKey({ voiceConnectorId }))),
        Fixtures.notFound,
      )
    }).pipe(
      Effect.provide(
        Stub.layerProxy({
          get: Stub.answer({ voiceConnectorId }, Effect.fail(Fixtures.notFound)),
        }),
      ),
    ),
  )

  it.effect("dies of another request, and says which members differ but not how", () =>
    Effect.gen(function* () {
      const repo = yield* ProxySessionRepo
      const request = Fixtures.createProxySessionInFull
      const message = defect(yield* Effect.exit(repo.create(request)))
      assert.include(message, "name, expiryMinutes, numberSelectionBehavior, geoMatchLevel, geoMatchParams differ")
      assert.notInclude(message, "Trip 1")
    }).pipe(Effect.provide(layer)),
  )

  it.effect("dies of another operation", () =>
    Effect.gen(function* () {
      const repo = yield* ProxySessionRepo
      const other = { ...key, proxySessionId: ProxySessionId.make("other") }
      assert.include(defect(yield* Effect.exit(repo.get(other))), "The stub was asked to get")
    }).pipe(Effect.provide(layer)),
  )
})
