/**
 * A process leaves no secret behind: not on its terminal, and not in a file.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { text } from "node:stream/consumers"
import { type Handler, reply, start } from "../../packages/http/test/server.ts"
import { found, numbers, transports } from "./listening.ts"

/** A folder that is the process's own, for its home, for what is temporary, and to work in. */
const folder = Effect.acquireRelease(
  Effect.sync(() => FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-secrets-"))),
  (path) => Effect.sync(() => FileSystem.rmSync(path, { recursive: true })),
)

const run = async (path: string, url: string, transport: string) => {
  const child = spawn(process.execPath, [Path.join(import.meta.dirname, "application.ts"), url, transport], {
    cwd: path,
    env: { PATH: process.env["PATH"], HOME: path, TMPDIR: path, XDG_CACHE_HOME: path },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")])
  return { code, stdout, stderr }
}

/** It fails, then refuses, with all of the request in every message. */
const echoing = (): Handler => {
  let requests = 0
  return (request, response) => {
    const { body, headers, method, target } = request
    const Message = [method, target, body, ...numbers, ...Object.values(headers)].join("\n")
    const status = ++requests % 2 === 1 ? 503 : 403
    reply(status, JSON.stringify({ Code: "Echo", Message }), { "x-amzn-requestid": numbers.join(" ") })(
      request,
      response,
    )
  }
}

describe.each(Object.keys(transports))("a process over %s", (transport) => {
  it.live("prints no secret and writes none into any file, though it is told them and dies of it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const server = yield* start(echoing())
      const { code, stderr, stdout } = yield* Effect.promise(() => run(path, server.url, transport))
      assert.strictEqual(code, 1, stderr)
      assert.isAtLeast(server.received.length, 8)
      const files = FileSystem.readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => Path.join(entry.parentPath, entry.name))
      assert.includeMembers(
        files.map((file) => Path.basename(file)),
        ["json.log", "logfmt.log"],
      )
      const written = files.map((file) => FileSystem.readFileSync(file, "latin1"))
      assert.isTrue(written.some((content) => content.includes("DeleteVoiceConnectorProxy failed")))
      assert.include(stderr, "UnmodeledServiceError")
      assert.deepStrictEqual(found([stdout, stderr, ...written]), [])
    }),
  )
})
