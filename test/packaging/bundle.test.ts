/**
 * What one operation pulls into an application's bundle, and how much of it.
 */
import { rolldown } from "rolldown"
import { assert, describe, it } from "vitest"
import * as Path from "node:path"
import { gzipSync } from "node:zlib"

const root = Path.resolve(import.meta.dirname, "../..")

const options = {
  given: `
import * as Redacted from "effect/Redacted"
const Live = HttpRepo.layer({ region: "us-east-1" }).pipe(
  Layer.provide(Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example") })),
)`,
  environment: `
const Live = HttpRepo.layerConfig().pipe(Layer.provide(Credentials.layerConfig()))`,
}

/** An application that gets a session over a transport, with options of its own or those of its environment. */
const application = (transport: string, client: string, live = options.given) => `
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Client from "${transport}"
${live}

export const get = (voiceConnectorId, proxySessionId) =>
  Effect.runPromise(
    ProxySessionRepo.use((repo) => repo.get({ voiceConnectorId, proxySessionId })).pipe(
      Effect.provide(Live.pipe(Layer.provide(${client}))),
    ),
  )
`

const bundle = async (code: string, platform: "browser" | "node", external: ReadonlyArray<string> = []) => {
  const entry = Path.join(root, "entry.js")
  const build = await rolldown({
    input: entry,
    cwd: root,
    platform,
    external: [...external],
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
  })
  const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false })
  await build.close()
  const chunks = output.filter((file) => file.type === "chunk")
  return {
    /** Of this repository by package and path, of others by package. */
    modules: chunks.flatMap(({ modules }) =>
      Object.entries(modules)
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([id]) => id.replace(/^.*\/node_modules\//u, "").replace(`${root}/packages/`, "@proxy-session/")),
    ),
    imports: chunks.flatMap(({ imports }) => imports),
    kilobytes: gzipSync(chunks.map(({ code }) => code).join(""), { level: 9 }).length / 1000,
  }
}

const ours = ["domain", "http", "protocol", "repo"].map((name) => `@proxy-session/${name}/src/`)

const fetch = ["@proxy-session/http/Transport", "Client.layerFetch()"] as const

/** Those of this repository that do not belong to what the application uses. */
const strangers = (modules: ReadonlyArray<string>): ReadonlyArray<string> =>
  modules
    .filter((id) => id.startsWith("@proxy-session/"))
    .filter(
      (id) =>
        !ours.some((folder) => id.startsWith(folder)) || /\/index\.ts$|Reconcile|Cached|RateLimited|Scoped/u.test(id),
    )

describe("an application that gets a session", () => {
  it("over fetch holds nothing of Node, no other Layer and no barrel, in at most 60 kB", async () => {
    const { imports, kilobytes, modules } = await bundle(application(...fetch), "browser")
    assert.deepStrictEqual(imports, [])
    assert.deepStrictEqual(strangers(modules), [])
    const own = modules.filter((id) => id.startsWith("@proxy-session/"))
    assert.isNotEmpty(own)
    for (const id of own) assert.notMatch(id, /Undici|NodeTransport|nodeSha256|httpClientSend\.ts/u)
    // Nothing of Voice Connectors but their id, which every key of a session has, and nothing that writes answers.
    for (const id of own) {
      assert.notMatch(
        id,
        /HttpVoiceConnectors|VoiceConnectors\.ts|ConnectorO|[oO]utput|answers|Inventory|Provisioning|Order/u,
      )
    }
    assert.isAtMost(kilobytes, 60)
    assert.isAtLeast(kilobytes, 55, "below this, lower the bound")
  })

  it("does not hold what reads the environment, which takes 3 kB more, unless it asks for that", async () => {
    const given = await bundle(application(...fetch), "browser")
    const read = await bundle(application(...fetch, options.environment), "browser")
    assert.notInclude(given.modules, "effect/dist/Config.js")
    assert.include(read.modules, "effect/dist/Config.js")
    assert.isAtMost(read.kilobytes - given.kilobytes, 3)
  })

  it.each([
    {
      client: "Effect's node:http",
      module: "@effect/platform-node/NodeHttpClient",
      layer: "Transport.layerHttpClient().pipe(Layer.provide(Client.layerNodeHttp))",
      limit: 82.1,
    },
    { client: "NodeTransport", module: "@proxy-session/http/NodeTransport", layer: "Client.layer()", limit: 60.1 },
    { client: "UndiciTransport", module: "@proxy-session/http/UndiciTransport", layer: "Client.layer()", limit: 60.1 },
  ])("over $client holds no other Layer, in at most $limit kB, beside undici itself", async (transport) => {
    const { imports, kilobytes, modules } = await bundle(application(transport.module, transport.layer), "node", [
      "undici",
    ])
    for (const name of imports) assert.match(name, /^(?:node:|undici$)/u)
    assert.deepStrictEqual(strangers(modules), [])
    const smithy = modules.filter((id) => id.startsWith("@smithy/"))
    assert.isNotEmpty(smithy)
    for (const id of smithy) assert.notInclude(id, "dist-cjs", "the signer's CommonJS holds all of smithy's core")
    assert.isAtMost(kilobytes, transport.limit)
  })
})
