/**
 * Whether the live Layer holds out: eight loads, each in a process of its own, each of which fails if its bound is broken.
 *
 *     node bench/soak/run.ts [--quick] [heap|inFlight|interrupted|faults|outage|rotation|waitedFor|expired|replaced ...]
 *
 * All of them take about 23 minutes, with `--quick` half a minute. Each prints one JSON object.
 */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { type Loads, loads } from "./loads.ts"
import type { Count, Mode } from "./server.ts"

const flags = process.argv.slice(2)
const quick = flags.includes("--quick")
const isLoad = (name: string): name is keyof Loads => name in loads
const named = flags.filter(isLoad)

/** The service, in a process of its own. */
const start = async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "server.ts")], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  })
  const [{ port }] = await once(child, "message")
  const ask = async (message: Mode | "count") => {
    const answered = once(child, "message")
    child.send(message)
    const [reply] = await answered
    return reply
  }
  return {
    url: `http://127.0.0.1:${port}`,
    set: async (mode: Mode): Promise<void> => void (await ask(mode)),
    count: (): Promise<Count> => ask("count"),
    stop: () => child.kill(),
  }
}

const run = async (name: keyof Loads) => {
  const rejections: Array<unknown> = []
  process.on("unhandledRejection", (reason) => rejections.push(reason))
  const service = await start()
  try {
    const { broken, ...figures } = await loads[name](service, quick)
    if (rejections.length > 0) broken.push(`${rejections.length} unhandled rejections: ${String(rejections[0])}`)
    process.stdout.write(`${JSON.stringify({ load: name, ...figures, broken })}\n`)
    if (broken.length > 0) process.exitCode = 1
  } finally {
    service.stop()
  }
}

const [only] = named
if (named.length === 1 && only !== undefined && globalThis.gc !== undefined) await run(only)
else {
  for (const name of named.length > 0 ? named : Object.keys(loads)) {
    const argv = ["--expose-gc", import.meta.filename, name, ...(quick ? ["--quick"] : [])]
    const { status } = spawnSync(process.execPath, argv, { stdio: "inherit" })
    if (status !== 0) process.exitCode = 1
  }
}
