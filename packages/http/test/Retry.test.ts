import { assert, describe, it } from "@effect/vitest"
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { type AwsCredentials, Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Retry from "@proxy-session/http/Retry"
import { Signer } from "@proxy-session/http/Signer"
import * as Transport from "@proxy-session/http/Transport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { proxySession } from "./operations.ts"
import { parts } from "./verify.ts"

const secretAccessKey = Redacted.make("secret")
const key: AwsCredentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey }

/** What an attempt meets: an answer, one after nine seconds, a socket that breaks with a code, or silence. */
type Fate =
  | readonly [status: number, type?: string | undefined, headers?: Record<string, string>]
  | "hang"
  | "slow"
  | { code: string }

const done = [200] as const
const failed: Fate = [500, "ServiceFailureException"]
const throttled: Fate = [429, "ThrottledClientException"]
const reset: Fate = { code: "ECONNRESET" }
const refused: Fate = { code: "ECONNREFUSED" }

interface Seen {
  readonly at: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A client whose attempts meet one fate after the other, the last one for ever. */
const world = (...fates: ReadonlyArray<Fate>) => {
  const seen: Array<Seen> = []
  let open = 0
  const client = HttpClient.make((request) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      const fate = fates[Math.min(seen.length, fates.length - 1)] ?? done
      seen.push({ at, headers: request.headers })
      if (fate === "hang") {
        open++
        return Effect.onExit(Effect.never, () => Effect.sync(() => open--))
      }
      if (typeof fate === "object" && "code" in fate) {
        const reason = new HttpClientError.TransportError({ request, cause: fate })
        return Effect.fail(new HttpClientError.HttpClientError({ reason }))
      }
      const [status, type, headers] = fate === "slow" ? done : fate
      const body = status === 204 ? null : status < 300 ? proxySession : '{"Message":"no"}'
      const named = type === undefined ? {} : { "x-amzn-errortype": type }
      const response = new Response(body, { status, headers: { ...named, ...headers } })
      return Effect.delay(
        Effect.sync(() => HttpClientResponse.fromWeb(request, response)),
        fate === "slow" ? "9 seconds" : 0,
      )
    }),
  )
  return {
    seen,
    open: () => open,
    layer: Layer.provide(Transport.layerHttpClient(), Layer.succeed(HttpClient.HttpClient, client)),
  }
}

type World = ReturnType<typeof world>

const live = ({ layer }: World, options: HttpRepo.Options = {}, credentials = Credentials.layer(key)) =>
  HttpRepo.layer({ endpoint: "http://service.test", ...options }).pipe(Layer.provide([credentials, layer]))

const aSession = ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "session" })
const get = Effect.flatMap(aSession, (request) => ProxySessionRepo.use((repo) => repo.get(request)))
const remove = Effect.flatMap(aSession, (request) => ProxySessionRepo.use((repo) => repo.delete(request)))
const create = Effect.flatMap(
  CreateProxySession.decode({
    voiceConnectorId: "vc",
    participantPhoneNumbers: ["+12065550100", "+14015550101"],
    capabilities: ["Voice"],
  }),
  (request) => ProxySessionRepo.use((repo) => repo.create(request)),
)

const certain = { nextDoubleUnsafe: () => 1, nextIntUnsafe: () => 1 }

/** Runs a call to its end, an hour at most, every delay being the longest. */
const settle = <A, E>(call: Effect.Effect<A, E>, random: typeof certain | undefined = certain) =>
  Effect.gen(function* () {
    const bound = random === undefined ? call : Effect.provideService(call, Random.Random, random)
    const fiber = yield* Effect.forkChild(Effect.exit(Effect.result(bound)))
    yield* TestClock.adjust("1 hour")
    return yield* Effect.flatten(Fiber.join(fiber))
  })

const failure = <A, E>(call: Effect.Effect<A, E>) =>
  Effect.flatMap(settle(call), (result) =>
    result._tag === "Failure" ? Effect.succeed(result.failure) : Effect.die("it succeeded"),
  )

const gaps = ({ seen }: World) => seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? 0))

