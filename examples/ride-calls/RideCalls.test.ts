import { assert, describe, it } from "@effect/vitest"
import { BadRequestException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Live } from "./Live.ts"
import { RideCalls } from "./RideCalls.ts"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const trip = { rider: "+12065550100", driver: "+14015550101", minutes: 30 }

/** What an operator does once: the connector may use numbers of the United States. */
const configured = Layer.effectDiscard(
  Effect.gen(function* () {
    const proxies = yield* VoiceConnectorProxyRepo
    yield* proxies.put({
      voiceConnectorId,
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
    })
  }),
)

/** The application as it is, with memory in the place of the service. */
const application = Layer.mergeAll(RideCalls.layer, configured).pipe(
  Layer.provideMerge(Faulty.layer(MemoryRepo.layer())),
  Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ VOICE_CONNECTOR_ID: voiceConnectorId }))),
)

const test = <A, E>(name: string, body: Effect.Effect<A, E, Faulty | RideCalls>) =>
  it.effect(name, () => Effect.provide(body, application))

describe("RideCalls", () => {
  test(
    "gives rider and driver a number that is neither's own, until the trip is over",
    Effect.gen(function* () {
      const calls = yield* RideCalls
      const line = yield* calls.connect(trip)
      assert.match(line.number, /^\+1206555/u)
      assert.notInclude([trip.rider, trip.driver], line.number)
      assert.strictEqual(line.until && DateTime.toEpochMillis(line.until), 30 * 60_000)
    }),
  )

  test(
    "gives a driver a number of its own for each of two trips at once",
    Effect.gen(function* () {
      const calls = yield* RideCalls
      const one = yield* calls.connect(trip)
      const other = yield* calls.connect({ ...trip, rider: "+12065550102" })
      assert.notStrictEqual(one.number, other.number)
    }),
  )

  test(
    "keeps the number for a trip that takes longer, counted from its beginning",
    Effect.gen(function* () {
      const calls = yield* RideCalls
      const line = yield* calls.connect(trip)
      yield* TestClock.adjust("20 minutes")
      const extended = yield* calls.extend(line, 90)
      assert.strictEqual(extended.number, line.number)
      yield* TestClock.adjust("69 minutes")
      yield* calls.extend(line, 120)
    }),
  )

  test(
    "cannot extend a trip whose time is over",
    Effect.gen(function* () {
      const calls = yield* RideCalls
      const line = yield* calls.connect(trip)
      yield* TestClock.adjust("30 minutes")
      assert.strictEqual((yield* Effect.flip(calls.extend(line, 60)))._tag, "LineClosed")
    }),
  )

  test(
    "hangs up once and for all, however often it is asked to",
    Effect.gen(function* () {
      const calls = yield* RideCalls
      const line = yield* calls.connect(trip)
      yield* calls.hangUp(line)
      yield* calls.hangUp(line)
      assert.strictEqual((yield* Effect.flip(calls.extend(line, 60)))._tag, "LineClosed")
    }),
  )

  test(
    "says which number is wrong without repeating it",
    Effect.gen(function* () {
      const calls = yield* RideCalls
      const error = yield* Effect.flip(calls.connect({ ...trip, driver: "555-0101" }))
      assert.include(error.message, "participantPhoneNumbers[1]")
      assert.notInclude(error.message, "0101")
      assert.isFalse(error.retryable)
    }),
  )

  it.effect("gives the same line when its calls are replayed, with nothing behind them", () =>
    Effect.gen(function* () {
      const store = CassetteStore.layerMemory()
      const cassette = "a-trip"
      const ride = Effect.gen(function* () {
        const calls = yield* RideCalls
        const line = yield* calls.connect(trip)
        const extended = yield* calls.extend(line, 90)
        yield* calls.hangUp(line)
        return { line, extended }
      })
      const over = <E, R>(repos: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, E, R>) =>
        Layer.mergeAll(RideCalls.layer, configured).pipe(
          Layer.provide(repos),
          Layer.provide([
            store,
            ConfigProvider.layer(ConfigProvider.fromEnvRecord({ VOICE_CONNECTOR_ID: voiceConnectorId })),
          ]),
        )
      const recorded = yield* Effect.provide(
        ride,
        over(ReplayRepo.record({ cassette, mode: "record" }, MemoryRepo.layer())),
      )
      const replayed = yield* Effect.provide(ride, over(ReplayRepo.layer({ cassette })))
      assert.deepStrictEqual(replayed, recorded)
    }),
  )

  it.effect("says at its start what the environment lacks", () =>
    Effect.gen(function* () {
      const start = Layer.build(Live).pipe(
        Effect.provide(
          ConfigProvider.layer(
            ConfigProvider.fromEnvRecord({ VOICE_CONNECTOR_ID: voiceConnectorId, AWS_REGION: "us-east-1" }),
          ),
        ),
      )
      const error = yield* Effect.flip(start)
      assert.strictEqual(error._tag, "CredentialsError")
      assert.include(error.message, "AWS_ACCESS_KEY_ID")
    }),
  )

  test(
    "passes on whether a failure may pass",
    Effect.gen(function* () {
      const calls = yield* RideCalls
      const faulty = yield* Faulty
      yield* faulty.next("CreateProxySession", { error: new ServiceUnavailableException({ message: "Back soon" }) })
      yield* faulty.next("CreateProxySession", { error: new BadRequestException({ message: "No" }) })
      assert.isTrue((yield* Effect.flip(calls.connect(trip))).retryable)
      assert.isFalse((yield* Effect.flip(calls.connect(trip))).retryable)
      yield* calls.connect(trip)
    }),
  )
})
