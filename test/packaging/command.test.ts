/**
 * The command as somebody has it who has only its tarball.
 */
import { publint } from "publint"
import { afterAll, assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { createInterface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import { tarballs } from "../../scripts/pack.ts"
import { lacking } from "../lacking.ts"
import { programs } from "../programs.ts"

const root = Path.resolve(import.meta.dirname, "../..")
const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-command-"))
afterAll(() => FileSystem.rmSync(folder, { recursive: true }))

const keys = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "an example", AWS_REGION: "us-east-1" }
const environment = { ...process.env, ...keys }

const tarball = (): string => tarballs()["@proxy-session/cli"] ?? ""

let command: string | undefined

/** The command, out of the tarball, where no other package is found. */
const unpacked = (): string => {
  if (command === undefined) execFileSync("tar", ["-xzf", tarball(), "-C", folder])
  return (command ??= Path.join(folder, "package/dist/proxy-session.cjs"))
}

const run = (node: string, argv: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  spawnSync(node, [unpacked(), ...argv], { cwd: folder, env: { ...environment, ...env }, encoding: "utf8" })

/** The commands that a help text names. */
const named = (help: string): ReadonlyArray<string> =>
  Array.from(help.matchAll(/^ {2}(?<name>[a-z][a-z-]*) {2,}\S/gmu), ({ groups }) => groups?.["name"] ?? "")

/** Every command, with those below it. */
const allCommands = (path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> => {
  const { status, stderr, stdout } = run(process.execPath, [...path, "--help"])
  assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" }, path.join(" "))
  return named(stdout.replace(/^EXAMPLES[\s\S]*/mu, "")).flatMap((name) => [
    [...path, name],
    ...allCommands([...path, name]),
  ])
}

interface Server {
  readonly url: string
  readonly process: ChildProcess
}

/** Starts a server and waits for its first line. It leads a group of its own, as a job in a terminal does. */
const serve = async (cwd: string, command: string, argv: ReadonlyArray<string>): Promise<Server> => {
  const all = [...argv, "serve", "--port", "0", "--database", `sqlite:${Path.join(folder, "sessions.db")}`]
  // There is no registry to get another package from.
  const env = cwd === root ? environment : { ...environment, npm_config_registry: "http://127.0.0.1:1" }
  const child = spawn(command, all, { cwd, env, detached: true, stdio: ["ignore", "pipe", "inherit"] })
  onTestFinished(() => endGroup(child))
  const { promise, reject, resolve } = Promise.withResolvers<string>()
  createInterface({ input: child.stdout })
    .on("line", (line) => {
      const url = /^listening on (?<url>\S+)$/u.exec(line)?.groups?.["url"]
      if (url !== undefined) resolve(url)
    })
    .once("close", () => reject(new Error("it ended before it listened")))
  return { url: await promise, process: child }
}

/** Ends a process and what it has started, if anything of that goes on after a failure. */
const endGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL")
  } catch {
    // There is nothing left of it.
  }
}

/** Waits until nobody listens any more. */
const gone = async (url: string): Promise<void> => {
  for (let wait = 0; wait < 100; wait++) {
    const isListening = await fetch(url).then(
      () => true,
      () => false,
    )
    if (!isListening) return
    await setTimeout(100)
  }
  assert.fail("it goes on")
}

/** One use of a command, and how it ends. `ID` stands for the id of the session that was created. */
interface Use {
  readonly argv: ReadonlyArray<string>
  readonly status?: number
  readonly stderr?: string
}

const connector = ["--voice-connector-id", "abcdef1ghij2klmno3pqr4"]
const session = [...connector, "--proxy-session-id", "ID"]
const people = ["--participant-phone-numbers", "+14015550101", "+12065550100"]
const settings = ["--default-session-expiry-minutes", "60", "--phone-number-pool-countries", "US"]

const recorded = Path.join(root, "examples/ride-calls/__cassettes__/Replay.test.ts")
const cassettes = FileSystem.readdirSync(recorded).map((name) => Path.join(recorded, name))

const file = (name: string) => Path.join(folder, name)
/** Where the server of this test keeps its sessions. */
const kept = `sqlite:${file("sessions.db")}`

const nowhere = "http://127.0.0.1:1"
const gateway = ["--gateway-url", nowhere, "--route-token", "example"]
const made = ["--voice-connector-id", "CONNECTOR"]
const number = ["--e164-phone-numbers", "+12065550142"]

const provisioning: Readonly<Record<string, Use>> = {
  "search-available-phone-numbers": { argv: ["--area-code", "206", "--max-results", "2"] },
  "create-phone-number-order": { argv: ["--product-type", "VoiceConnector", ...number] },
  "get-phone-number-order": { argv: ["--phone-number-order-id", "ORDER"] },
  "create-voice-connector": { argv: ["--name", "Rides", "--require-encryption"] },
  "get-voice-connector": { argv: made },
  "list-voice-connectors": { argv: [] },
  "update-voice-connector": { argv: [...made, "--name", "More rides", "--require-encryption"] },
  "associate-phone-numbers-with-voice-connector": { argv: [...made, ...number] },
  "list-phone-numbers": { argv: [] },
  "get-phone-number": { argv: ["--phone-number-id", "+12065550142"] },
  "disassociate-phone-numbers-from-voice-connector": { argv: [...made, ...number] },
  "delete-voice-connector": { argv: made },
}

/** In an order that makes sense. */
const uses: Readonly<Record<string, Use>> = {
  "put-voice-connector-proxy": { argv: [...connector, ...settings] },
  "get-voice-connector-proxy": { argv: connector },
  "create-proxy-session": { argv: [...connector, ...people, "--capabilities", "Voice"] },
  "get-proxy-session": { argv: session },
  "list-proxy-sessions": { argv: [...connector, "--query", "ProxySessions[].Status", "--output", "yaml"] },
  "update-proxy-session": { argv: [...session, "--capabilities", "SMS"] },
  "delete-proxy-session": { argv: session },
  "watch-proxy-session": { argv: session, status: 254, stderr: "NotFoundException" },
  "delete-voice-connector-proxy": { argv: connector },
  ...provisioning,
  export: { argv: ["--database", kept, file("exported.jsonl")], stderr: "exported 1 tenants, 1 Voice Connectors" },
  import: { argv: ["--database", `sqlite:${file("imported.db")}`, file("exported.jsonl")] },
  backup: { argv: ["--database", kept, file("backup.db")] },
  erase: { argv: ["--database", kept, file("numbers.txt")] },
  "wait-until-ready": { argv: ["--url", "URL"] },
  // Over a database there is no control without a token.
  control: { argv: ["journal", "--url", "URL"], status: 255, stderr: "control" },
  // Nobody listens there.
  route: {
    argv: ["--from", "+14015550101", "--to", "+12065550142", ...gateway],
    status: 255,
    stderr: nowhere,
  },
  interactions: { argv: [...session, ...gateway], status: 255, stderr: nowhere },
  cassette: { argv: ["check", ...cassettes] },
  // The driver for Postgres is in the bundle, too, and finds that nobody listens there.
  serve: {
    argv: ["--database", "postgres://127.0.0.1:1/nowhere"],
    status: 255,
    stderr: "The database failed: ConnectionError",
  },
}

/** What later commands take from an answer. */
const answered: Readonly<Record<string, Readonly<Record<string, (json: Answered) => string>>>> = {
  "create-proxy-session": { ID: (json) => json.ProxySession.ProxySessionId },
  "create-phone-number-order": { ORDER: (json) => json.PhoneNumberOrder.PhoneNumberOrderId },
  "create-voice-connector": { CONNECTOR: (json) => json.VoiceConnector.VoiceConnectorId },
}

interface Answered {
  readonly ProxySession: { readonly ProxySessionId: string }
  readonly PhoneNumberOrder: { readonly PhoneNumberOrderId: string }
  readonly VoiceConnector: { readonly VoiceConnectorId: string }
}

describe("the command's tarball", () => {
  it("needs no other package", () => {
    unpacked()
    const manifest = JSON.parse(FileSystem.readFileSync(Path.join(folder, "package/package.json"), "utf8"))
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"]) assert.notProperty(manifest, kind)
    assert.deepStrictEqual(manifest.bin, { "proxy-session": "./dist/proxy-session.cjs" })
    assert.deepStrictEqual(manifest.exports, { "./package.json": "./package.json" })
  })

  it("is as publint would have it", async () => {
    const { buffer } = new Uint8Array(FileSystem.readFileSync(tarball()))
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true })
    assert.deepStrictEqual(messages, [])
  })

  it("has the licence of every package that is bundled in it", () => {
    unpacked()
    const licences = FileSystem.readFileSync(Path.join(folder, "package/dist/licences.txt"), "utf8")
    for (const text of ["effect 4.1.0 (MIT)", "undici 8.12.4 (MIT)", "@smithy/signature-v4 5.7.5 (Apache-2.0)"]) {
      assert.include(licences, text)
    }
    assert.include(licences, "Permission is hereby granted, free of charge")
    assert.include(licences, "Apache License")
  })

  it("prints its version by itself in the same words as beside other flags", () => {
    const { status, stderr, stdout } = run(process.execPath, ["--version"])
    const beside = run(process.execPath, ["--version", "--no-cli-pager"])
    assert.deepStrictEqual([status, stderr, stdout], [0, "", beside.stdout])
    assert.match(stdout, /^proxy-session\/\d+\.\d+\.\d+\n$/u)
  })

  it("has help for every command that its help names", { timeout: 60_000 }, () => {
    const commands = allCommands().map((path) => path.join(" "))
    assert.includeMembers(commands, ["serve", "watch-proxy-session", "create-proxy-session", "cassette check"])
  })

  it("runs every command that its help names, with a server that keeps its sessions in SQLite", async () => {
    const names = named(run(process.execPath, ["--help"]).stdout)
    assert.sameMembers(Object.keys(uses), [...names], "every command needs a use in this test")
    const server = await serve(folder, process.execPath, [unpacked()])
    FileSystem.writeFileSync(file("numbers.txt"), "+14015550101\n")
    const known = new Map([["URL", server.url]])
    for (const [command, { argv, status = 0, stderr = "" }] of Object.entries(uses)) {
      const line = [command, ...argv.map((each) => known.get(each) ?? each)]
      const ended = run(process.execPath, line, { AWS_ENDPOINT_URL_CHIME_SDK_VOICE: server.url })
      assert.strictEqual(ended.status, status, `${command}: ${ended.stderr}`)
      if (stderr === "") assert.strictEqual(ended.stderr, "", command)
      else assert.include(ended.stderr, stderr, command)
      for (const [name, path] of Object.entries(answered[command] ?? {}))
        known.set(name, path(JSON.parse(ended.stdout)))
    }
    server.process.kill("SIGTERM")
    await gone(server.url)
    assert.isTrue(FileSystem.existsSync(Path.join(folder, "sessions.db")))
  }, 90_000)
})