describe("Retry.delay and Retry.hintOf", () => {
  it("doubles from its base, times chance, up to 20 seconds", () => {
    const { 2026: latest, previous } = Retry.constants
    const series = (constants: Retry.RetryConstants, reason: "Throttling" | "Transient") =>
      [1, 2, 3, 10].map((attempt) => Retry.delay(constants, reason, attempt, 1, undefined))
    assert.deepStrictEqual(series(latest, "Transient"), [50, 100, 200, 20_000])
    assert.deepStrictEqual(series(latest, "Throttling"), [1000, 2000, 4000, 20_000])
    assert.deepStrictEqual(series(previous, "Transient"), [1000, 2000, 4000, 20_000])
    assert.strictEqual(Retry.delay(latest, "Throttling", 1, 0.25, undefined), 250)
  })

  it("waits at least as long as it is asked to, and five seconds longer than its own delay at most", () => {
    const wait = (hint: number) => Retry.delay(Retry.constants[2026], "Throttling", 1, 1, hint)
    assert.deepStrictEqual([0, 3000, 6000, 6001, 1e12].map(wait), [1000, 3000, 6000, 6000, 6000])
  })

  it("reads whole numbers and nothing else, milliseconds before seconds", () => {
    assert.strictEqual(Retry.hintOf({ "x-amz-retry-after": "1500", "retry-after": "9" }), 1500)
    assert.strictEqual(Retry.hintOf({ "retry-after": "1000000000" }), 1e12)
    for (const text of ["-1", "NaN", "1.5", "", "Wed, 21 Oct 2026 07:28:00 GMT", "9".repeat(400)]) {
      assert.isUndefined(Retry.hintOf({ "retry-after": text }))
    }
  })
})

