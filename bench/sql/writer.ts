/**
 * A process that creates sessions until it is killed, and tells of each one that was acknowledged:
 * `writer.ts URL FROM`. The nth session is between two people of its own.
 */
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as SqlRepo from "@proxy-session/sql/SqlRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FileSystem from "node:fs"
import { layer } from "./database.ts"
import { voiceConnectorId } from "./racer.ts"

/** Fictional numbers, by area code and last two digits: 16 million pairs. */
const person = (index: number) =>
  `+1${200 + (Math.floor(index / 100) % 790)}55501${String(index % 100).padStart(2, "0")}`

const [, , url = "", from = "0"] = process.argv
let next = Number(from)
const create = Effect.gen(function* () {
  const index = next++
  const repo = yield* ProxySessionRepo
  const { proxySessionId } = yield* repo.create({
    voiceConnectorId,
    participantPhoneNumbers: [person(index), person(index + 1)],
    name: String(index),
    capabilities: ["Voice"],
  })
  // Synchronous: what is told has left the process before the next create begins.
  FileSystem.writeSync(1, `${index} ${proxySessionId}\n`)
})

await Effect.runPromise(
  Effect.all(
    Array.from({ length: 4 }, () => Effect.forever(create)),
    { concurrency: "unbounded" },
  ).pipe(Effect.provide(SqlRepo.layer().pipe(Layer.provide(layer(url))))),
)
