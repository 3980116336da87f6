/**
 * A SIP trunk on loopback: the gateway, Redis, rtpengine and Kamailio on free ports, and SIPp for the phones.
 *
 * Callers and callees have addresses of their own in 127.0.0.0/8, so that an address that gets through is found, too.
 */
import * as RouteApi from "@proxy-session/gateway/RouteApi"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import * as Dgram from "node:dgram"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import * as Net from "node:net"
import * as Os from "node:os"
import * as Path from "node:path"
import { serve } from "../../packages/cli/test/process.ts"
import { freePort } from "../sql/postgres.ts"
import * as Scenario from "./scenario.ts"

export const alice: Scenario.Person = { number: "+14155550101", name: "Alicia" }
export const bob: Scenario.Person = { number: "+13125550188", name: "Robert" }
export const proxyNumber = "+12065550142"
export const session = ["--voice-connector-id", "abcdef1ghij2klmno3pqr4", "--proxy-session-id", "call"] as const
export const token = "a-token-of-no-use-anywhere"

/** What an address of the loopback network is for. */
const addresses = { proxy: "127.0.0.1", caller: "127.0.0.2", callee: "127.0.0.3" } as const

type Role = "callee" | "caller"

/** What tells who somebody is: seven digits are enough of a number. */
export const secretsOf = ({ name, number }: Scenario.Person, role: Role) => [number.slice(-7), name, addresses[role]]

const seed = {
  connectors: [
    {
      voiceConnectorId: session[1],
      phoneNumbers: [proxyNumber],
      configuration: { defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] },
      sessions: [
        {
          proxySessionId: session[3],
          participantPhoneNumbers: [alice.number, bob.number],
          capabilities: ["Voice"],
        },
      ],
    },
  ],
}

