/**
 * What somebody gets who installs the packages: how long a process takes from its start to its first answer, with what is
 * installed as it is and as one bundled file, how large that file is, and how large the installation.
 *
 *     node bench/footprint.ts [rounds]
 *
 * Everything is installed from a registry into a folder of its own, as applications would have it; the AWS SDK is treated
 * the same way. Writes `bench/results/footprint.json`; takes about two minutes.
 */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"
import { tarballs } from "../scripts/pack.ts"
import * as Results from "./results.ts"

const rounds = Number(process.argv[2] ?? 15)
const { dependencies, devDependencies } = JSON.parse(
  FileSystem.readFileSync(Path.join(import.meta.dirname, "../package.json"), "utf8"),
)
const versionOf = (name: string): string => ({ ...devDependencies, ...dependencies })[name]
const aws = { "@aws-sdk/client-chime-sdk-voice": versionOf("@aws-sdk/client-chime-sdk-voice") }
const handler = { "@smithy/fetch-http-handler": versionOf("@smithy/fetch-http-handler") }
const effect = { effect: "4.1.0" }
const platform = { "@effect/platform-node": "4.1.0" }

const sdk = (handler: string) => `
import { ChimeSDKVoiceClient, GetProxySessionCommand } from "@aws-sdk/client-chime-sdk-voice"
${handler === "" ? "" : `import { ${handler} } from "@smithy/fetch-http-handler"`}
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "an example" }
const client = new ChimeSDKVoiceClient({
  endpoint: process.argv[2], region: "us-east-1", credentials, ${handler === "" ? "" : `requestHandler: new ${handler}()`}
})
const { ProxySession } = await client.send(
  new GetProxySessionCommand({ VoiceConnectorId: "abcdef1ghij2klmno3pqr4", ProxySessionId: "123a4bc5" }),
)
process.stdout.write(String(ProxySession.CreatedTimestamp.getTime()))
process.exit(0)
`

/** An application of ours over a transport. */
const ours = (transport: string, client: string) => `
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
${transport}

const Live = HttpRepo.layer({ endpoint: process.argv[2], region: "us-east-1" }).pipe(Layer.provide([
  Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example") }), ${client},
]))
const { createdTimestamp } = await Effect.runPromise(
  ProxySessionRepo.use((repo) =>
    repo.get({ voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId: "123a4bc5" })
  ).pipe(Effect.provide(Live)),
)
process.stdout.write(String(createdTimestamp.epochMilliseconds))
process.exit(0)
`

/** What Effect alone takes for a call without signature, types or errors: nothing made with it can take less. */
const floor = (transport: string, client: string) => `
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Schema from "effect/Schema"
${transport}

const Answer = Schema.Struct({ ProxySession: Schema.Struct({ CreatedTimestamp: Schema.String }) })
const path = "/voice-connectors/abcdef1ghij2klmno3pqr4/proxy-sessions/123a4bc5"
const { ProxySession } = await Effect.runPromise(
  HttpClient.get(process.argv[2] + path).pipe(
    Effect.flatMap((response) => response.json),
    Effect.flatMap(Schema.decodeUnknownEffect(Answer)),
    Effect.provide(${client}),
  ),
)
process.stdout.write(String(new Date(ProxySession.CreatedTimestamp).getTime()))
process.exit(0)
`

/** What Node's own `fetch` takes, which loads its undici at the first call. */
const bare = `
const path = "/voice-connectors/abcdef1ghij2klmno3pqr4/proxy-sessions/123a4bc5"
const { ProxySession } = await (await fetch(process.argv[2] + path)).json()
process.stdout.write(String(new Date(ProxySession.CreatedTimestamp).getTime()))
process.exit(0)
`

const fetchClient = [`import * as FetchHttpClient from "effect/http/FetchHttpClient"`, "FetchHttpClient.layer"] as const
const nodeClient = [
  `import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"`,
  "NodeHttpClient.layerNodeHttp",
] as const

const undiciClient = [nodeClient[0], "NodeHttpClient.layerUndici"] as const

const reference = "AWS SDK"
const programs = {
  [reference]: sdk(""),
  "AWS SDK, fetch": sdk("FetchHttpHandler"),
  "ours, fetch": ours(`import * as Transport from "@proxy-session/http/Transport"`, "Transport.layerFetch()"),
  "ours, NodeTransport": ours(
    `import * as NodeTransport from "@proxy-session/http/NodeTransport"`,
    "NodeTransport.layer()",
  ),
  "ours, UndiciTransport": ours(
    `import * as UndiciTransport from "@proxy-session/http/UndiciTransport"`,
    "UndiciTransport.layer()",
  ),
  "floor: Effect, fetch": floor(...fetchClient),
  "floor: Effect, node:http": floor(...nodeClient),
  "floor: Effect, undici": floor(...undiciClient),
  "floor: fetch alone": bare,
}

