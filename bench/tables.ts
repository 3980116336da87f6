/**
 * Puts the figures of `bench/results` into the tables of `docs/performance.md`; each bench does so at its end.
 *
 *     node bench/tables.ts
 */
import * as FileSystem from "node:fs"
import * as Path from "node:path"

const docs = Path.join(import.meta.dirname, "../docs/performance.md")

const ratio = (value: number) => value.toFixed(2)

const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [heads, heads.map((_, i) => (i === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")

interface Row {
  readonly callsPerSecond: number
  readonly ratios: { readonly callsPerSecond: number; readonly cpuPerCall: number; readonly p99: number }
}
interface Run {
  readonly measured: string
  readonly node: string
  readonly cores: number
  readonly load: number
  readonly rounds: number
  readonly doubt?: string
}
interface Client extends Run {
  readonly serverCeilingPerSecond: number
  readonly headline: Readonly<Record<string, { readonly callsPerSecond: number }>>
  readonly inFlight: Readonly<Record<string, Readonly<Record<string, Row>>>>
}
interface Start {
  readonly unbundledMillis: number
  readonly bundledMillis: number
  readonly unbundledRatio: number
  readonly bundledRatio: number
  readonly bundleKilobytes: number
}
interface Footprint extends Run {
  readonly coldStart: Readonly<Record<string, Start>>
  readonly installMegabytes: Readonly<Record<string, { readonly inFiles: number; readonly onDisk: number }>>
}
type Kept = Readonly<Record<string, { readonly bytesPerCall: number; readonly ratio: number }>>
interface Heap extends Run {
  readonly wire: Kept
  readonly queued: Kept
}

const run = ({ cores, doubt, load, measured, node, rounds }: Run) =>
  `Measured on ${measured}: Node ${node}, ${cores} cores, load ${load} when it began, medians of ${rounds}.` +
  (doubt === undefined ? "" : ` **This run means little: ${doubt}.**`)

const client = (result: Client): string => {
  const { "64": most = {}, ...others } = result.inFlight
  const levels = Object.entries(others)
  return [
    `${run(result)} The server answers ${Math.round(result.serverCeilingPerSecond / 1000)},000 requests a second when no client is in its way.`,
    "",
    table(
      [
        "client",
        "calls/s",
        "÷ AWS SDK",
        "CPU per call ÷",
        "p99 ÷",
        ...levels.map(([level]) => `calls/s ÷, ${level} in flight`),
      ],
      Object.entries(most)
        .filter(([name]) => name !== "the server's ceiling")
        .map(([name, { callsPerSecond, ratios }]) => [
          name,
          callsPerSecond.toFixed(0),
          ratio(ratios.callsPerSecond),
          ratio(ratios.cpuPerCall),
          ratio(ratios.p99),
          ...levels.map(([, rows]) => ratio(rows[name]?.ratios.callsPerSecond ?? Number.NaN)),
        ]),
    ),
  ].join("\n")
}

const footprint = (result: Footprint): string =>
  [
    run(result),
    "",
    table(
      ["application", "unbundled, ms", "÷ AWS SDK", "bundled, ms", "÷ AWS SDK", "bundle, min + gzip"],
      Object.entries(result.coldStart).map(([name, start]) => [
        name,
        start.unbundledMillis.toFixed(0),
        ratio(start.unbundledRatio),
        start.bundledMillis.toFixed(0),
        ratio(start.bundledRatio),
        `${start.bundleKilobytes.toFixed(0)} kB`,
      ]),
    ),
    "",
    table(
      ["installation", "MB in files", "MB on disk, blocks of 4 KiB"],
      Object.entries(result.installMegabytes).map(([name, { inFiles, onDisk }]) => [
        name,
        inFiles.toFixed(1),
        onDisk.toFixed(1),
      ]),
    ),
  ].join("\n")

const heap = (result: Heap): string =>
  [
    run(result),
    "",
    table(
      ["10,000 calls", "client", "heap per call", "÷ AWS SDK"],
      Object.entries({ "on the wire": result.wire, queued: result.queued }).flatMap(([kind, rows]) =>
        Object.entries(rows).map(([name, row]) => [
          kind,
          name,
          `${(row.bytesPerCall / 1000).toFixed(1)} kB`,
          ratio(row.ratio),
        ]),
      ),
    ),
  ].join("\n")

interface Server extends Run {
  readonly results: Readonly<
    Record<string, { readonly besideFloor: number; readonly cpuBesideFloor: number; readonly p99: number }>
  >
}

const server = (result: Server): string =>
  [
    run(result),
    "",
    table(
      ["signed, 64 in flight", "requests/s ÷ floor", "CPU: floor ÷ it", "p99, ms"],
      Object.entries(result.results).map(([name, each]) => [
        name,
        ratio(each.besideFloor),
        ratio(each.cpuBesideFloor),
        each.p99.toFixed(1),
      ]),
    ),
  ].join("\n")

interface Parts extends Run {
  readonly whole: number
  readonly parts: Readonly<Record<string, number>>
}

const parts = (result: Parts): string => {
  const known = Object.values(result.parts).reduce((sum, each) => sum + each, 0)
  const rows = Object.entries({
    ...result.parts,
    "all else: retry, redaction, the turns between": result.whole - known,
  })
  return [
    run(result).replace("medians", "the least"),
    "",
    table(
      ["part of a call", "µs of processor time", "share"],
      [...rows, ["the whole", result.whole] as const].map(([name, micros]) => [
        name,
        micros.toFixed(1),
        `${((micros / result.whole) * 100).toFixed(0)} %`,
      ]),
    ),
  ].join("\n")
}

interface ServerParts extends Run {
  readonly cpuMicros: { readonly served: number; readonly byHand: number; readonly inside: number }
  readonly parts: Readonly<Record<string, number>>
}

const serverParts = (result: ServerParts): string =>
  [
    run(result).replace(/medians of \d+\./u, "the least of many turns."),
    "",
    table(
      ["part of a signed get", "µs of the processor", "share"],
      Object.entries(result.parts).map(([name, micros]) => [
        name,
        micros.toFixed(1),
        `${((100 * micros) / result.cpuMicros.served).toFixed(0)} %`,
      ]),
    ),
  ].join("\n")

/** What was set out to be reached; a figure that is not there yet is left out. */
const targets = (found: { readonly client?: Client; readonly footprint?: Footprint; readonly heap?: Heap }): string => {
  const of = (name: string) => found.client?.inFlight["64"]?.[name]
  const ratios = (name: string) => of(name)?.ratios
  const ours = of("ours, UndiciTransport")
  const besideFloor = (name: string) => found.client?.headline[name]?.callsPerSecond
  const start = (name: string) => found.footprint?.coldStart[name]
  const atLeast = "at least"
  const atMost = "at most"
  const rows: ReadonlyArray<readonly [what: string, kind: string, bound: number, value: number | undefined]> = [
    ["calls/s, `UndiciTransport`, default signer", atLeast, 4, ours?.ratios.callsPerSecond],
    [
      "calls/s, `UndiciTransport`, `FastSigner`",
      atLeast,
      6,
      ratios("ours, UndiciTransport, FastSigner")?.callsPerSecond,
    ],
    ["calls/s, Effect's undici Layer", atLeast, 2.5, ratios("ours, Effect's undici")?.callsPerSecond],
    ["calls/s, Effect's fetch Layer", atLeast, 1.7, ratios("ours, Effect's fetch")?.callsPerSecond],
    ["calls/s, traced and measured", atLeast, 3, ratios("ours, UndiciTransport, traced and measured")?.callsPerSecond],
    ["CPU per call, `UndiciTransport`, default signer", atMost, 0.25, ours?.ratios.cpuPerCall],
    [
      "CPU per call, `UndiciTransport`, `FastSigner`",
      atMost,
      0.15,
      ratios("ours, UndiciTransport, FastSigner")?.cpuPerCall,
    ],
    ["p99, `UndiciTransport`, default signer", atMost, 0.45, ours?.ratios.p99],
    ["calls/s ÷ the floor with smithy's signer", atLeast, 0.8, besideFloor("÷ floor, smithy")],
    ["calls/s ÷ the floor with the fastest signer", atLeast, 0.7, besideFloor("÷ floor, fastest signer")],
    ["start, bundled, `NodeTransport`", atMost, 0.75, start("ours, NodeTransport")?.bundledRatio],
    ["start, bundled, fetch", atMost, 0.9, start("ours, fetch")?.bundledRatio],
    ["start, unbundled, `NodeTransport`", atMost, 2, start("ours, NodeTransport")?.unbundledRatio],
    ["start, unbundled, fetch", atMost, 2, start("ours, fetch")?.unbundledRatio],
    ["bundle, `NodeTransport`, kB", atMost, 60, start("ours, NodeTransport")?.bundleKilobytes],
    ["bundle, fetch, kB", atMost, 50, start("ours, fetch")?.bundleKilobytes],
    [
      "installation besides effect, MB on disk",
      atMost,
      9,
      found.footprint?.installMegabytes["ours, besides effect"]?.onDisk,
    ],
    ["heap per call on the wire", atMost, 0.8, found.heap?.wire["ours, UndiciTransport"]?.ratio],
    ["heap per call, queued", atMost, 0.3, found.heap?.queued["ours, UndiciTransport"]?.ratio],
  ]
  return table(
    ["÷ AWS SDK, 64 in flight, unless said otherwise", "target", "measured", ""],
    rows.flatMap(([what, kind, bound, value]) =>
      value === undefined
        ? []
        : [
            [
              what,
              `${kind} ${bound}`,
              value < 10 ? ratio(value) : value.toFixed(0),
              (kind === atLeast ? value >= bound : value <= bound) ? "met" : "**missed**",
            ],
          ],
    ),
  )
}

/** The result of the latest run of a bench. */
export const read = (name: string) => {
  const file = Path.join(import.meta.dirname, "results", `${name}.json`)
  return FileSystem.existsSync(file) ? JSON.parse(FileSystem.readFileSync(file, "utf8")) : undefined
}

export const refresh = (): void => {
  const found = { client: read("client"), footprint: read("footprint"), heap: read("heap") }
  const served = read("server")
  const taken = read("parts")
  const inServer = read("server-parts")
  const sections = {
    client: found.client && client(found.client),
    footprint: found.footprint && footprint(found.footprint),
    heap: found.heap && heap(found.heap),
    server: served && server(served),
    parts: taken && parts(taken),
    "server-parts": inServer && serverParts(inServer),
    targets: targets(found),
  }
  let text = FileSystem.readFileSync(docs, "utf8")
  for (const [name, content] of Object.entries(sections)) {
    if (content === undefined) continue
    const section = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`, "u")
    text = text.replace(section, (_, begin: string, end: string) => `${begin}${content}\n${end}`)
  }
  FileSystem.writeFileSync(docs, text)
}

if (import.meta.main) refresh()
