/**
 * Three servers over one Postgres behind a balancer, under load, while one is killed and another one drains:
 * `replicas.ts URL [SECONDS]`.
 *
 * The balancer asks each server ten times a second whether it is ready, sends requests to those that are in turn, and tries
 * the next one only where a connection is refused, so that nothing was sent. Clients never repeat a call.
 */
import { voiceConnectorId } from "./racer.ts"
import * as Http from "node:http"
import { type Replica, start } from "./serving.ts"

/** What became of the calls after one server was told to stop. */
export interface Stopped {
  readonly calls: number
  /** Calls that failed because the server had them when it went. */
  readonly failed: number
  /** Calls that failed at another server. */
  readonly elsewhere: number
  /** How many milliseconds after the signal the last call failed. */
  readonly lastFailure: number
}

const clients = 16

/** One request to one port: its status, or the code of what went wrong. */
const ask = (port: number, agent: Http.Agent | undefined, method: string, path: string, body: string) =>
  new Promise<number | string>((resolve) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    const request = Http.request(
      { port, agent, host: "127.0.0.1", method, path, headers, timeout: 5000 },
      (response) => {
        response.resume().once("end", () => resolve(response.statusCode ?? 0))
        response.once("error", () => resolve("ERROR"))
      },
    )
    request.once("timeout", () => request.destroy())
    request.once("error", (error) => resolve("code" in error ? String(error.code) : "ERROR"))
    request.end(body)
  })

const person = (index: number) =>
  `+1${200 + (Math.floor(index / 100) % 790)}55501${String(index % 100).padStart(2, "0")}`

/** Runs a load, gives a server a signal in its middle, and counts. */
const stopping = async (
  replicas: ReadonlyArray<Replica>,
  victim: Replica,
  signal: "SIGKILL" | "SIGTERM",
  seconds: number,
) => {
  const failures: Array<number> = []
  let elsewhere = 0
  let calls = 0
  let turn = 0
  const over = new AbortController()
  let told = Number.POSITIVE_INFINITY
  const call = async (method: string, path: string, body = "") => {
    calls++
    const ready = replicas.filter(({ isReady }) => isReady)
    for (let tries = 0; tries < ready.length; tries++) {
      const replica = ready[turn++ % ready.length]
      if (replica === undefined) break
      const status = await ask(replica.port, replica.agent, method, path, body)
      if (status === "ECONNREFUSED") continue
      if (typeof status === "number" && status < 500) return
      if (replica === victim) failures.push(performance.now() - told)
      else elsewhere++
      return
    }
    elsewhere++
  }
  const check = async (replica: Replica) => {
    replica.isReady = (await ask(replica.monitoring, undefined, "GET", "/ready", "")) === 200
  }
  const checks = setInterval(() => void Promise.all(replicas.map(check)), 100)
  const path = `/voice-connectors/${voiceConnectorId}/proxy-sessions`
  const client = async (place: number) => {
    for (let index = 2 * place; !over.signal.aborted; index += 2 * clients) {
      const participants = [person(index), person(index + 1)]
      await call("POST", path, JSON.stringify({ ParticipantPhoneNumbers: participants, Capabilities: ["Voice"] }))
      await call("GET", `${path}?max-results=1`)
    }
  }
  const load = Promise.all(Array.from({ length: clients }, (_, place) => client(place)))
  await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 2))
  told = performance.now()
  victim.stop(signal)
  await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 2))
  over.abort()
  await load
  clearInterval(checks)
  await victim.ended
  return { calls, failed: failures.length, elsewhere, lastFailure: Math.max(0, ...failures) }
}

export const replicas = async (
  url: string,
  seconds: number,
): Promise<{ readonly killed: Stopped; readonly drained: Stopped }> => {
  const all = [await start(url), await start(url), await start(url)]
  const proxy = JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] })
  const [first, second, third] = all
  if (first === undefined || second === undefined || third === undefined) throw new Error("no replicas")
  try {
    await ask(first.port, undefined, "PUT", `/voice-connectors/${voiceConnectorId}/programmable-numbers/proxy`, proxy)
    const killed = await stopping(all, first, "SIGKILL", seconds)
    const drained = await stopping([second, third], second, "SIGTERM", seconds)
    return { killed, drained }
  } finally {
    for (const replica of all) {
      replica.stop("SIGKILL")
      replica.agent.destroy()
    }
  }
}

if (import.meta.main) {
  const [, , url = "", seconds = "8"] = process.argv
  for (const [name, stopped] of Object.entries(await replicas(url, Number(seconds)))) {
    const { calls, elsewhere, failed, lastFailure } = stopped
    process.stdout.write(
      `${name}: ${calls} calls, ${failed} failed at it (the last after ${lastFailure.toFixed(0)} ms), ${elsewhere} elsewhere\n`,
    )
  }
}
