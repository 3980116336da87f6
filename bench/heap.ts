/**
 * What a call keeps of the heap while it is under way: 10,000 at once, all of them on the wire, or queued for the sockets
 * that each client opens by itself.
 *
 *     node bench/heap.ts [rounds]
 *
 * Each client in a process of its own. The heap is read after collections, before the calls and while none is answered;
 * then all are answered and checked. Medians, as ratios to the AWS SDK. Writes `bench/results/heap.json`.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { performance } from "node:perf_hooks"
import * as Readline from "node:readline"
import { setTimeout } from "node:timers/promises"
import { clients, recommended, reference, unlimited } from "./client/clients.ts"
import { measure } from "./client/measure.ts"
import * as Results from "./results.ts"

const many = 10_000
const kinds = { wire: unlimited, queued: clients }
const names = [reference, recommended]

/** In the process of a client: says that it is warm, and once it is told to go on, what a call takes, and that all ended. */
const keep = async (kind: keyof typeof kinds, name: string, url: string) => {
  const calls = await kinds[kind][name]?.(url)
  if (calls === undefined) throw new Error(`no such client: ${name}`)
  await measure(calls, 64, 1)
  const heap = () => {
    globalThis.gc?.()
    globalThis.gc?.()
    return process.memoryUsage().heapUsed
  }
  const lines = Readline.createInterface(process.stdin)
  process.stdout.write("warm\n")
  await once(lines, "line")
  const before = heap()
  let begun = 0
  let ended = 0
  const done = calls(
    many,
    () => begun++ < many,
    () => void ended++,
  )
  // All that can be sent has been sent once there is nothing left to do.
  for (let idle = 0; idle < 3;) {
    const before = performance.eventLoopUtilization()
    await setTimeout(300)
    idle = performance.eventLoopUtilization(before).utilization < 0.1 ? idle + 1 : 0
  }
  if (begun !== many || ended !== 0) throw new Error("not all calls are under way")
  process.stdout.write(`${(heap() - before) / many}\n`)
  await done
  process.stdout.write(`${ended}\n`)
  process.exit(0)
}

const one = (kind: keyof typeof kinds, name: string): Promise<number> =>
  Results.withServer(async (url, server) => {
    const child = spawn(process.execPath, ["--expose-gc", import.meta.filename, kind, name, url], {
      stdio: ["pipe", "pipe", "inherit"],
    })
    const lines = Readline.createInterface(child.stdout)[Symbol.asyncIterator]()
    const next = async () => {
      const { done, value } = await lines.next()
      if (done === true) throw new Error(`${name} ended before its time`)
      return value
    }
    await next()
    server.kill("SIGUSR2")
    child.stdin.write("go\n")
    const bytes = Number(await next())
    const waiting = once(server.stdout, "data")
    server.kill("SIGUSR2")
    const waited = Number(String(await waiting))
    if (kind === "wire" ? waited !== many : waited > 100) throw new Error(`${name}: ${waited} calls were on the wire`)
    if (Number(await next()) !== many) throw new Error(`${name}: not all calls were answered`)
    return bytes
  })

const run = async (rounds: number) => {
  const machine = Results.machine()
  const samples: Array<{ readonly kind: string; readonly name: string; readonly bytes: number }> = []
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      samples.push({ kind: "wire", name, bytes: await one("wire", name) })
      samples.push({ kind: "queued", name, bytes: await one("queued", name) })
    }
  }
  const of = (kind: string, name: string) =>
    Results.median(samples.filter((each) => each.kind === kind && each.name === name).map(({ bytes }) => bytes))
  const row = (kind: string, name: string) => ({
    bytesPerCall: of(kind, name),
    ratio: of(kind, name) / of(kind, reference),
  })
  const table = (kind: string) => Object.fromEntries(names.map((name) => [name, row(kind, name)]))
  const result = {
    bench: "heap",
    ...machine,
    rounds,
    calls: many,
    wire: table("wire"),
    queued: table("queued"),
  }
  Results.write("heap", result, {})
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

const [kind = "3", name = "", url = ""] = process.argv.slice(2)
if (kind === "wire" || kind === "queued") await keep(kind, name, url)
else await run(Number(kind))
