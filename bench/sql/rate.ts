/**
 * Creates and gets a second beside the driver doing the same statements by hand, by turns: `rate.ts [ROUNDS]`.
 *
 * Rounds are paired, and the ratio is the median of each round's ratio, so that a machine that is slow for a while slows
 * both sides.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as NodeSqlite from "@proxy-session/sql/NodeSqlite"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { DatabaseSync } from "node:sqlite"
import { voiceConnectorId } from "./racer.ts"

const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-rate-"))
const person = (index: number) =>
  PhoneNumber.make(`+1${200 + (Math.floor(index / 100) % 790)}55501${String(index % 100).padStart(2, "0")}`)

/** The statements of one create, as text, over tables that `SqlRepo` made. */
const byHand = (filename: string) => {
  const db = new DatabaseSync(filename, { timeout: 0 })
  db.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
  const connector = db.prepare("SELECT id FROM connector").get()?.["id"] ?? 1
  const begin = db.prepare("BEGIN IMMEDIATE")
  const commit = db.prepare("COMMIT")
  const read = db.prepare(`
    WITH at AS (SELECT ? AS now), named AS (SELECT id, configuration FROM connector WHERE tenant = ? AND voice_connector_id = ?)
    SELECT 0 AS kind, now AS amount, NULL AS one, NULL AS other FROM at
    UNION ALL SELECT 1, id, configuration, NULL FROM named
    UNION ALL SELECT 2, 1, NULL, NULL FROM tenant WHERE tenant = ? AND provisioned = 1
    UNION ALL SELECT 3, place, number, country FROM pool_number WHERE connector IN (SELECT id FROM named)
    UNION ALL SELECT 4, NULL, proxy, NULL FROM hold
      WHERE connector IN (SELECT id FROM named) AND participant IN (?, ?) AND ends > (SELECT now FROM at)
    UNION ALL SELECT 5, NULL, proxy, NULL FROM habit WHERE connector IN (SELECT id FROM named) AND pair = ?`)
  const hold =
    db.prepare(`INSERT INTO hold (connector, proxy, session, ends, participant) VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)
    ON CONFLICT (connector, participant, proxy) DO UPDATE
      SET session = excluded.session, ends = excluded.ends, previous = hold.session WHERE hold.ends <= ? RETURNING previous`)
  const insert =
    db.prepare(`INSERT INTO session (connector, id, state, updated, ends, rest, created, first, second, proxy)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const habit = db.prepare(`INSERT INTO habit (connector, pair, proxy) VALUES (?, ?, ?)
    ON CONFLICT (connector, pair) DO UPDATE SET proxy = excluded.proxy WHERE habit.proxy <> excluded.proxy`)
  const one = db.prepare("SELECT * FROM session WHERE connector = ? AND id = ?")
  const tenant = "chime-sdk-voice\nus-east-1\n000000000000"
  return {
    create: (index: number): string => {
      const now = Date.now()
      const [first, second] = [person(index), person(index + 1)]
      const pair = `${first} ${second}`
      // As long as the ids of sessions are, and in the order of their creation, too.
      const id = `${String(now).padStart(13, "0")}-4000-8000-9000-${String(index).padStart(12, "0")}`.slice(1)
      const proxy = "+12065550100"
      const rest = JSON.stringify({ capabilities: ["Voice"], expiryMinutes: 60 })
      begin.run()
      read.all(now, tenant, voiceConnectorId, tenant, first, second, pair)
      const ends = now + 3_600_000
      hold.all(connector, proxy, id, ends, first, connector, proxy, id, ends, second, now)
      insert.run(connector, id, 0, now, ends, rest, now, first, second, proxy)
      habit.run(connector, pair, proxy)
      commit.run()
      return id
    },
    get: (id: string) => one.get(connector, id),
  }
}

const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const program = Effect.gen(function* () {
  const filename = Path.join(folder, "hand.db")
  const prepare = VoiceConnectorProxyRepo.use((proxies) =>
    proxies.put({ voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] }),
  )
  const open = (name: string) =>
    Layer.build(SqlRepo.layer().pipe(Layer.provide(NodeSqlite.layer({ filename: Path.join(folder, name) }))))
  yield* Effect.provide(prepare, yield* open("hand.db"))
  const context = yield* open("repo.db")
  yield* Effect.provide(prepare, context)
  const repo = yield* Effect.provide(ProxySessionRepo, context)
  const hand = byHand(filename)
  const timed = <A, E>(times: number, effect: Effect.Effect<A, E>) =>
    Effect.gen(function* () {
      const started = performance.now()
      yield* effect
      return (1000 * times) / (performance.now() - started)
    })
  let next = 0
  const rounds = Number(process.argv[2] ?? 15)
  const results: Record<"createHand" | "createRepo" | "getHand" | "getRepo", Array<number>> = {
    createHand: [],
    createRepo: [],
    getHand: [],
    getRepo: [],
  }
  let ids: Array<string> = []
  for (let round = 0; round < rounds; round++) {
    const from = next
    next += 400
    const byHandNow = timed(
      200,
      Effect.sync(() => {
        ids = []
        for (let index = from; index < from + 200; index++) ids.push(hand.create(index))
      }),
    )
    const made: Array<string> = []
    const byRepoNow = timed(
      200,
      Effect.gen(function* () {
        for (let index = from; index < from + 200; index++) {
          const session = yield* repo.create({
            voiceConnectorId,
            participantPhoneNumbers: [person(index), person(index + 1)],
            capabilities: ["Voice"],
          })
          made.push(session.proxySessionId)
        }
      }),
    )
    if (round % 2 === 0) {
      results.createHand.push(yield* byHandNow)
      results.createRepo.push(yield* byRepoNow)
    } else {
      results.createRepo.push(yield* byRepoNow)
      results.createHand.push(yield* byHandNow)
    }
    results.getHand.push(
      yield* timed(
        2000,
        Effect.sync(() => {
          for (let times = 0; times < 10; times++) for (const id of ids) hand.get(id)
        }),
      ),
    )
    results.getRepo.push(
      yield* timed(
        2000,
        Effect.gen(function* () {
          for (let times = 0; times < 10; times++)
            for (const proxySessionId of made) yield* repo.get({ voiceConnectorId, proxySessionId })
        }),
      ),
    )
  }
  const ratio = (ours: ReadonlyArray<number>, floor: ReadonlyArray<number>) =>
    median(ours.map((rate, index) => rate / (floor[index] ?? Number.NaN))).toFixed(2)
  return `creates: ${median(results.createRepo).toFixed(0)} a second, ${ratio(results.createRepo, results.createHand)} of the driver by hand
gets: ${median(results.getRepo).toFixed(0)} a second, ${ratio(results.getRepo, results.getHand)} of the driver by hand\n`
})

try {
  process.stdout.write(await Effect.runPromise(Effect.scoped(program)))
} finally {
  FileSystem.rmSync(folder, { recursive: true })
}
