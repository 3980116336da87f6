/**
 * What a call costs beside a `get` and a `create` on the same store, by turns: `node bench/routing.ts [ROUNDS]`.
 *
 * A look-up is a dry run by the dialled number alone, in a tenant with 50 connectors. A recorded route is the first call of
 * a session, so it writes the call and puts the session in progress. Rounds are paired, and a ratio is the median of each
 * round's ratio, so that a machine that is slow for a while slows both sides.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Postgres from "../test/sql/postgres.ts"
import { layer as database } from "./sql/database.ts"

const rounds = Number(process.argv[2] ?? 15)
const sessions = 200
const connectors = 50
const connectorId = (n: number) => `connector${String(n).padStart(13, "0")}`
const person = (n: number) => `+4477${String(n).padStart(8, "0")}`
const number = (connector: number, n: number) => `+1${200 + connector}5550${String(100 + n)}`

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** How long an effect takes, in microseconds for each of so many. */
const timed = <A, E, R>(times: number, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const started = performance.now()
    yield* effect
    return ((performance.now() - started) * 1000) / times
  })

const program = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const router = yield* CallRouter
  const snapshots = yield* Snapshots
  yield* snapshots.import({
    format: "proxy-session-memory/1",
    stores: [
      {
        connectors: Array.from({ length: connectors }, (_, connector) => ({
          voiceConnectorId: connectorId(connector),
          pool: Array.from({ length: 20 }, (_, n) => ({ phoneNumber: number(connector, n), country: "US" })),
          configuration: { defaultSessionExpiryMinutes: 720, phoneNumberCountries: ["US"] },
        })),
      },
    ],
  })
  const costs: Array<Record<"create" | "get" | "lookUp" | "recorded", number>> = []
  for (let round = 0; round < rounds; round++) {
    const calls: Array<{
      readonly key: { readonly voiceConnectorId: string; readonly proxySessionId: string }
      readonly call: Parameters<typeof router.route>[0]
      readonly dryRun: Parameters<typeof router.route>[0]
    }> = []
    const create = yield* timed(
      sessions,
      Effect.gen(function* () {
        for (let n = 0; n < sessions; n++) {
          const index = round * sessions + n
          const caller = person(2 * index)
          const voiceConnectorId = connectorId(index % connectors)
          const { participants, proxySessionId } = yield* repo.create({
            voiceConnectorId,
            participantPhoneNumbers: [caller, person(2 * index + 1)],
            capabilities: ["Voice"],
          })
          const dialled = participants[0]?.proxyPhoneNumber ?? ""
          const call = { channel: "Voice", caller, dialled, provider: "bench", providerId: `call-${index}` } as const
          calls.push({ key: { voiceConnectorId, proxySessionId }, call, dryRun: { ...call, dryRun: true } })
        }
      }),
    )
    const gets = timed(
      5 * sessions,
      Effect.gen(function* () {
        for (let times = 0; times < 5; times++) for (const { key } of calls) yield* repo.get(key)
      }),
    )
    const lookUps = timed(
      5 * sessions,
      Effect.gen(function* () {
        for (let times = 0; times < 5; times++) for (const { dryRun } of calls) yield* router.route(dryRun)
      }),
    )
    const [get, lookUp] =
      round % 2 === 0
        ? [yield* gets, yield* lookUps]
        : yield* Effect.map(Effect.all([lookUps, gets]), ([one, other]) => [other, one] as const)
    const recorded = yield* timed(
      sessions,
      Effect.gen(function* () {
        for (const { call } of calls) yield* router.route(call)
      }),
    )
    for (const { call } of calls) {
      const decision = yield* router.route(call)
      if (decision._tag === "Refuse") return yield* Effect.die(decision.reason)
    }
    costs.push({ create, get, lookUp, recorded })
  }
  const warm = costs.slice(2)
  const of = (name: keyof (typeof costs)[number]) => Math.round(median(warm.map((each) => each[name])))
  return {
    "get, µs": of("get"),
    "look-up, µs": of("lookUp"),
    "look-up / get": Number(median(warm.map(({ get, lookUp }) => lookUp / get)).toFixed(2)),
    "create, µs": of("create"),
    "recorded route, µs": of("recorded"),
    "recorded route / create": Number(median(warm.map(({ create, recorded }) => recorded / create)).toFixed(2)),
  }
})

const results = await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-routing-"))),
        (path) => Effect.sync(() => FileSystem.rmSync(path, { recursive: true })),
      )
      const { url } = yield* Postgres.server({})
      const over = (name: string) => SqlRepo.layer().pipe(Layer.provide(database(name)), Layer.orDie)
      return {
        memory: yield* Effect.provide(program, MemoryRepo.layer()),
        SQLite: yield* Effect.provide(program, over(`sqlite:${Path.join(folder, "bench.db")}`)),
        Postgres: yield* Effect.provide(program, over(url)),
      }
    }),
  ),
)
console.table(results)