const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-footprint-"))

/** Installs into a folder of its own and answers it. */
const install = (name: string, needed: Readonly<Record<string, string>>): string => {
  const path = Path.join(folder, name)
  FileSystem.mkdirSync(path)
  const manifest = { name, private: true, type: "module", dependencies: needed }
  FileSystem.writeFileSync(Path.join(path, "package.json"), JSON.stringify(manifest))
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--omit=optional"], { cwd: path, stdio: "ignore" })
  return path
}

/** Megabytes of all files: what they hold, and what they take on a disk with blocks of 4 KiB. */
const sizeOf = (path: string): Size => {
  const sizes = FileSystem.readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => FileSystem.statSync(Path.join(entry.parentPath, entry.name)).size)
  const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((sum, size) => sum + size, 0) / 1e6
  return { inFiles: sum(sizes), onDisk: sum(sizes.map((size) => Math.ceil(size / 4096) * 4096)) }
}

interface Size {
  readonly inFiles: number
  readonly onDisk: number
}

const besides = (whole: Size, part: Size): Size => ({
  inFiles: whole.inFiles - part.inFiles,
  onDisk: whole.onDisk - part.onDisk,
})

/** Milliseconds from the start of a process to its first answer. */
const start = async (file: string, url: string): Promise<number> => {
  const begun = performance.now()
  const child = spawn(process.execPath, [file, url], { stdio: ["ignore", "pipe", "inherit"] })
  const [answer] = await once(child.stdout, "data")
  const took = performance.now() - begun
  if (String(answer) !== "1586967010288") throw new Error("a call gave a wrong answer")
  await once(child, "exit")
  return took
}

const run = async () => {
  const machine = Results.machine()
  const packed = tarballs()
  const own = Object.fromEntries(
    ["domain", "http", "protocol", "repo"].map((name) => {
      const full = `@proxy-session/${name}`
      return [full, `file:${packed[full]}`]
    }),
  )
  const sizes = {
    aws: sizeOf(install("aws", aws)),
    effect: sizeOf(install("effect", effect)),
    ours: sizeOf(install("ours", { ...effect, ...own })),
    oursWithPlatformNode: sizeOf(install("ours-node", { ...effect, ...platform, ...own })),
  }

  const project = install("all", { ...aws, ...handler, ...effect, ...platform, ...own })
  const files: Record<string, { readonly plain: string; readonly bundled: string; readonly bundle: number }> = {}
  for (const [name, code] of Object.entries(programs)) {
    const base = name.replace(/\W+/gu, "-")
    const plain = Path.join(project, `${base}.js`)
    const bundled = Path.join(project, `${base}.bundled.mjs`)
    FileSystem.writeFileSync(plain, code)
    const build = await rolldown({ input: plain, cwd: project, platform: "node" })
    const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false })
    await build.close()
    const text = output.flatMap((file) => (file.type === "chunk" ? [file.code] : [])).join("")
    FileSystem.writeFileSync(bundled, text)
    files[name] = { plain, bundled, bundle: gzipSync(text, { level: 9 }).length / 1000 }
  }

  const times = new Map<string, Array<number>>()
  await Results.withServer(async (url) => {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, { bundled, plain }] of Object.entries(files)) {
        for (const [kind, file] of [
          ["plain", plain],
          ["bundled", bundled],
        ] as const) {
          const took = await start(file, url)
          // The first round fetches the files from disk.
          if (round > 0) times.set(`${kind} ${name}`, [...(times.get(`${kind} ${name}`) ?? []), took])
        }
      }
    }
  })
  const millis = (kind: string, name: string) => Results.median(times.get(`${kind} ${name}`) ?? [])
  const base = { plain: millis("plain", reference), bundled: millis("bundled", reference) }
  const result = {
    bench: "footprint",
    ...machine,
    rounds,
    coldStart: Object.fromEntries(
      Object.keys(programs).map((name) => [
        name,
        {
          unbundledMillis: millis("plain", name),
          bundledMillis: millis("bundled", name),
          unbundledRatio: millis("plain", name) / base.plain,
          bundledRatio: millis("bundled", name) / base.bundled,
          bundleKilobytes: files[name]?.bundle,
        },
      ]),
    ),
    installMegabytes: {
      "AWS SDK": sizes.aws,
      "ours, besides effect": besides(sizes.ours, sizes.effect),
      "ours with platform-node, besides effect": besides(sizes.oursWithPlatformNode, sizes.effect),
      effect: sizes.effect,
    },
  }
  Results.write("footprint", result, {})
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

try {
  await run()
} finally {
  FileSystem.rmSync(folder, { recursive: true })
}