describe("a call that fails", () => {
  it.effect("is tried three times, each anew signed, under one invocation id", () =>
    Effect.gen(function* () {
      const it = world(failed)
      assert.include(yield* failure(Effect.provide(get, live(it))), { _tag: "ServiceFailureException" })
      assert.deepStrictEqual(gaps(it), [50, 100])
      assert.deepStrictEqual(
        it.seen.map(({ headers }) => headers["amz-sdk-request"]),
        ["attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3"],
      )
      assert.strictEqual(new Set(it.seen.map(({ headers }) => headers["amz-sdk-invocation-id"])).size, 1)
      assert.strictEqual(new Set(it.seen.map(({ headers }) => headers["authorization"])).size, 3)
    }),
  )

  it.effect("waits for a throttled service from a second on, by status or by code", () =>
    Effect.gen(function* () {
      for (const fate of [throttled, [429], [400, "ThrottlingException"]] as const) {
        const it = world(fate)
        yield* failure(Effect.provide(get, live(it)))
        assert.deepStrictEqual(gaps(it), [1000, 2000])
      }
    }),
  )

  it.effect("has the delays of a seed", () =>
    Effect.gen(function* () {
      const course = Effect.gen(function* () {
        const it = world(throttled)
        yield* settle(Effect.provide(get, live(it)).pipe(Random.withSeed("seed")), undefined)
        return gaps(it).map(Math.round)
      })
      const [first = 0, second = 0] = yield* course
      assert.isTrue(first > 0 && first < 1000 && second > 0 && second < 2000)
      assert.deepStrictEqual(yield* course, [first, second])
    }),
  )

  it.effect("waits as the service asks, within five seconds more, and never past its deadline", () =>
    Effect.gen(function* () {
      const patient = world([503, undefined, { "retry-after": "1000000000" }])
      yield* failure(Effect.provide(get, live(patient)))
      assert.deepStrictEqual(gaps(patient), [5050, 5100])
      const hurried = world([503, undefined, { "retry-after": "4" }])
      yield* failure(Effect.provide(get, live(hurried, { operationTimeout: "4 seconds" })))
      assert.strictEqual(hurried.seen.length, 1)
    }),
  )

  it.effect("is not tried again where that cannot help", () =>
    Effect.gen(function* () {
      for (const fate of [[400], [403], [404], [409], [501], [302], [401]] as const) {
        const it = world(fate)
        yield* failure(Effect.provide(get, live(it)))
        assert.strictEqual(it.seen.length, 1, String(fate[0]))
      }
    }),
  )

  it.effect("ends when its attempt takes too long, and within its own time in all", () =>
    Effect.gen(function* () {
      const it = world("hang")
      const error = yield* failure(
        Effect.provide(get, live(it, { attemptTimeout: "4 seconds", operationTimeout: "6 seconds" })),
      )
      assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "Unknown", attempts: 2 })
      assert.deepStrictEqual(gaps(it), [4050])
      assert.strictEqual(it.open(), 0)
    }),
  )

  it.effect("gives each attempt 10 seconds and all of them 30, unless told otherwise", () =>
    Effect.gen(function* () {
      const it = world("hang")
      const call = Effect.provideService(Effect.provide(get, live(it)), Random.Random, certain)
      const fiber = yield* Effect.forkChild(Effect.flip(call))
      yield* TestClock.adjust(29_999)
      assert.deepStrictEqual(gaps(it), [10_050, 10_100])
      assert.strictEqual(it.open(), 1)
      yield* TestClock.adjust(1)
      assert.include(yield* Fiber.join(fiber), { _tag: "TransportError", reason: "Timeout", attempts: 3 })
    }),
  )

  it.effect("certainly was not sent while its signature was being made", () =>
    Effect.gen(function* () {
      const it = world(done)
      const layer = Layer.provide(
        live(it),
        Layer.succeed(Signer, () => Effect.never),
      )
      const error = yield* failure(Effect.provide(create, layer))
      assert.include(error, { _tag: "TransportError", reason: "Timeout", outcome: "NotSent", attempts: 3 })
      assert.strictEqual(it.seen.length, 0)
    }),
  )

  it.effect("has its time whatever becomes of the machine's clock meanwhile", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      for (const leap of [-86_400_000, 86_400_000]) {
        const it = world("hang")
        const set: Clock.Clock = {
          ...clock,
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + (it.seen.length === 0 ? 0 : leap),
        }
        const layer = live(it, { attemptTimeout: "4 seconds", operationTimeout: "6 seconds" })
        const call = Effect.provideService(Effect.provide(get, layer), Clock.Clock, set)
        const fiber = yield* Effect.forkChild(Effect.flip(call))
        yield* TestClock.adjust("6 seconds")
        assert.include(yield* Fiber.join(fiber), { _tag: "TransportError", attempts: 2 })
      }
    }),
  )

  it.effect("stops trying when it is interrupted", () =>
    Effect.gen(function* () {
      const it = world(failed, "hang")
      const call = Effect.provideService(Effect.provide(get, live(it)), Random.Random, certain)
      const fiber = yield* Effect.forkChild(call)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(it.open(), 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(it.open(), 0)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(it.seen.length, 2)
    }),
  )
})

