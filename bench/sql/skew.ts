/**
 * Sessions that lose their number early because a second replica's clock is 400 ms fast: `skew.ts URL [SESSIONS]`.
 *
 * Sessions live for 600 ms. Three quarters through, the fast replica is asked for another session of the same two people, on
 * a connector with one number: it gets one only if it takes the first for ended. With the database's clock it never does; in
 * the control, where each replica goes by its own clock, it always does.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { layer } from "./database.ts"
import { prepare } from "./race.ts"
import { voiceConnectorId } from "./racer.ts"

const life = 600
const fast = 400

const ahead = Layer.effect(
  Clock.Clock,
  Effect.map(Clock.Clock, (clock) => ({
    ...clock,
    sleep: (duration) => clock.sleep(duration),
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + fast,
    currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + fast),
  })),
)

const person = (index: number) =>
  PhoneNumber.make(`+1${200 + Math.floor(index / 100)}55501${String(index % 100).padStart(2, "0")}`)

export interface Lost {
  readonly asked: number
  readonly early: number
}

export const skew = (url: string, sessions: number, time: SqlRepo.SqlRepoOptions["time"]): Effect.Effect<Lost> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* prepare
    yield* sql`DELETE FROM pool_number WHERE place > 0`
    const own = SqlRepo.layer(time === undefined ? {} : { time })
    const right = yield* Layer.build(own)
    const wrong = yield* Layer.build(own)
    const create = (index: number) =>
      ProxySessionRepo.use((repo) =>
        repo.create({
          voiceConnectorId,
          participantPhoneNumbers: [person(2 * index), person(2 * index + 1)],
          capabilities: ["Voice"],
        }),
      )
    const one = (index: number) =>
      Effect.gen(function* () {
        const { proxySessionId: id } = yield* Effect.provideContext(create(index), right)
        yield* sql.withTransaction(
          Effect.andThen(
            sql`UPDATE hold SET ends = (SELECT created FROM session WHERE session.id = ${id}) + ${life} WHERE session = ${id}`,
            sql`UPDATE session SET ends = created + ${life} WHERE id = ${id}`,
          ),
        )
        yield* Effect.sleep((life * 3) / 4)
        const second = yield* Effect.result(Effect.provideContext(create(index), wrong).pipe(Effect.provide(ahead)))
        const [row] = yield* sql<{ readonly left: bigint | number }>`
          SELECT ends - (extract(epoch from clock_timestamp()) * 1000)::bigint AS left FROM session WHERE id = ${id}`
        // Only those that were surely alive when they were asked about are judged.
        return Number(row?.left) > 0 ? [second._tag === "Success"] : []
      })
    const lost = yield* Effect.forEach(
      Array.from({ length: sessions }, (_, index) => index),
      one,
      { concurrency: 4 },
    )
    return { asked: lost.flat().length, early: lost.flat().filter(Boolean).length }
  }).pipe(
    Effect.scoped,
    Effect.provide(Layer.orDie(SqlRepo.layer().pipe(Layer.provideMerge(layer(url))))),
    Effect.orDie,
  )

if (import.meta.main) {
  const [, , url = "", sessions = "200"] = process.argv
  for (const time of ["database", "effect"] as const) {
    const { asked, early } = await Effect.runPromise(skew(url, Number(sessions), time))
    process.stdout.write(
      `${time === "database" ? "the database's clock" : "control: own clocks "}  ${asked} asked, ${early} lost early\n`,
    )
  }
}
