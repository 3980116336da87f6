/**
 * Servers in processes of their own that are asked for signed gets and creates, and what that takes of the processor.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import type { Socket } from "node:net"
import * as Path from "node:path"
import { key } from "../client/floors.ts"
import { ask, inFlight, open, sessions, signedWith } from "./served.ts"

export const signed = signedWith({ id: key.accessKeyId, secret: key.secretAccessKey })

export interface Server {
  readonly child: ChildProcess
  readonly sockets: ReadonlyArray<Socket>
}

/** Starts a program that prints its port, and opens the connections to it. */
export const start = async (
  argv: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<Server> => {
  const child = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey, ...env },
  })
  const [line] = await once(child.stdout, "data")
  const port = Number(/(\d+)\/?\s*$/u.exec(String(line))?.[1])
  return { child, sockets: await Promise.all(Array.from({ length: inFlight }, () => open(port))) }
}

export const stop = ({ child, sockets }: Server): void => {
  for (const socket of sockets) socket.destroy()
  child.kill()
}

const command = Path.join(import.meta.dirname, "../../packages/cli/src/bin.ts")

/** The floor, and its get: verified by hand, or with `bare` not at all. */
export const startFloor = async (...words: ReadonlyArray<"bare">) => {
  const get = signed("GET", `${sessions}/00000001-cca2-3955-fc3b-e2d6cc953cd7`)
  return { ...(await start([Path.join(import.meta.dirname, "floor.ts"), ...words])), get: () => get }
}

let created = 0

/** A create for two people who are in no other session, so that the pool does not run out of numbers. */
export const creation = (): Buffer =>
  signed(
    "POST",
    sessions,
    JSON.stringify({
      ParticipantPhoneNumbers: [`+1206${2_000_000 + ++created}`, `+1401${2_000_000 + created}`],
      Capabilities: ["Voice"],
    }),
  )

/**
 * As many creates as can be asked for in some seconds, signed before, as gets are: to sign one takes the asking process
 * longer than to send it, and it has no more than a processor for itself. Beyond them they are signed as they are needed.
 */
export const creations = (seconds: number): (() => Buffer) => {
  const ready = Array.from({ length: Math.ceil(6000 * seconds) }, creation)
  return () => ready.pop() ?? creation()
}

/** Starts `proxy-session serve` as users do, with as many sessions as requests are in flight, and answers their gets. */
export const serve = async (
  database: string,
  flags: ReadonlyArray<string> = [],
  env: Readonly<Record<string, string>> = {},
) => {
  const server = await start([...flags, command, "serve", "--port", "0", "--database", database], env)
  const [socket] = server.sockets
  if (socket === undefined) throw new Error("no connection")
  const configuration = JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] })
  await ask(socket, signed("PUT", sessions.replace("proxy-sessions", "programmable-numbers/proxy"), configuration))
  const gets: Array<Buffer> = []
  for (let i = 0; i < inFlight; i++) {
    const answer = await ask(socket, creation())
    const id = /"ProxySessionId":"([^"]+)"/u.exec(answer)?.[1]
    if (id === undefined) throw new Error(answer)
    gets.push(signed("GET", `${sessions}/${id}`))
  }
  return { ...server, get: (index: number) => gets[index] ?? Buffer.alloc(0) }
}

/** The microseconds of processor time that a process has taken, all its threads together. */
const cpuOf = (pid: number | undefined): number => {
  const tasks = `/proc/${pid}/task`
  const taken = FileSystem.readdirSync(tasks).map((task) =>
    Number(FileSystem.readFileSync(Path.join(tasks, task, "schedstat"), "utf8").split(" ")[0]),
  )
  return taken.reduce((sum, each) => sum + each, 0) / 1000
}

export interface Taken {
  readonly perSecond: number
  /** Microseconds of processor time a request. */
  readonly cpu: number
  /** Milliseconds. */
  readonly p99: number
}

/** Keeps each connection busy with one request at a time, for some seconds. */
export const measure = async (
  { child, sockets }: Server,
  requestOf: (index: number) => Buffer,
  seconds: number,
): Promise<Taken> => {
  const took: Array<number> = []
  const before = cpuOf(child.pid)
  const begun = performance.now()
  const end = begun + seconds * 1000
  await Promise.all(
    sockets.map(async (socket, index) => {
      for (let sent = performance.now(); sent < end; sent = performance.now()) {
        const answer = await ask(socket, requestOf(index))
        if (!answer.startsWith("HTTP/1.1 20")) throw new Error(answer.slice(0, 200))
        took.push(performance.now() - sent)
      }
    }),
  )
  const elapsed = (performance.now() - begun) / 1000
  took.sort((one, other) => one - other)
  return {
    perSecond: took.length / elapsed,
    cpu: (cpuOf(child.pid) - before) / took.length,
    p99: took[Math.floor((took.length - 1) * 0.99)] ?? 0,
  }
}