describe("what several attempts come to", () => {
  it.effect("a call may have happened if any of its attempts may have", () =>
    Effect.gen(function* () {
      const error = yield* failure(Effect.provide(get, live(world(reset, refused))))
      assert.include(error, { _tag: "TransportError", reason: "Connect", outcome: "Unknown", attempts: 3 })
      const never = yield* failure(Effect.provide(get, live(world(refused))))
      assert.include(never, { reason: "Connect", outcome: "NotSent" })
    }),
  )

  it.effect("whatever the last answer says of itself", () =>
    Effect.gen(function* () {
      const compatible: HttpRepo.Options = { retry: { create: "aws-compatible" } }
      for (const last of [throttled, [400], [403], [409, "ConflictException"]] as const) {
        const error = yield* failure(Effect.provide(create, live(world(reset, last), compatible)))
        const attempts = last === throttled ? 3 : 2
        assert.include(error, { outcome: "Unknown", attempts, ambiguous: true })
        assert.include("hint" in error ? error.hint : "", "list what exists")
        const refusedBefore = yield* failure(Effect.provide(create, live(world(throttled, last))))
        assert.include(refusedBefore, { _tag: error._tag, outcome: "NotSent", attempts })
        assert.notInclude("hint" in refusedBefore ? refusedBefore.hint : "", "list what exists")
      }
    }),
  )

  it.effect("also where there was no key for another attempt", () =>
    Effect.gen(function* () {
      const none = new CredentialsError({ sources: [] })
      let asked = 0
      const once = Layer.succeed(Credentials, {
        get: Effect.suspend(() => (asked++ === 0 ? Effect.succeed(key) : Effect.fail(none))),
        renew: Effect.succeed,
      })
      const error = yield* failure(Effect.provide(remove, live(world(reset), {}, once)))
      assert.include(error, { _tag: "CredentialsError", outcome: "Unknown", attempts: 1, ambiguous: true })
    }),
  )

  it.effect("but for an only one, whose error is as it came", () =>
    Effect.gen(function* () {
      const error = yield* failure(Effect.provide(get, live(world([404, "NotFoundException"]))))
      assert.include(error, { _tag: "NotFoundException", outcome: "NotSent" })
      assert.notProperty(error, "attempts")
      assert.notProperty(error, "ambiguous")
    }),
  )

  it.effect("each tells which it is and of how many", () =>
    Effect.gen(function* () {
      const it = world(failed)
      yield* failure(Effect.provide(get, live(it, { retry: { maxAttempts: 2 } })))
      assert.deepStrictEqual(
        it.seen.map(({ headers }) => headers["amz-sdk-request"]),
        ["attempt=1; max=2", "attempt=2; max=2"],
      )
    }),
  )
})

describe("the tokens that retries are paid with", () => {
  it.effect("are shared by the calls of a Layer: a total outage gets 35 retries, and no more", () =>
    Effect.gen(function* () {
      const it = world(failed)
      const calls = Effect.forEach(Array.from({ length: 100 }), () => Effect.flip(get))
      yield* settle(Effect.provide(calls, live(it)))
      assert.strictEqual(it.seen.length, 100 + 35)
    }),
  )

  it.effect("cost five before 2026, and five for throttling", () =>
    Effect.gen(function* () {
      const calls = Effect.forEach(Array.from({ length: 100 }), () => Effect.flip(get), { concurrency: "unbounded" })
      const before = world(failed)
      yield* settle(Effect.provide(calls, live(before, { retry: { constants: "previous" } })))
      const asked = world(throttled)
      yield* settle(Effect.provide(calls, live(asked)))
      assert.deepStrictEqual([before.seen.length, asked.seen.length], [200, 200])
    }),
  )

  it.effect("come back with the retry that succeeds, in full, and never above what the bucket holds", () =>
    Effect.gen(function* () {
      const rescued = Array.from({ length: 40 }, () => [failed, done]).flat()
      const it = world(...rescued, failed)
      const calls = Effect.andThen(
        Effect.forEach(Array.from({ length: 40 }), () => get),
        Effect.forEach(Array.from({ length: 100 }), () => Effect.flip(get)),
      )
      yield* settle(Effect.provide(calls, live(it)))
      // Had they not come back, five retries would be left after the 40; had the bucket overflown, more than 35.
      assert.strictEqual(it.seen.length, 80 + 100 + 35)
      const spared = world(...Array.from({ length: 100 }, () => done), failed)
      const more = Effect.andThen(
        Effect.forEach(Array.from({ length: 100 }), () => get),
        Effect.forEach(Array.from({ length: 100 }), () => Effect.flip(get)),
      )
      yield* settle(Effect.provide(more, live(spared)))
      assert.strictEqual(spared.seen.length, 100 + 100 + 35)
    }),
  )

  it.effect("cost ten before 2026 where there was no answer in time, and fourteen since", () =>
    Effect.gen(function* () {
      const calls = Effect.forEach(Array.from({ length: 100 }), () => Effect.flip(get), { concurrency: "unbounded" })
      const attempts = (constants: "2026" | "previous") =>
        Effect.gen(function* () {
          const it = world("hang")
          yield* settle(Effect.provide(calls, live(it, { attemptTimeout: "1 second", retry: { constants } })))
          return it.seen.length
        })
      assert.deepStrictEqual([yield* attempts("previous"), yield* attempts("2026")], [150, 135])
    }),
  )

  it.effect("come back with the calls that succeed, one for each", () =>
    Effect.gen(function* () {
      // 35 retries leave ten tokens: four successes later there are enough for one more.
      const outage = Array.from({ length: 18 + 35 }, () => failed)
      const it = world(...outage, done, done, done, done, failed)
      const flipped = (times: number) => Effect.forEach(Array.from({ length: times }), () => Effect.flip(get))
      const calls = Effect.gen(function* () {
        yield* flipped(18)
        yield* Effect.forEach([1, 2, 3, 4], () => get)
        yield* flipped(2)
      })
      yield* settle(Effect.provide(calls, live(it)))
      assert.strictEqual(it.seen.length, 18 + 35 + 4 + 1 + 2)
    }),
  )
})

