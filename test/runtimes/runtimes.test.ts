/**
 * The program of `program.ts` in Bun, Deno and an edge runtime, as far as their npm packages can be had.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { lacking } from "../lacking.ts"
import { programs } from "../programs.ts"
import { bundle } from "./bundle.ts"
import { expected, StandIn } from "./stand-in.ts"

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

const served = Effect.fnUntraced(function* (workerd: string) {
  const url = yield* HttpServer.addressFormattedWith(Effect.succeed)
  const path = yield* folder
  const port = yield* freePort
  writeFileSync(join(path, "script.js"), yield* bundle(answering))
  writeFileSync(join(path, "config.capnp"), configuration(url, port))
  const { listening } = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const argv = ["serve", "--control-fd=3", join(path, "config.capnp")]
      const child = spawn(workerd, argv, { stdio: ["ignore", "inherit", "inherit", "pipe"] })
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
  const found = programs()
  if ("reason" in found) return lacking("run in Bun, Deno and workerd", found.reason)
  const { bun, deno, workerd } = found

  it.live("run in Bun", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printed(bun), expected)
    }).pipe(Effect.provide(StandIn)),
  )

  it.live("run in Deno, which lets them use the network alone", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printed(deno, "run", "--no-prompt", "--allow-net=127.0.0.1"), expected)
    }).pipe(Effect.provide(StandIn)),
  )

  it.live("run in workerd", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* served(workerd), expected)
    }).pipe(Effect.provide(StandIn)),
  )
})
