/**
 * Gets a second through HTTP over each database, beside a server in memory, by turns: `http.ts URL… [ROUNDS]`.
 *
 * Rounds are paired, and the ratio is the median of each round's ratio.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Path from "node:path"
import { median } from "../results.ts"
import { ask, open } from "../server/served.ts"
import { type Replica, start } from "./serving.ts"

const connections = 16
const sessions = "/voice-connectors/abcdef1ghij2klmno3pqr4/proxy-sessions"
const seconds = 1.5

const request = (method: string, path: string, body?: object) => {
  const content = body === undefined ? "" : JSON.stringify(body)
  const lines = [`${method} ${path} HTTP/1.1`, "host: 127.0.0.1", `content-length: ${content.length}`, "", content]
  return Buffer.from(lines.join("\r\n"))
}

/** Measures gets a second over connections to a server. */
const gauge = async (port: number, gets: ReadonlyArray<Buffer>) => {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const rate = async () => {
    const end = performance.now() + seconds * 1000
    let count = 0
    await Promise.all(
      sockets.map(async (socket, place) => {
        for (let next = place; performance.now() < end; next++) {
          const answer = await ask(socket, gets[next % gets.length] ?? Buffer.alloc(0))
          if (!answer.startsWith("HTTP/1.1 200")) throw new Error(answer.slice(0, 200))
          count++
        }
      }),
    )
    return count / seconds
  }
  return { rate, close: () => sockets.forEach((socket) => socket.destroy()) }
}

/** Provisions a server and answers how to measure it. */
const prepared = async ({ port }: Replica) => {
  const first = await open(port)
  const proxy = { DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }
  await ask(first, request("PUT", sessions.replace("proxy-sessions", "programmable-numbers/proxy"), proxy))
  const paths: Array<string> = []
  for (let index = 10; index < 60; index++) {
    const body = { ParticipantPhoneNumbers: [`+120655501${index}`, `+140155501${index}`], Capabilities: ["Voice"] }
    const id = /"ProxySessionId":"([^"]+)"/u.exec(await ask(first, request("POST", sessions, body)))?.[1] ?? ""
    paths.push(`${sessions}/${id}`)
  }
  first.destroy()
  return gauge(
    port,
    paths.map((path) => request("GET", path)),
  )
}

/** The floor over a database that has a session. */
const floorOf = async (url: string) => {
  const child = spawn(process.execPath, [Path.join(import.meta.dirname, "select.ts"), url], {
    stdio: ["ignore", "pipe", "ignore"],
  })
  const [line] = await once(child.stdout, "data")
  const { close, rate } = await gauge(Number(line), [request("GET", "/")])
  return {
    rate,
    close: () => {
      close()
      child.kill()
    },
  }
}

export interface Gets {
  readonly memory: number
  readonly database: number
  readonly ratio: number
  /** One statement and a ready text, beside memory. */
  readonly floor: number
  readonly floorRatio: number
}

export const gets = async (url: string, rounds: number): Promise<Gets> => {
  const servers = [await start("memory:"), await start(url)] as const
  const gauges = [await prepared(servers[0]), await prepared(servers[1]), await floorOf(url)]
  try {
    const rates: Array<ReadonlyArray<number>> = []
    for (let round = 0; round < rounds + 1; round++) {
      const turn = new Map<number, number>()
      for (let place = 0; place < gauges.length; place++) {
        const next = (round + place) % gauges.length
        turn.set(next, (await gauges[next]?.rate()) ?? Number.NaN)
      }
      // The first round warms up.
      if (round > 0) rates.push(gauges.map((_, place) => turn.get(place) ?? Number.NaN))
    }
    const of = (figure: (memory: number, database: number, floor: number) => number) =>
      median(
        rates.map(([memory = Number.NaN, database = Number.NaN, floor = Number.NaN]) =>
          figure(memory, database, floor),
        ),
      )
    return {
      memory: of((memory) => memory),
      database: of((_, database) => database),
      ratio: of((memory, database) => database / memory),
      floor: of((_, __, floor) => floor),
      floorRatio: of((memory, _, floor) => floor / memory),
    }
  } finally {
    for (const each of gauges) each.close()
    for (const server of servers) server.stop("SIGKILL")
  }
}

if (import.meta.main) {
  const [, , url = "", rounds = "6"] = process.argv
  const { database, floor, floorRatio, memory, ratio } = await gets(url, Number(rounds))
  process.stdout.write(
    `memory ${memory.toFixed(0)} gets/s, ${database.toFixed(0)}/s over the database, ratio ${ratio.toFixed(2)}; ` +
      `one statement and a ready text ${floor.toFixed(0)}/s, ratio ${floorRatio.toFixed(2)}\n`,
  )
}
