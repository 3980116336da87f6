/**
 * Creates a second over 16 connections, beside `@effect/sql-pg` sending the same statements by hand, by turns:
 * `postgres-rate.ts URL [ROUNDS]`.
 *
 * The statements are those of one create, taken down while it runs, with other people and another id in their parameters.
 * Rounds are paired, and the ratio is the median of each round's ratio.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Statement from "effect/sql/Statement"
import { median } from "../results.ts"
import { layer } from "./database.ts"
import { prepare } from "./race.ts"
import { voiceConnectorId } from "./racer.ts"

const connections = 16
const person = (index: number) =>
  PhoneNumber.make(`+1${200 + (Math.floor(index / 100) % 790)}55501${String(index % 100).padStart(2, "0")}`)

export interface Rates {
  readonly creates: number
  readonly byHand: number
  readonly ratio: number
}

export const rates = (url: string, rounds: number): Effect.Effect<Rates> =>
  Effect.gen(function* () {
    yield* prepare
    const sql = yield* SqlClient.SqlClient
    const repo = yield* ProxySessionRepo
    const create = (index: number) =>
      repo.create({
        voiceConnectorId,
        participantPhoneNumbers: [person(2 * index), person(2 * index + 1)],
        capabilities: ["Voice"],
      })
    const statements: Array<readonly [string, ReadonlyArray<unknown>]> = []
    const taking: Statement.Transformer = (statement) => {
      statements.push(statement.compile())
      return Effect.succeed(statement)
    }
    const model = yield* Effect.provideService(create(0), Statement.CurrentTransformer, taking)
    const [one, other] = [person(0), person(1)].toSorted()
    let made = 0
    const hand = (index: number) =>
      Effect.gen(function* () {
        const [first, second] = [person(2 * index), person(2 * index + 1)].toSorted()
        const id = `hand-${made++}`
        const swapped = new Map<unknown, string>([
          [one, first ?? ""],
          [other, second ?? ""],
          [`${one} ${other}`, `${first} ${second}`],
          [model.proxySessionId, id],
        ])
        for (const [text, params] of statements) {
          yield* sql.unsafe(
            text,
            params.map((param) => swapped.get(param) ?? param),
          )
        }
      })
    let next = 1
    const timed = <E>(each: (index: number) => Effect.Effect<unknown, E>, from: number) =>
      Effect.gen(function* () {
        const started = performance.now()
        yield* Effect.forEach(
          Array.from({ length: 800 }, (_, place) => from + place),
          each,
          { concurrency: connections, discard: true },
        )
        return (1000 * 800) / (performance.now() - started)
      })
    const ours: Array<number> = []
    const floor: Array<number> = []
    for (let round = 0; round < rounds + 1; round++) {
      const from = next
      next += 1600
      const turns = [
        [ours, timed(create, from)],
        [floor, timed(hand, from + 800)],
      ] as const
      for (const [rates, run] of round % 2 === 0 ? turns : turns.toReversed()) rates.push(yield* run)
    }
    // The first round warms up.
    const ratios = ours.map((rate, index) => rate / (floor[index] ?? Number.NaN)).slice(1)
    return { creates: median(ours.slice(1)), byHand: median(floor.slice(1)), ratio: median(ratios) }
  }).pipe(Effect.provide(Layer.orDie(SqlRepo.layer().pipe(Layer.provideMerge(layer(url, connections))))), Effect.orDie)

if (import.meta.main) {
  const [, , url = "", rounds = "10"] = process.argv
  const { byHand, creates, ratio } = await Effect.runPromise(rates(url, Number(rounds)))
  process.stdout.write(`${creates.toFixed(0)} creates/s, by hand ${byHand.toFixed(0)}/s, ratio ${ratio.toFixed(2)}\n`)
}
