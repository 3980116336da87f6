/**
 * What a memory repository costs: calls a second, the operations that look at everything, and bytes for a session; each
 * with a thousand, ten thousand and a hundred thousand live sessions unless told otherwise.
 *
 *     node bench/memory.ts [sessions...]
 *
 * Prints a table and one JSON object. Every number is the best of several rounds, since whatever else runs on the machine
 * can only make it worse. The clock is a test clock, so that a jump of it is a jump and nothing else.
 */
import type { InputOf } from "@proxy-session/domain/Operations"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const numbers = process.argv.slice(2).map(Number)
const gets = 200_000

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

const heap = () => {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** How long an effect takes, in milliseconds. */
const time = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const start = performance.now()
    yield* effect
    return performance.now() - start
  })

/** The nth person of many: nobody's number, since no area code begins with 0. */
const person = (n: number) => `+1055${String(n).padStart(7, "0")}`

const round = (sessions: number) =>
  Effect.gen(function* () {
    const repo = yield* ProxySessionRepo
    const proxies = yield* VoiceConnectorProxyRepo
    yield* proxies.put({
      voiceConnectorId,
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
    })
    const requests = Array.from({ length: sessions }, (_, n): InputOf["CreateProxySession"] => ({
      voiceConnectorId,
      participantPhoneNumbers: [person(2 * n), person(2 * n + 1)],
      capabilities: ["Voice", "SMS"],
    }))

    const before = heap()
    const create = yield* time(Effect.forEach(requests, repo.create, { discard: true }))
    const bytes = heap() - before

    const list = (nextToken?: string) => repo.list({ voiceConnectorId, nextToken })
    const pages = [yield* list()]
    for (let token = pages[0]?.nextToken; token !== undefined; token = pages.at(-1)?.nextToken) {
      pages.push(yield* list(token))
    }
    const keys = pages.flatMap(({ proxySessions }) => proxySessions)

    const get = yield* time(
      Effect.gen(function* () {
        for (let n = 0; n < gets; n++) {
          const key = keys[(n * 7919) % sessions]
          if (key !== undefined) yield* repo.get(key)
        }
      }),
    )
    // A page of a hundred sessions whose place has to be found first.
    const middle = list(pages[pages.length >> 1]?.nextToken)
    yield* middle
    const page = yield* time(middle)
    // No session has this status, so all are looked at.
    const closed = { voiceConnectorId, status: "Closed" } as const
    const scan = yield* time(repo.list(closed))
    yield* TestClock.adjust("61 minutes")
    const open = { voiceConnectorId, status: "Open" } as const
    const afterExpiry = yield* time(repo.list(open))
    return { create, get, page, scan, afterExpiry, bytes }
  }).pipe(Effect.provide([MemoryRepo.layer({ seed: "bench" }), TestClock.layer()], { local: true }))

const measure = (sessions: number) =>
  Effect.gen(function* () {
    const all = yield* Effect.replicateEffect(round(sessions), sessions < 1_000_000 ? 3 : 1)
    const best = (of: (one: (typeof all)[number]) => number) => Math.min(...all.map(of))
    return {
      sessions,
      createsPerSecond: Math.round(sessions / (best((one) => one.create) / 1000)),
      getsPerSecond: Math.round(gets / (best((one) => one.get) / 1000)),
      pageMillis: Number(best((one) => one.page).toFixed(3)),
      scanOfAllMillis: Number(best((one) => one.scan).toFixed(3)),
      callAfterExpiryOfAllMillis: Number(best((one) => one.afterExpiry).toFixed(3)),
      bytesPerSession: Math.round(best((one) => one.bytes) / sessions),
    }
  })

await Effect.runPromise(round(20_000)) // warms up
const results = await Effect.runPromise(
  Effect.forEach(numbers.length > 0 ? numbers : [1_000, 10_000, 100_000], measure),
)
console.table(results)
console.log(JSON.stringify({ bench: "memory", node: process.version, results }))
