/**
 * One of several processes that fight over few people and few numbers: `racer.ts URL SECONDS [control]`.
 *
 * Its sessions live for 5 to 65 milliseconds, since what matters happens when one ends. As a control, the condition that
 * keeps a live session's number is taken out of the two statements that ask for it.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as SqlClient from "effect/sql/SqlClient"
import * as Statement from "effect/sql/Statement"
import { layer } from "./database.ts"

export const voiceConnectorId = "race"
export const numbers = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => PhoneNumber.make(`${prefix}${String(index).padStart(2, "0")}`))
const people = numbers("+141555501", 8)

const withoutCondition: Statement.Transformer = (statement, sql) => {
  const [text, params] = statement.compile()
  const control = text
    .replace(/WHERE hold\.ends <= (?:\$\d+|\?)/u, "$& OR TRUE")
    .replace(/AND ends > \(SELECT now FROM at\)/u, "AND FALSE")
  return Effect.succeed(control === text ? statement : sql.unsafe(control, params))
}

const session = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const sql = yield* SqlClient.SqlClient
  const [first, second] = yield* Random.shuffle(people)
  const created = yield* repo.create({
    voiceConnectorId,
    participantPhoneNumbers: [first ?? "", second ?? ""],
    capabilities: ["Voice"],
  })
  const life = yield* Random.nextIntBetween(5, 65)
  const id = created.proxySessionId
  const shorten = sql.withTransaction(
    Effect.andThen(
      sql`UPDATE hold SET ends = (SELECT created FROM session WHERE session.id = ${id}) + ${life} WHERE session = ${id}`,
      sql`UPDATE session SET ends = created + ${life} WHERE id = ${id}`,
    ),
  )
  // An update has no order in which it locks its rows, so this one can wait for a create that waits for it.
  yield* Effect.retry(shorten, { while: ({ reason }) => reason._tag === "DeadlockError", times: 20 })
}).pipe(Effect.catchTag("BadRequestException", () => Effect.void))

const [, , url = "", seconds = "4", control] = process.argv
const program = Effect.all(
  Array.from({ length: 8 }, () => Effect.forever(Effect.andThen(session, Effect.sleep(1)))),
  { concurrency: "unbounded" },
).pipe(
  Effect.timeoutOption(`${Number(seconds)} seconds`),
  Effect.provideService(Statement.CurrentTransformer, control === "control" ? withoutCondition : undefined),
  Effect.provide(SqlRepo.layer().pipe(Layer.provideMerge(layer(url)))),
)
if (import.meta.main) await Effect.runPromise(program)