describe("a create", () => {
  it.effect("is repeated where it certainly was not carried out", () =>
    Effect.gen(function* () {
      for (const fate of [refused, throttled, [400, "RequestTimeoutException"]] as const) {
        const it = world(fate, done)
        assert.strictEqual((yield* settle(Effect.provide(create, live(it))))._tag, "Success")
        assert.strictEqual(it.seen.length, 2)
      }
    }),
  )

  it.effect("is made once where it may have been, and says so", () =>
    Effect.gen(function* () {
      for (const fate of [reset, "hang", failed, [502], [503, "ServiceUnavailableException"]] as const) {
        const it = world(fate)
        assert.include(yield* failure(Effect.provide(create, live(it))), { outcome: "Unknown" })
        assert.strictEqual(it.seen.length, 1)
      }
    }),
  )

  it.effect("is repeated like any other where AWS's own behaviour is asked for by name", () =>
    Effect.gen(function* () {
      const it = world(reset)
      const error = yield* failure(Effect.provide(create, live(it, { retry: { create: "aws-compatible" } })))
      assert.include(error, { _tag: "TransportError", outcome: "Unknown", attempts: 3 })
    }),
  )
})

describe("a delete", () => {
  const missing: Fate = [404, "NotFoundException"]

  it.effect("has succeeded where the session is gone after an attempt that may have removed it", () =>
    Effect.gen(function* () {
      const after = (...fates: ReadonlyArray<Fate>) =>
        Effect.map(settle(Effect.provide(remove, live(world(...fates)))), ({ _tag }) => _tag)
      assert.strictEqual(yield* after(reset, missing), "Success")
      assert.strictEqual(yield* after(throttled, missing), "Failure")
      assert.strictEqual(yield* after(missing), "Failure")
    }),
  )
})

