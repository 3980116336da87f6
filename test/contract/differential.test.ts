/**
 * Any course of events has the same outcome, to the letter, in memory and over HTTP: ids, instants, tokens and errors.
 */
import { assert, describe, it } from "@effect/vitest"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { ListProxySessions, UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Arbitraries from "@proxy-session/testing/Arbitraries"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { overServer } from "./http.ts"
import { memory } from "./memory.ts"

const { pool, voiceConnectorId } = Fixtures

const seeded = {
  seed: "the same for both",
  connectors: [{ voiceConnectorId, pool, configuration: Fixtures.proxyConfiguration }],
}

const Outcome = Schema.Union([ProxySession, ProxySessionPage, ProxyConfiguration])

/** What each event came to, all of it as text. */
const outcomes = Effect.fnUntraced(function* (events: ReadonlyArray<Arbitraries.Event>) {
  const repo = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  const created: Array<ProxySessionId> = []
  const keyOf = (nth: number) => ({
    voiceConnectorId,
    proxySessionId: created[nth] ?? ProxySessionId.make("missing"),
  })
  const perform = (event: Arbitraries.Event): Effect.Effect<typeof Outcome.Type | void, { readonly _tag: string }> => {
    switch (event._tag) {
      case "Put":
        return proxies.put(
          new PutVoiceConnectorProxy({
            ...Fixtures.putVoiceConnectorProxy,
            defaultSessionExpiryMinutes: event.minutes,
            disabled: event.disabled,
          }),
        )
      case "Create":
        return Effect.tap(repo.create(Arbitraries.toRequest(voiceConnectorId, event)), ({ proxySessionId }) =>
          Effect.sync(() => created.push(proxySessionId)),
        )
      case "Get":
        return repo.get(keyOf(event.session))
      case "Update":
        return repo.update(
          new UpdateProxySession({
            ...keyOf(event.session),
            capabilities: event.capabilities,
            ...(event.minutes === undefined ? {} : { expiryMinutes: ExpiryMinutes.make(event.minutes) }),
          }),
        )
      case "Delete":
        return repo.delete(keyOf(event.session))
      case "List": {
        const { _tag, ...filter } = event
        return repo.list(new ListProxySessions({ voiceConnectorId, ...filter }))
      }
      case "Sleep":
        return TestClock.adjust(`${event.minutes} minutes`)
      default:
        return event
    }
  }
  return yield* Effect.forEach(events, (event) =>
    Effect.matchEffect(perform(event), {
      onFailure: (error) => {
        const { requestId: _, ...members } = Object.assign({ requestId: "" }, error)
        return Effect.succeed({ event: event._tag, failed: members })
      },
      onSuccess: (value) =>
        value === undefined
          ? Effect.succeed({ event: event._tag })
          : Effect.map(Schema.encodeEffect(Outcome)(value), (got) => ({ event: event._tag, got })),
    }),
  )
})

describe("memory and HTTP", () => {
  const seen = new Set<string>()

  it.effect.prop(
    "agree on any course of events",
    { events: Arbitraries.events },
    ({ events }) =>
      Effect.gen(function* () {
        const alone = { local: true } as const
        const inMemory = yield* Effect.provide(outcomes(events), [memory(seeded), TestClock.layer()], alone)
        const overHttp = yield* outcomes(events).pipe(
          Effect.provide(
            overServer(UndiciTransport.layer(), seeded).pipe(Layer.provideMerge(TestClock.layer())),
            alone,
          ),
        )
        assert.deepStrictEqual(overHttp, inMemory)
        for (const each of inMemory) seen.add("failed" in each ? `${each.event} fails` : each.event)
      }),
    { arbitrary: { runs: 200 } },
  )

  // A course in which nothing ever succeeds, or nothing ever fails, would prove little.
  it("were asked for all sorts of things", () => {
    assert.includeMembers(
      [...seen],
      ["Put", "Create", "Create fails", "Get", "Get fails", "Update", "Update fails", "Delete", "Delete fails", "List"],
    )
  })
})
