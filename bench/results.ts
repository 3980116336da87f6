/**
 * What benches have in common: medians, the server, children with an answer, and where results go.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import type { Readable } from "node:stream"
import { refresh } from "./tables.ts"

export const median = (numbers: ReadonlyArray<number>): number => {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** What a reader needs to know of the machine. */
export const machine = () => ({
  measured: new Date().toISOString().slice(0, 10),
  node: process.version,
  cores: Os.availableParallelism(),
  /** Of the minute before: more than one process for each core makes the figures worse, and the ratios doubtful. */
  load: Number(Os.loadavg()[0]?.toFixed(2)),
})

/**
 * Why the figures of a run mean little, if they do: the machine had less than half a processor to spare when it began, or
 * a floor, which does the same work in each round, was a third quicker in one than in another.
 */
export const doubt = (
  { cores, load }: ReturnType<typeof machine>,
  floorPerSecond: ReadonlyArray<number>,
): string | undefined => {
  const spread = Math.max(...floorPerSecond) / Math.min(...floorPerSecond)
  if (load > cores - 0.5) return `the load was ${load} on ${cores} cores when it began`
  return spread > 4 / 3 ? `the floor's rounds differ by a factor of ${spread.toFixed(2)}` : undefined
}

/** Runs a program of `bench` in a process of its own and answers the JSON on the last line that it prints. */
export const child = (file: string, args: ReadonlyArray<string>, flags: ReadonlyArray<string> = []) => {
  const path = Path.join(import.meta.dirname, file)
  const { status, stderr, stdout } = spawnSync(process.execPath, [...flags, path, ...args], {
    encoding: "utf8",
    timeout: 300_000,
  })
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} failed:\n${stderr}`)
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "")
}

/** Runs with the URL of a server in a process of its own, which is of no use for anything but this. */
export const withServer = async <A>(
  use: (url: string, server: ChildProcessByStdio<null, Readable, null>) => Promise<A>,
): Promise<A> => {
  const server = spawn(process.execPath, [Path.join(import.meta.dirname, "client/server.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  try {
    const [port] = await once(server.stdout, "data")
    return await use(`http://127.0.0.1:${String(port).trim()}`, server)
  } finally {
    server.kill()
  }
}

const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(4)) : value)

/** Writes a result of this run, as JSON and as charts by their names, and what the documentation says of it. */
export const write = (name: string, result: object, charts: Readonly<Record<string, string>>): void => {
  const folder = Path.join(import.meta.dirname, "results")
  FileSystem.mkdirSync(folder, { recursive: true })
  FileSystem.writeFileSync(Path.join(folder, `${name}.json`), `${JSON.stringify(result, rounded, 2)}\n`)
  for (const [chart, svg] of Object.entries(charts)) FileSystem.writeFileSync(Path.join(folder, `${chart}.svg`), svg)
  refresh()
}
