/**
 * The loads of `run.ts`, with what they have to hold.
 */
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { setTimeout } from "node:timers/promises"
import type { Count, Mode } from "./server.ts"

export interface Service {
  readonly url: string
  readonly set: (mode: Mode) => Promise<void>
  readonly count: () => Promise<Count>
}

type Figures = { readonly broken: Array<string> } & Readonly<Record<string, unknown>>
type Load = (service: Service, quick: boolean) => Promise<Figures>

/** Sockets to the service, and calls at once wherever the load does not say otherwise. */
const pool = 64

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example, of no use anywhere") }

const live = (
  { url }: Service,
  options: HttpRepo.Options = {},
  { connections = pool, credentials = Credentials.layer(key) } = {},
) =>
  HttpRepo.layer({ endpoint: url, region: "us-east-1", ...options }).pipe(
    Layer.provide([credentials, UndiciTransport.layer({ connections })]),
  )

const get = ProxySessionRepo.use((repo) =>
  repo.get({ voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId: "one" }),
)

/** Makes calls, a pool of them at once, and tells how many succeeded; the others failed with a typed error. */
const many = (calls: number) => {
  let left = calls
  let succeeded = 0
  const worker = Effect.whileLoop({
    while: () => left-- > 0,
    body: () => Effect.result(get),
    step: (result) => {
      if (Result.isSuccess(result)) succeeded++
    },
  })
  return Effect.map(
    Effect.all(
      Array.from({ length: pool }, () => worker),
      { concurrency: "unbounded" },
    ),
    () => succeeded,
  )
}

/** The same for some seconds. */
const during = (seconds: number) =>
  Effect.gen(function* () {
    const until = performance.now() + seconds * 1000
    let calls = 0
    let succeeded = 0
    while (performance.now() < until) {
      succeeded += yield* many(1000)
      calls += 1000
    }
    return { calls, succeeded }
  })

const heapUsed = Effect.sync(() => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
})

/** By how much values grow from one to the next: the median over all pairs. */
const slopeOf = (values: ReadonlyArray<number>): number => {
  const slopes = values
    .flatMap((one, x) => values.slice(x + 1).map((other, distance) => (other - one) / (distance + 1)))
    .toSorted((one, other) => one - other)
  return slopes[Math.floor(slopes.length / 2)] ?? 0
}

const hold = (bounds: Readonly<Record<string, boolean>>): Array<string> =>
  Object.entries(bounds).flatMap(([bound, holds]) => (holds ? [] : [bound]))

const heap: Load = async (service, quick) => {
  await service.set("good")
  const rounds = 30
  const warmUp = 10
  const calls = quick ? 2000 : 50_000
  const { bytes, succeeded } = await Effect.runPromise(
    Effect.gen(function* () {
      const bytes: Array<number> = []
      let succeeded = 0
      for (let round = 0; round < rounds; round++) {
        succeeded += yield* many(calls)
        bytes.push(yield* heapUsed)
      }
      return { bytes, succeeded }
    }).pipe(Effect.provide(live(service))),
  )
  const { mostSockets } = await service.count()
  // V8 goes on optimising for half a million calls: until then its own code and feedback grow, and nothing else does.
  const bytesPer10000 = Math.round((slopeOf(bytes.slice(warmUp)) / calls) * 10_000)
  return {
    calls: rounds * calls,
    bytesPer10000,
    heapFrom: bytes[warmUp],
    heapTo: bytes.at(-1),
    mostSockets,
    broken: hold({
      "every call succeeds": succeeded === rounds * calls,
      "the heap grows by less than 1 KiB for 10,000 calls": quick || bytesPer10000 < 1024,
      "no socket beyond the pool": mostSockets <= pool,
    }),
  }
}

const inFlight: Load = async (service) => {
  await service.set("good")
  const calls = 10_000
  const results = await Effect.runPromise(
    Effect.all(
      Array.from({ length: calls }, () => Effect.result(get)),
      { concurrency: "unbounded" },
    ).pipe(Effect.provide(live(service))),
  )
  const succeeded = results.filter(Result.isSuccess).length
  const { mostSockets } = await service.count()
  return {
    calls,
    succeeded,
    mostSockets,
    broken: hold({ "all settle, well": succeeded === calls, "no socket beyond the pool": mostSockets <= pool }),
  }
}

