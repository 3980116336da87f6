/**
 * The program of `program.ts` in Bun, Deno and an edge runtime, as far as their npm packages can be had.
 *
 * They are large, so they are no dependencies of this repository: they are installed beside its caches when first needed.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import { execFile, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { isOnline } from "../packaging/registry.ts"
import { bundle } from "./bundle.ts"
import { runtimes, unfit } from "./packages.ts"
import { expected, StandIn } from "./stand-in.ts"

const cache = resolve(import.meta.dirname, "../../node_modules/.cache/runtimes")

const commandOf = (name: keyof typeof runtimes) => join(cache, "node_modules", name, runtimes[name].command)

const isThere = (name: keyof typeof runtimes): boolean =>
  existsSync(commandOf(name)) && spawnSync(commandOf(name), ["--version"], { timeout: 20_000 }).status === 0

/** Why a runtime cannot be tried, or nothing. */
const install = (): Readonly<Record<keyof typeof runtimes, string | undefined>> => {
  const names = ["bun", "deno", "workerd"] as const
  const all = (reason: (name: (typeof names)[number]) => string | undefined) =>
    ({ bun: reason("bun"), deno: reason("deno"), workerd: reason("workerd") }) as const
  if (unfit !== undefined) return all(() => unfit)
  if (names.every(isThere)) return all(() => undefined)
  if (!isOnline()) return all(() => "no registry can be reached")
  mkdirSync(cache, { recursive: true })
  const dependencies = Object.fromEntries(names.map((name) => [name, runtimes[name].package]))
  writeFileSync(join(cache, "package.json"), JSON.stringify({ name: "runtimes", private: true, dependencies }))
  const { status, stderr } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: cache,
    encoding: "utf8",
    timeout: 180_000,
  })
  // No answer in time is a slow network; anything else would be a mistake of ours.
  if (status === null) return all(() => "it could not be had within three minutes")
  if (status !== 0) throw new Error(stderr)
  return all((name) => (isThere(name) ? undefined : "it does not run on this machine"))
}

const reasons = install()
const title = (name: keyof typeof runtimes) => (reasons[name] === undefined ? "" : ` (skipped: ${reasons[name]})`)

const run = promisify(execFile)

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-runtimes-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true })),
)

/** A script that prints what the program says. */
const printing = `
import * as Effect from "effect/Effect"
import { program } from "./program.ts"
console.log(JSON.stringify(await Effect.runPromise(program(globalThis.process.argv.at(-1)))))`

const printed = Effect.fnUntraced(function* (command: string, ...argv: ReadonlyArray<string>) {
  const url = yield* HttpServer.addressFormattedWith(Effect.succeed)
  const script = join(yield* folder, "script.js")
  writeFileSync(script, yield* bundle(printing))
  const { stdout } = yield* Effect.promise(() => run(command, [...argv, script, url], { timeout: 30_000 }))
  return JSON.parse(stdout)
})

/** A worker that answers what the program says. */
const answering = `
import * as Effect from "effect/Effect"
import { program } from "./program.ts"
export default {
  fetch: async (request, env) => new Response(JSON.stringify(await Effect.runPromise(program(env.ENDPOINT)))),
}`

const configuration = (endpoint: string, port: number) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "net", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "script.js", esModule = embed "script.js")],
  compatibilityDate = "2026-01-01",
  globalOutbound = "net",
  bindings = [(name = "ENDPOINT", text = "${endpoint}")]
);
`

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})

const served = Effect.gen(function* () {
  const url = yield* HttpServer.addressFormattedWith(Effect.succeed)
  const path = yield* folder
  const port = yield* freePort
  writeFileSync(join(path, "script.js"), yield* bundle(answering))
  writeFileSync(join(path, "config.capnp"), configuration(url, port))
  const { listening } = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const argv = ["serve", "--control-fd=3", join(path, "config.capnp")]
      const child = spawn(commandOf("workerd"), argv, { stdio: ["ignore", "inherit", "inherit", "pipe"] })
      const ended = new Promise<never>((_, reject) => {
        child.once("exit", (code) => reject(new Error(`workerd ended with ${code}`)))
      })
      ended.catch(() => undefined)
      // It writes a line there for each socket that listens.
      const heard = new Promise((told) => child.stdio[3]?.once("data", told))
      return { child, listening: Promise.race([heard, ended]) }
    }),
    ({ child }) => Effect.sync(() => child.kill()),
  )
  yield* Effect.promise(() => listening)
  const answer = yield* Effect.promise(() => fetch(`http://127.0.0.1:${port}/`))
  return yield* Effect.promise(() => answer.json())
})

describe("memory, replay and the live Layer over fetch", () => {
  it.live.skipIf(reasons.bun !== undefined)(`run in Bun${title("bun")}`, () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printed(commandOf("bun")), expected)
    }).pipe(Effect.provide(StandIn)),
  )

  it.live.skipIf(reasons.deno !== undefined)(`run in Deno, which lets them use the network alone${title("deno")}`, () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printed(commandOf("deno"), "run", "--no-prompt", "--allow-net=127.0.0.1"), expected)
    }).pipe(Effect.provide(StandIn)),
  )

  it.live.skipIf(reasons.workerd !== undefined)(`run in workerd${title("workerd")}`, () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* served, expected)
    }).pipe(Effect.provide(StandIn)),
  )
})
