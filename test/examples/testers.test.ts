/**
 * The files for testers in `examples`: the pytest fixture with real boto3, and the global set-up of vitest with the SDK for
 * JavaScript, each in several workers on one stand-in.
 */
import { assert, describe, it } from "vitest"
import { execFile, type ExecFileException, spawn } from "node:child_process"
import { once } from "node:events"
import * as Path from "node:path"
import { createInterface } from "node:readline"
import { command } from "../../scripts/bundle.ts"
import { findBoto3 } from "../interop/boto3.ts"
import { lacking } from "../lacking.ts"

const folder = Path.resolve(import.meta.dirname, "../../examples")
const bin = Path.join(command(), "proxy-session.cjs")
const own = `${process.execPath} ${bin}`

/** The environment of a tester, in which nothing is set but what the files ask for. */
const environment = (settings: Readonly<Record<string, string>>) => ({
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  NO_COLOR: "1",
  ...settings,
})

const run = (program: string, argv: ReadonlyArray<string>, cwd: string, settings: Readonly<Record<string, string>>) =>
  new Promise<{ readonly code: ExecFileException["code"]; readonly said: string }>((resolve) => {
    execFile(program, argv, { cwd, env: environment(settings), encoding: "utf8" }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, said: stdout + stderr }),
    )
  })

const token = "a-token-of-tests"

/** Runs with a server that all workers share. */
const withServer = async (use: (url: string) => Promise<void>) => {
  const server = spawn(process.execPath, [bin, "serve", "--port", "0", "--accounts", "any", "--control-token", token], {
    env: environment({}),
    stdio: ["ignore", "pipe", "ignore"],
  })
  try {
    const [line] = await once(createInterface(server.stdout), "line")
    await use(String(line).replace("listening on ", ""))
  } finally {
    server.kill()
  }
}

describe("the global set-up of vitest", () => {
  const vitest = [Path.resolve(folder, "../node_modules/vitest/vitest.mjs"), "run"]
  const cwd = Path.join(folder, "vitest")

  it("starts a stand-in, and its tests pass in two workers", async () => {
    const { code, said } = await run(process.execPath, vitest, cwd, { STAND_IN_COMMAND: own })
    assert.strictEqual(code, 0, said)
    assert.match(said, /Test Files +2 passed/u)
    assert.match(said, /Tests +6 passed/u)
  })
})

describe("the fixture of pytest", () => {
  const python = findBoto3("chime-sdk-voice")
  const cwd = Path.join(folder, "pytest")
  const argv = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
  if (python === undefined) return lacking("its tests pass with boto3", "no Python 3 here has a boto3 and a pytest")

  it("starts a stand-in, and its tests pass with boto3", async () => {
    const { code, said } = await run(python, argv, cwd, { STAND_IN_COMMAND: own, PYTHONDONTWRITEBYTECODE: "1" })
    assert.strictEqual(code, 0, said)
    assert.match(said, /10 passed/u)
  })

  it("lets three workers share a stand-in without seeing each other", () =>
    withServer(async (STAND_IN_URL) => {
      const workers = [1, 2, 3].map(() =>
        run(python, argv, cwd, { STAND_IN_URL, STAND_IN_TOKEN: token, PYTHONDONTWRITEBYTECODE: "1" }),
      )
      for (const { code, said } of await Promise.all(workers)) {
        assert.strictEqual(code, 0, said)
        assert.match(said, /10 passed/u)
      }
    }))
})