const empty = Path.join(folder, "empty")
FileSystem.mkdirSync(empty)

const { packageManager } = JSON.parse(FileSystem.readFileSync(Path.join(root, "package.json"), "utf8"))

describe.each([
  { way: "npx and the tarball in an empty folder", npx: ["-y", "./proxy-session.tgz"], cwd: empty },
  { way: "npx and pnpm in this repository", npx: ["-y", packageManager, "proxy-session"], cwd: root },
])("a server that was started by $way", ({ cwd, npx }) => {
  beforeAll(() => FileSystem.copyFileSync(tarball(), Path.join(empty, "proxy-session.tgz")))

  // The shell that npx starts passes no signal on.
  it("ends soon after npx alone was sent SIGTERM", { timeout: 60_000 }, async () => {
    const server = await serve(cwd, "npx", npx)
    server.process.kill("SIGTERM")
    await gone(server.url)
  })

  it(
    "ends on SIGINT, which a terminal sends to npx and everything that it has started",
    { timeout: 60_000 },
    async () => {
      const server = await serve(cwd, "npx", npx)
      process.kill(-(server.process.pid ?? 0), "SIGINT")
      await gone(server.url)
    },
  )
})

describe("on a Node that is too old, the command", () => {
  const found = programs()
  if ("reason" in found) return lacking("says so in one sentence", found.reason)
  const old = [
    ["16.20.2", found["node-16"]],
    ["18.20.8", found["node-18"]],
    ["20.19.0", found["node-20"]],
  ] as const
  it.each(old)("says so in one sentence (%s)", (version, node) => {
    const { status, stderr, stdout } = run(node, ["--version"])
    assert.deepStrictEqual(
      { status, stderr, stdout },
      { status: 253, stderr: `proxy-session needs Node 22.19 or newer, and this is Node ${version}.\n`, stdout: "" },
    )
  })

  it("runs on Node 22", () => {
    const { status, stderr, stdout } = run(found["node-22"], ["get-proxy-session", "--help"])
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
    assert.include(stdout, "Show a proxy session")
  })
})