describe("a clock that is wrong", () => {
  const date = (at: number) => ({ date: new Date(at).toUTCString() })
  const tenMinutes = 600_000

  it.effect("is corrected once and for all calls, and the request signed anew", () =>
    Effect.gen(function* () {
      const it = world([403, "InvalidSignatureException", date(tenMinutes)], done)
      yield* settle(Effect.provide(Effect.andThen(get, get), live(it)))
      assert.deepStrictEqual(
        it.seen.map(({ headers }) => headers["x-amz-date"]),
        ["19700101T000000Z", "19700101T001000Z", "19700101T001000Z"],
      )
    }),
  )

  it.effect("is corrected for all calls at once, each of which is signed again once", () =>
    Effect.gen(function* () {
      const refusal: Fate = [403, "InvalidSignatureException", date(tenMinutes)]
      const it = world(...Array.from({ length: 100 }, () => refusal), done)
      const calls = Effect.all(
        Array.from({ length: 100 }, () => get),
        { concurrency: "unbounded" },
      )
      const layer = live(it)
      const result = yield* settle(Effect.provide(Effect.andThen(calls, get), layer))
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(it.seen.length, 100 + 100 + 1)
      const signedAt = it.seen.map(({ headers }) => headers["x-amz-date"])
      assert.deepStrictEqual([new Set(signedAt.slice(0, 100)).size, new Set(signedAt.slice(100)).size], [1, 1])
      assert.notStrictEqual(signedAt[0], signedAt[100])
    }),
  )

  it.effect("is left alone by an answer that took over a quarter of an hour, as when the machine was asleep", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      for (const [asleep, attempts] of [
        [16 * 60_000, 1],
        [14 * 60_000, 2],
      ] as const) {
        const it = world([403, "InvalidSignatureException", date(3_600_000)], done)
        const set: Clock.Clock = {
          ...clock,
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + (it.seen.length === 0 ? 0 : asleep),
        }
        yield* settle(Effect.provideService(Effect.provide(get, live(it)), Clock.Clock, set))
        assert.strictEqual(it.seen.length, attempts)
      }
    }),
  )

  it.effect("is not taken for one because the wait for a key was long", () =>
    Effect.gen(function* () {
      const it = world([403, "InvalidSignatureException", date(20 * 60_000 + 600_000)], done)
      const slow = Layer.succeed(Credentials, {
        get: Effect.delay(Effect.succeed(key), "20 minutes"),
        renew: () => Effect.never,
      })
      yield* settle(Effect.provide(get, live(it, { operationTimeout: "1 hour" }, slow)))
      assert.strictEqual(it.seen.length, 2)
    }),
  )

  it.effect("is left alone where the option says so, or the clocks agree", () =>
    Effect.gen(function* () {
      for (const [ahead, clockSkew] of [
        [tenMinutes, false],
        [0, true],
      ] as const) {
        const now = yield* Clock.currentTimeMillis
        const it = world([403, "InvalidSignatureException", date(now + ahead)])
        yield* failure(Effect.provide(get, live(it, { retry: { clockSkew } })))
        assert.strictEqual(it.seen.length, 1)
      }
    }),
  )
})

describe("an expired token", () => {
  const expired: Fate = [403, "ExpiredTokenException"]
  const answering = (renew: Credentials["Service"]["renew"]) =>
    Layer.succeed(Credentials, { get: Effect.succeed(key), renew })

  it.effect("is tried again with new credentials, once", () =>
    Effect.gen(function* () {
      const ids = ["first", "second", "third"]
      const it = world(expired)
      const changing = Credentials.fromProvider(async () => ({ accessKeyId: ids.shift() ?? "", secretAccessKey: "s" }))
      const call = Effect.provide(get, live(it, {}, changing))
      const result = yield* Effect.provideService(Effect.flip(call), Random.Random, certain)
      assert.include(result, { _tag: "UnmodeledServiceError", type: "ExpiredTokenException" })
      assert.deepStrictEqual(
        it.seen.map(({ headers }) => parts(headers["authorization"] ?? "").accessKeyId),
        ["first", "second"],
      )
    }),
  )

  it.effect("costs no token, so that all calls that meet it are tried again", () =>
    Effect.gen(function* () {
      const it = world(...Array.from({ length: 100 }, () => expired), done)
      const others = answering(() => Effect.succeed({ ...key, accessKeyId: "OTHERS" }))
      const calls = Effect.all(
        Array.from({ length: 100 }, () => get),
        { concurrency: "unbounded" },
      )
      assert.strictEqual((yield* settle(Effect.provide(calls, live(it, {}, others))))._tag, "Success")
      assert.strictEqual(it.seen.length, 200)
    }),
  )

  it.effect("is not tried again with the same credentials, though they come in a new object", () =>
    Effect.gen(function* () {
      const it = world(expired)
      const same = answering(() => Effect.succeed({ ...key, secretAccessKey: Redacted.make("secret") }))
      yield* failure(Effect.provide(get, live(it, {}, same)))
      assert.strictEqual(it.seen.length, 1)
    }),
  )

  it.effect("does not keep a call whose provider hangs beyond its time", () =>
    Effect.gen(function* () {
      const error = yield* failure(
        Effect.provide(
          get,
          live(
            world(expired),
            {},
            answering(() => Effect.never),
          ),
        ),
      )
      assert.include(error, { _tag: "UnmodeledServiceError", type: "ExpiredTokenException" })
    }),
  )

  it.effect("and neither does one that hangs from the start", () =>
    Effect.gen(function* () {
      const hanging = Layer.succeed(Credentials, { get: Effect.never, renew: () => Effect.never })
      const it = world(done)
      const error = yield* failure(Effect.provide(create, live(it, {}, hanging)))
      assert.include(error, { _tag: "CredentialsError", outcome: "NotSent" })
      assert.strictEqual(error.message, "No usable credentials (Credentials: gave none within the operation's time)")
      assert.strictEqual(it.seen.length, 0)
    }),
  )

  it.effect("nor does the wait for one count against the attempt, which is not begun again either", () =>
    Effect.gen(function* () {
      let asked = 0
      const source = Layer.succeed(Credentials, {
        get: Effect.suspend(() => {
          asked++
          return Effect.delay(Effect.succeed(key), "15 seconds")
        }),
        renew: () => Effect.never,
      })
      const slow = world("slow")
      const fiber = yield* Effect.forkChild(Effect.provide(create, live(slow, {}, source)))
      yield* TestClock.adjust("24 seconds")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual([asked, slow.seen.length], [1, 1])
    }),
  )

  it.effect("nor is one that is slower than an attempt may be given up before the operation's time", () =>
    Effect.gen(function* () {
      const it = world(done)
      const asleep = Effect.as(Effect.sleep("15 seconds"), { accessKeyId: "AKID", secretAccessKey: "s" })
      const run = Effect.runPromiseWith(yield* Effect.context())
      const slow = Credentials.fromProvider(() => run(asleep))
      const fiber = yield* Effect.forkChild(Effect.provide(get, live(it, {}, slow)))
      yield* TestClock.adjust("15 seconds")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        it.seen.map(({ at }) => at),
        [15_000],
      )
    }),
  )
})

