/**
 * A server over memory in a process of its own, and plain sockets to ask it with.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Control from "@proxy-session/control/Control"
import * as ControlServer from "@proxy-session/control/ControlServer"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { signLikeBotocore } from "../../packages/server/test/support.ts"

const key = { id: "AKIDEXAMPLE", secret: "example-secret" }
export const host = "127.0.0.1"
export const inFlight = 64
export const sessions = "/voice-connectors/abcdef1ghij2klmno3pqr4/proxy-sessions"

const options = {
  authentication: { keys: Authentication.fromRecord({ [key.id]: { secretAccessKey: Redacted.make(key.secret) } }) },
}

/** The word after the program's name that puts the control API before the server. */
const withControl = "control"

const controlled = Layer.unwrap(
  Effect.gen(function* () {
    const { around, observe } = yield* Control.Control
    const before = yield* ControlServer.make({ version: "bench" })
    return ProxySessionServer.layer({ ...options, around, observe, before })
  }),
).pipe(Layer.provide(Control.layer({ store: "memory" })))

const serve = (process.argv.includes(withControl) ? controlled : ProxySessionServer.layer(options)).pipe(
  Layer.merge(
    Layer.effectDiscard(
      Effect.map(HttpServer.HttpServer, ({ address }) =>
        process.stdout.write(`${new URL(HttpServer.formatAddress(address)).port}\n`),
      ),
    ),
  ),
  Layer.provide(NodeHttpServer.layer(() => NodeServer.createServer(), { host, port: 0, backlog: 4096 })),
  Layer.provide(MemoryRepo.layer()),
)

/** Makes the bytes of a request that a key signs. */
export const signedWith =
  (by: { readonly id: string; readonly secret: string }) =>
  (method: string, path: string, body = ""): Buffer => {
    const date = new Date().toISOString().replace(/[-:]|\.\d+/gu, "")
    const headers = signLikeBotocore(
      { accessKeyId: by.id, secret: by.secret, date, region: "us-east-1", service: "chime" },
      { method, path, headers: { host }, body },
    )
    const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) }
    const lines = Object.entries({ ...headers, ...length }).map(([name, value]) => `${name}: ${value}`)
    return Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, "", body].join("\r\n"))
  }

export const signed = signedWith(key)

export const open = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, host, () => resolve(socket.setNoDelay()))
    socket.once("error", reject)
  })

/** Sends a request and waits for the whole answer. */
export const ask = (socket: Socket, request: Buffer) =>
  new Promise<string>((resolve, reject) => {
    let received = ""
    const onData = (chunk: Buffer) => {
      received += chunk.toString("latin1")
      const head = received.indexOf("\r\n\r\n")
      if (head < 0) return
      const length = Number(/\r\ncontent-length: (\d+)/iu.exec(received)?.[1] ?? 0)
      if (received.length < head + 4 + length) return
      socket.off("data", onData)
      socket.off("close", onClose)
      resolve(received)
    }
    const onClose = () => reject(new Error("closed before the answer"))
    if (socket.destroyed) return onClose()
    socket.on("data", onData)
    socket.on("close", onClose)
    socket.write(request)
  })

/** A server with as many sessions as requests are in flight. */
export interface Served {
  readonly port: number
  readonly paths: ReadonlyArray<string>
  /** The bytes of its heap that are in use after a collection. */
  readonly heapUsed: () => Promise<number>
  /** The microseconds of processor time that it has taken. */
  readonly processorTime: () => Promise<number>
}

/** Starts a server, runs, and stops it. */
export const withServer = async (
  run: (served: Served) => Promise<void>,
  { control = false }: { readonly control?: boolean } = {},
): Promise<void> => {
  const argv = ["--expose-gc", import.meta.filename, ...(control ? [withControl] : [])]
  const server = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  })
  const told = (what: "heap" | "processor") => async () => {
    const answered = once(server, "message")
    server.send(what)
    const [number] = await answered
    return Number(number)
  }
  try {
    const port = await new Promise<number>((resolve) => server.stdout?.once("data", (line) => resolve(Number(line))))
    const first = await open(port)
    const body = JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] })
    await ask(first, signed("PUT", sessions.replace("proxy-sessions", "programmable-numbers/proxy"), body))
    const paths: Array<string> = []
    for (let i = 0; i < inFlight; i++) {
      const ParticipantPhoneNumbers = [`+1206555${String(100 + i).padStart(4, "0")}`, "+14015550101"]
      const creation = JSON.stringify({ ParticipantPhoneNumbers, Capabilities: ["Voice"] })
      const answer = await ask(first, signed("POST", sessions, creation))
      const id = /"ProxySessionId":"([^"]+)"/u.exec(answer)?.[1]
      if (id === undefined) throw new Error(answer)
      paths.push(`${sessions}/${id}`)
    }
    first.destroy()
    await run({ port, paths, heapUsed: told("heap"), processorTime: told("processor") })
  } finally {
    server.kill()
  }
}

if (import.meta.main) {
  process.on("message", (what) => {
    if (what === "processor") {
      const { system, user } = process.cpuUsage()
      process.send?.(system + user)
      return
    }
    globalThis.gc?.()
    process.send?.(process.memoryUsage().heapUsed)
  })
  process.on("disconnect", () => process.exit())
  Effect.runFork(Layer.launch(serve))
}