const interrupted: Load = async (service) => {
  await service.set("silent")
  const connections = 1000
  const rounds = 10
  await Effect.runPromise(
    Effect.gen(function* () {
      for (let round = 1; round <= rounds; round++) {
        const fibers = yield* Effect.forEach(Array.from({ length: connections }), () => Effect.forkChild(get))
        const arrived = Effect.map(Effect.promise(service.count), ({ requests }) => requests === round * connections)
        yield* Effect.repeat(Effect.delay(arrived, "10 millis"), { until: (all) => all })
        yield* Fiber.interruptAll(fibers)
      }
      yield* Effect.promise(() => setTimeout(1000))
      const { openSockets, requests } = yield* Effect.promise(service.count)
      return { openSockets, requests }
    }).pipe(
      Effect.provide(live(service, { attemptTimeout: "1 minute", operationTimeout: "1 minute" }, { connections })),
    ),
  )
  const { mostSockets, openSockets, requests } = await service.count()
  return {
    calls: rounds * connections,
    mostSockets,
    openSockets,
    broken: hold({
      "no socket is open a second later": openSockets === 0,
      "nothing is repeated": requests === rounds * connections,
    }),
  }
}

const faults: Load = async (service, quick) => {
  await service.set("mixed")
  const seconds = quick ? 5 : 600
  const { calls, succeeded } = await Effect.runPromise(
    Effect.provide(during(seconds), live(service, { attemptTimeout: "1 second" })),
  )
  const { mostSockets, requests } = await service.count()
  return {
    seconds,
    calls,
    succeeded,
    requests,
    mostSockets,
    broken: hold({
      "at most three attempts for each call": requests <= 3 * calls,
      "99 of 100 calls succeed where 5 of 100 requests fail": succeeded >= 0.99 * calls,
    }),
  }
}

const outage: Load = async (service) => {
  await service.set("outage")
  const first = 1000
  const [before, after] = await Effect.runPromise(
    Effect.gen(function* () {
      yield* many(first)
      const before = yield* Effect.promise(service.count)
      yield* many(first)
      return [before, yield* Effect.promise(service.count)] as const
    }).pipe(Effect.provide(live(service))),
  )
  return {
    calls: 2 * first,
    requests: after.requests,
    broken: hold({
      "the bucket pays for 35 retries": before.requests === first + 35,
      "one attempt for each call once it is empty": after.requests - before.requests === first,
    }),
  }
}

/** Calls with a new key each second, which takes its source a tenth of one unless said otherwise. */
const rotating =
  (mode: Mode, expiration: (now: number) => Date | undefined, latency = 100): Load =>
  async (service, quick) => {
    await service.set(mode)
    const seconds = quick ? 5 : 60
    let asked = 0
    let waiting = 0
    let mostWaiting = 0
    const credentials = Credentials.fromProvider(async () => {
      asked++
      mostWaiting = Math.max(mostWaiting, ++waiting)
      await setTimeout(latency)
      waiting--
      const now = Date.now()
      const until = expiration(now)
      const key = { accessKeyId: `AKID${now}`, secretAccessKey: "of no use" }
      return until === undefined ? key : { ...key, expiration: until }
    })
    const { calls, succeeded } = await Effect.runPromise(
      Effect.provide(during(seconds), live(service, {}, { credentials })),
    )
    const { keys, refused } = await service.count()
    return {
      seconds,
      calls,
      asked,
      keys,
      refused,
      mostWaiting,
      broken: hold({
        "no failure": succeeded === calls,
        "one refresh at a time": mostWaiting === 1,
        "a new key each second or so": asked > seconds / 2 && keys >= asked - 1,
        "the service refuses keys where it is to": refused > 0 === (mode === "fresh"),
      }),
    }
  }

/** Close enough to its end that another one is asked for as soon as may be, a second later. */
const rotation = rotating("good", (now) => new Date(now + 120_000))

/** Each key ends before there is another one, so that calls wait. */
const waitedFor = rotating("good", (now) => new Date(now + 1000))

/** The service alone knows when a key has ended. */
const expired = rotating("fresh", () => undefined)

/** The same where the source answers so fast that each key is refused within a second of being fetched. */
const replaced = rotating("fresh", () => undefined, 1)

export const loads = { heap, inFlight, interrupted, faults, outage, rotation, waitedFor, expired, replaced }
export type Loads = typeof loads
