/**
 * How long a carrier waits: signed voice webhooks with 64 in flight, each a new call, over memory and over SQLite with
 * `synchronous=FULL`, beside creates of sessions on the same server. The two take turns, so that their ratio counts on a machine
 * that is busy.
 *
 *     node bench/server/calls.ts
 *
 * The server is `proxy-session serve` in a process of its own, and the load comes from this one. Takes about half a minute.
 */
import { createHmac } from "node:crypto"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import type { Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { command } from "../../scripts/bundle.ts"
import { ask, host, inFlight, open, sessions, signed } from "./served.ts"

const publicUrl = "https://calls.example.com"
const authToken = "an example"
const rounds = 5
const seconds = 2
/** How many requests of each connection are made before a turn. */
const prepared = 150

interface Ports {
  readonly api: number
  readonly calls: number
}

/** Starts a server on a store and stops it when the run is over. */
const withStore = async (database: string, run: (ports: Ports) => Promise<void>) => {
  const argv = ["serve", "--port", "0", "--gateway-port", "0", "--public-url", publicUrl, "--calls-per-minute", "0"]
  const server = spawn(process.execPath, [join(command(), "proxy-session.cjs"), ...argv, "--database", database], {
    env: {
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example-secret",
      PROXY_SESSION_TWILIO_AUTH_TOKENS: authToken,
    },
    stdio: ["ignore", "pipe", "inherit"],
  })
  try {
    const ports = await new Promise<Ports>((resolve) => {
      let text = ""
      server.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk
        const [, api, calls] = /listening on \S+:(\d+)\ncalls on \S+:(\d+)/u.exec(text) ?? []
        if (api !== undefined) resolve({ api: Number(api), calls: Number(calls) })
      })
    })
    await run(ports)
  } finally {
    server.kill()
  }
}

let count = 0

const people = (n: number) => [`+1${200 + Math.floor(n / 100)}55501${String(n % 100).padStart(2, "0")}`, "+14015550199"]

const creation = () => {
  const ParticipantPhoneNumbers = [
    people((count += 1) % 70_000)[0],
    `+44770090${String(count % 10_000).padStart(4, "0")}`,
  ]
  return signed("POST", sessions, JSON.stringify({ ParticipantPhoneNumbers, Capabilities: ["Voice"] }))
}

const webhook = (from: string, to: string) => {
  const path = "/twilio/voice/abcdef1ghij2klmno3pqr4"
  const members = [
    ["CallSid", `CA${(count += 1).toString().padStart(32, "0")}`],
    ["From", from],
    ["To", to],
  ] as const
  const text = publicUrl + path + members.map((member) => member.join("")).join("")
  const body = new URLSearchParams(members.map(([...member]) => member)).toString()
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-www-form-urlencoded\r\n` +
      `x-twilio-signature: ${createHmac("sha1", authToken).update(text).digest("base64")}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/**
 * Keeps every connection busy for some seconds and adds what each answer took. The requests are made before: to sign one takes
 * this process longer than to send it, and whoever waits for an answer would wait for that, too.
 */
const load = async (
  sockets: ReadonlyArray<Socket>,
  request: (index: number) => Buffer,
  sign: string,
  took: Array<number>,
) => {
  const ready = sockets.map((_, index) => Array.from({ length: prepared }, () => request(index)))
  const end = performance.now() + seconds * 1000
  await Promise.all(
    sockets.map(async (socket, index) => {
      while (performance.now() < end) {
        const bytes = ready[index]?.pop() ?? request(index)
        const sent = performance.now()
        const answer = await ask(socket, bytes)
        if (!answer.includes(sign)) throw new Error(answer.slice(0, 400))
        took.push(performance.now() - sent)
      }
    }),
  )
}

const quantile = (took: ReadonlyArray<number>, part: number) =>
  Number((took.toSorted((one, other) => one - other)[Math.floor((took.length - 1) * part)] ?? 0).toFixed(2))

const folder = mkdtempSync(join(tmpdir(), "proxy-session-calls-"))
try {
  for (const [name, database] of [
    ["memory", "memory:"],
    ["SQLite, FULL", `sqlite:${join(folder, "calls.db")}`],
  ] as const) {
    await withStore(database, async ({ api, calls }) => {
      const [toApi, toCalls] = await Promise.all(
        [api, calls].map((port) => Promise.all(Array.from({ length: inFlight }, () => open(port)))),
      )
      if (toApi === undefined || toCalls === undefined) throw new Error("no sockets")
      const [first] = toApi
      if (first === undefined) throw new Error("no socket")
      const configuration = { DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }
      const proxy = sessions.replace("proxy-sessions", "programmable-numbers/proxy")
      await ask(first, signed("PUT", proxy, JSON.stringify(configuration)))
      const pairs: Array<readonly [string, string]> = []
      for (let i = 0; i < inFlight; i++) {
        const ParticipantPhoneNumbers = people(79_000 + i)
        const body = JSON.stringify({ ParticipantPhoneNumbers, Capabilities: ["Voice"] })
        const answer = await ask(first, signed("POST", sessions, body))
        const masked = /"ProxyPhoneNumber":"([^"]+)"/u.exec(answer)?.[1]
        if (masked === undefined) throw new Error(answer)
        pairs.push([ParticipantPhoneNumbers[0] ?? "", masked])
      }
      const ring = (index: number) => webhook(...(pairs[index % pairs.length] ?? ["", ""]))
      const took = { webhook: new Array<number>(), create: new Array<number>() }
      await load(toCalls, ring, "<Number", [])
      await load(toApi, creation, "HTTP/1.1 201", [])
      for (let round = 0; round < rounds; round++) {
        await load(toCalls, ring, "<Number", took.webhook)
        await load(toApi, creation, "HTTP/1.1 201", took.create)
      }
      for (const [what, all] of Object.entries(took)) {
        const perSecond = Math.round(all.length / rounds / seconds)
        process.stdout.write(
          `${name}, ${what}: ${perSecond} / s, p50 ${quantile(all, 0.5)} ms, p99 ${quantile(all, 0.99)} ms\n`,
        )
      }
      for (const socket of [...toApi, ...toCalls]) socket.destroy()
    })
  }
} finally {
  rmSync(folder, { recursive: true })
}
