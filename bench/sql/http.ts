/**
 * Gets a second through HTTP over each database, beside a server in memory, by turns: `http.ts URL… [ROUNDS]`.
 *
 * Rounds are paired, and the ratio is the median of each round's ratio.
 */
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

/** Provisions a server and answers how to measure it. */
const prepared = async ({ port }: Replica) => {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const [first] = sockets
  if (first === undefined) throw new Error("no sockets")
  const proxy = { DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }
  await ask(first, request("PUT", sessions.replace("proxy-sessions", "programmable-numbers/proxy"), proxy))
  const paths: Array<string> = []
  for (let index = 10; index < 60; index++) {
    const body = { ParticipantPhoneNumbers: [`+120655501${index}`, `+140155501${index}`], Capabilities: ["Voice"] }
    const id = /"ProxySessionId":"([^"]+)"/u.exec(await ask(first, request("POST", sessions, body)))?.[1] ?? ""
    paths.push(`${sessions}/${id}`)
  }
  const gets = paths.map((path) => request("GET", path))
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

export interface Gets {
  readonly memory: number
  readonly database: number
  readonly ratio: number
}

export const gets = async (url: string, rounds: number): Promise<Gets> => {
  const servers = [await start("memory:"), await start(url)] as const
  const [memory, database] = [await prepared(servers[0]), await prepared(servers[1])]
  try {
    const rates: Array<readonly [number, number]> = []
    for (let round = 0; round < rounds + 1; round++) {
      if (round % 2 === 0) rates.push([await memory.rate(), await database.rate()])
      else {
        const second = await database.rate()
        rates.push([await memory.rate(), second])
      }
    }
    // The first round warms up.
    const kept = rates.slice(1)
    return {
      memory: median(kept.map(([one]) => one)),
      database: median(kept.map(([, other]) => other)),
      ratio: median(kept.map(([one, other]) => other / one)),
    }
  } finally {
    memory.close()
    database.close()
    for (const server of servers) server.stop("SIGKILL")
  }
}

if (import.meta.main) {
  const [, , url = "", rounds = "6"] = process.argv
  const { database, memory, ratio } = await gets(url, Number(rounds))
  process.stdout.write(
    `memory ${memory.toFixed(0)} gets/s, ${database.toFixed(0)}/s over the database, ratio ${ratio.toFixed(2)}\n`,
  )
}