const debian = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/kamailio/modules`

/** What is not installed of what a trunk needs. */
export const missing: ReadonlyArray<string> = [
  ...["kamailio", "rtpengine", "sipp", "redis-server"].filter(
    (program) => spawnSync("which", [program], { stdio: "ignore" }).status !== 0,
  ),
  ...["http_client.so", "json.so", "topos_redis.so"].filter((name) => !FileSystem.existsSync(Path.join(debian, name))),
]

interface Program {
  readonly child: ChildProcess
  readonly said: { readonly text: string }
}

/** A program in the background; it ends with the scope. */
const background = (
  program: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      // Nothing of this machine's environment gets in: libcurl would take a proxy from it.
      const child = spawn(program, args, {
        env: { PATH: process.env["PATH"] ?? "", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      })
      const said = { text: "" }
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          said.text += text
        })
      }
      return { child, said }
    }),
    ({ child }) =>
      Effect.promise(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const ended = once(child, "exit")
        child.kill("SIGTERM")
        const late = setTimeout(() => child.kill("SIGKILL"), 5000)
        await ended
        clearTimeout(late)
      }),
  )

const udpSocket = (address: string, port = 0) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const socket = Dgram.createSocket("udp4").bind(port, address)
      await once(socket, "listening")
      return socket
    }),
    (socket) => Effect.promise(() => new Promise<void>((resolve) => socket.close(resolve))),
  )

const udpPort = (role: keyof typeof addresses) =>
  Effect.scoped(Effect.map(udpSocket(addresses[role]), (socket) => socket.address().port))

/** Asks a program by datagrams until it answers. */
const answers = (text: string, port: number, { child, said }: Program, from: keyof typeof addresses) =>
  Effect.scoped(
    Effect.gen(function* () {
      const socket = yield* udpSocket(addresses[from])
      const ask = Effect.sync(() => socket.send(text, port, addresses.proxy))
      yield* Effect.raceAllFirst([
        Effect.promise(() => once(socket, "message")),
        Effect.andThen(
          Effect.promise(() => once(child, "close")),
          Effect.suspend(() => Effect.die(new Error(said.text))),
        ),
        Effect.repeat(ask, Schedule.spaced("50 millis")),
      ])
    }),
  )

const accepts = (port: number) =>
  Effect.callback<void, Error>((resume) => {
    const socket = Net.connect(port, addresses.proxy, () => resume(Effect.void))
    socket.on("error", (error) => resume(Effect.fail(error)))
    return Effect.sync(() => socket.destroy())
  }).pipe(Effect.retry(Schedule.spaced("50 millis")), Effect.orDie)

/** A message as SIPp has kept it. */
export interface Message {
  readonly at: number
  readonly received: boolean
  readonly text: string
}

/** What one side of a call went through: `code` is 0 if its scenario was played to the end. */
export interface Side {
  readonly code: number | null
  readonly messages: ReadonlyArray<Message>
  readonly log: string
}

/** The bytes that a side was sent. */
export const heard = ({ messages }: Side): string =>
  messages.flatMap(({ received, text }) => (received ? [text] : [])).join("\n")

/** Who plays what. */
export interface Player {
  readonly person: Scenario.Person
  readonly steps: ReadonlyArray<string>
}

export interface Options {
  readonly calls?: number
  readonly perSecond?: number
  /** Of SIPp's words: `%u` is the number of the call, `%p` the process. */
  readonly callId?: string
}

export class Trunk extends Context.Service<
  Trunk,
  {
    readonly url: string
    /** What the gateway knows of the session's calls. */
    readonly interactions: Effect.Effect<RouteApi.Interactions["Interactions"]>
    /** The processes of rtpengine and Redis. */
    readonly pids: Readonly<Record<"redis" | "relay", number | undefined>>
    readonly stopGateway: Effect.Effect<void>
    /** What Kamailio has logged. */
    readonly logged: () => string
    /** Plays calls. Without a callee, what comes to where one would be is kept all the same. */
    readonly play: (
      players: { readonly caller: Player; readonly callee?: Player },
      options?: Options,
    ) => Effect.Effect<Record<Role, Side>>
  }
>()("test/sip/Trunk") {}

const kept = (messages: string): ReadonlyArray<Message> =>
  messages.split(/^-{20,} /mu).flatMap((part) => {
    const [, at = "", direction, text = ""] =
      /^(\S+\s\S+)\n\w+ message (received|sent)[^\n]*\n\n(.*)$/su.exec(part) ?? []
    return direction === undefined
      ? []
      : [{ at: Date.parse(`${at.replace(/\s/u, "T")}Z`), received: direction === "received", text }]
  })

const phone = Effect.fnUntraced(function* (
  folder: string,
  role: Role,
  player: Player,
  port: number,
  flags: ReadonlyArray<string>,
) {
  const file = (kind: string) => Path.join(folder, `${role}-${port}.${kind}`)
  const read = (kind: string) =>
    FileSystem.existsSync(file(kind)) ? FileSystem.readFileSync(file(kind), "latin1") : ""
  FileSystem.writeFileSync(file("xml"), Scenario.play(...player.steps))
  const own = ["-i", addresses[role], "-mi", addresses[role], "-p", `${port}`, "-sf", file("xml")]
  const bounds = ["-nostdin", "-timeout_error"]
  const traces = ["-trace_msg", "-message_file", file("messages"), "-trace_err", "-error_file", file("errors")]
  const { child, said } = yield* background("sipp", [...own, ...bounds, ...traces, ...flags])
  return Effect.promise(async (): Promise<Side> => {
    if (child.exitCode === null) await once(child, "close")
    const raw = read("messages")
    const messages = kept(raw)
    for (const kind of ["messages", "errors"]) FileSystem.rmSync(file(kind), { force: true })
    return { code: child.exitCode, messages, log: `${said.text}\n${read("errors")}\n${raw}` }
  })
})

/** Listens where a callee would, and keeps what comes. */
const nobody = Effect.fnUntraced(function* (port: number) {
  const socket = yield* udpSocket(addresses.callee, port)
  const messages: Array<Message> = []
  socket.on("message", (bytes) => messages.push({ at: 0, received: true, text: bytes.toString("latin1") }))
  return Effect.succeed<Side>({ code: 0, messages, log: "" })
})

/** What Kamailio asks instead of the gateway. */
type Front = (gateway: string) => Effect.Effect<string, never, Scope.Scope>

/** A trunk with the configuration that is shipped, or another. */
export const layer = (
  config: string = Path.resolve(import.meta.dirname, "../../deploy/sip/kamailio.cfg"),
  front: Front = Effect.succeed,
): Layer.Layer<Trunk> => Layer.effect(Trunk, start(config, front))

const start = Effect.fnUntraced(function* (config: string, front: Front) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-sip-"))),
    (path) => Effect.sync(() => FileSystem.rmSync(path, { recursive: true })),
  )
  const seedFile = Path.join(folder, "seed.json")
  FileSystem.writeFileSync(seedFile, JSON.stringify(seed))
  const [redisPort, sipPort, relayPort, calleePort] = yield* Effect.all([
    freePort,
    udpPort("proxy"),
    udpPort("proxy"),
    udpPort("callee"),
  ])
  const gateway = Effect.gen(function* () {
    const flags = ["--gateway-port", "0", "--public-url", "http://127.0.0.1", "--calls-per-minute", "0"]
    const server = yield* serve(["--no-auth", "--seed", seedFile, ...flags], {
      PROXY_SESSION_ROUTE_TOKEN: token,
      PROXY_SESSION_RING_SECONDS: "2",
    })
    return { ...server, calls: (yield* server.secondLine).replace("calls on ", "") }
  })
  const redis = Effect.tap(
    background("redis-server", ["--bind", addresses.proxy, "--port", `${redisPort}`, "--save", "", "--dir", folder]),
    () => accepts(redisPort),
  )
  const relay = Effect.tap(
    background(
      "rtpengine",
      [
        ["--config-file=none", "--foreground", "--log-stderr", "--log-level=4", "--table=-1", "--num-threads=2"],
        [`--interface=${addresses.proxy}`, `--listen-ng=${addresses.proxy}:${relayPort}`],
        ["--port-min=20000", "--port-max=29999"],
      ].flat(),
    ),
    (program) => answers("1 d7:command4:pinge", relayPort, program, "proxy"),
  )
  const [server, { child: relayProcess }, { child: redisProcess }] = yield* Effect.all(
    [Effect.orDie(gateway), relay, redis],
    { concurrency: "unbounded" },
  )
  const kamailio = yield* background(
    "kamailio",
    ["-f", config, "-DD", "-E", "-Y", folder, "-P", Path.join(folder, "kamailio.pid")],
    {
      SIP_LISTEN: `udp:${addresses.proxy}:${sipPort}`,
      SIP_DOMAIN: "calls.example",
      SIP_TRUNK: `${addresses.callee}:${calleePort}`,
      SIP_TRUNK_ADDRESSES: `${addresses.caller} ${addresses.callee}`,
      SIP_RTPENGINE: `udp:${addresses.proxy}:${relayPort}`,
      SIP_REDIS: `name=topos;addr=${addresses.proxy};port=${redisPort}`,
      PROXY_SESSION_GATEWAY_URL: yield* front(server.calls),
      PROXY_SESSION_ROUTE_TOKEN: token,
    },
  )
  yield* answers(options, sipPort, kamailio, "caller")
  return Trunk.of({
    url: server.url,
    interactions: Effect.promise(async () => {
      const answer = await fetch(`${server.calls}/interactions?session=${session[3]}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      return Schema.decodeUnknownSync(RouteApi.Interactions)(await answer.json()).Interactions
    }),
    pids: { redis: redisProcess.pid, relay: relayProcess.pid },
    stopGateway: Effect.asVoid(server.stop("SIGKILL")),
    logged: () => kamailio.said.text,
    play: ({ callee, caller }, { callId = "%u-%p", calls = 1, perSecond = 10 } = {}) =>
      Effect.scoped(
        Effect.gen(function* () {
          const count = ["-m", `${calls}`, "-timeout", `${10 + Math.ceil(calls / perSecond)}s`]
          const called = yield* callee === undefined
            ? nobody(calleePort)
            : phone(folder, "callee", callee, calleePort, count)
          const target = `${addresses.proxy}:${sipPort}`
          const flags = [...count, "-r", `${perSecond}`, "-cid_str", callId, target]
          const calling = yield* phone(folder, "caller", caller, yield* udpPort("caller"), flags)
          return { caller: yield* calling, callee: yield* called }
        }),
      ),
  })
})

const options = [
  "OPTIONS sip:127.0.0.1 SIP/2.0",
  "Via: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKready;rport",
  "From: <sip:test@127.0.0.2>;tag=1",
  "To: <sip:127.0.0.1>",
  "Call-ID: ready",
  "CSeq: 1 OPTIONS",
  "Max-Forwards: 70",
  "Content-Length: 0",
  "",
  "",
].join("\r\n")