describe("the environment", () => {
  const attempts = (env: Record<string, string>, retry?: Retry.RetryOptions) =>
    Effect.gen(function* () {
      const it = world(failed)
      const layer = HttpRepo.layerConfig({ endpoint: "http://service.test", retry }).pipe(
        Layer.provide([Credentials.layer(key), it.layer]),
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))),
      )
      yield* failure(Effect.provide(get, layer))
      return [it.seen.length, gaps(it)[0]]
    })

  it.effect("says how often to try, and by which constants", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* attempts({}), [3, 50])
      assert.deepStrictEqual(yield* attempts({ AWS_MAX_ATTEMPTS: "2", AWS_RETRY_MODE: "" }), [2, 50])
      assert.deepStrictEqual(yield* attempts({ AWS_RETRY_MODE: "adaptive" }), [3, 50])
      assert.deepStrictEqual(yield* attempts({ AWS_RETRY_MODE: "legacy" }), [5, 1000])
      assert.deepStrictEqual(yield* attempts({ AWS_NEW_RETRIES_2026: "false" }), [3, 1000])
    }),
  )

  it.effect("gives way to options, but not to those that are undefined", () =>
    Effect.gen(function* () {
      const env = { AWS_MAX_ATTEMPTS: "2", AWS_NEW_RETRIES_2026: "false" }
      assert.deepStrictEqual(yield* attempts(env, { maxAttempts: 4, constants: "2026" }), [4, 50])
      assert.deepStrictEqual(yield* attempts(env, { maxAttempts: undefined, constants: undefined }), [2, 1000])
    }),
  )

  it.effect("is refused with the variable's name where it makes no sense", () =>
    Effect.gen(function* () {
      const refusal = (env: Record<string, string>) =>
        Layer.build(HttpRepo.layerConfig({ endpoint: "http://service.test" })).pipe(
          Effect.scoped,
          Effect.flip,
          Effect.provide([Credentials.layer(key), world(done).layer]),
          Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env)),
        )
      for (const [name, value] of [
        ["AWS_MAX_ATTEMPTS", "0"],
        ["AWS_MAX_ATTEMPTS", "many"],
        ["AWS_MAX_ATTEMPTS", "1.5"],
        ["AWS_RETRY_MODE", "eager"],
        ["AWS_NEW_RETRIES_2026", "perhaps"],
      ] as const) {
        const error = yield* refusal({ [name]: value })
        assert.strictEqual(error._tag, "ConfigError")
        assert.include(error.message, name)
      }
    }),
  )
})
