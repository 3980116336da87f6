/**
 * What one operation pulls into an application's bundle, and how much of it.
 */
import { rolldown } from "rolldown"
import { assert, describe, it } from "vitest"
import * as Path from "node:path"
import { gzipSync } from "node:zlib"

const root = Path.resolve(import.meta.dirname, "../..")

/** An application that gets a session, over a transport. */
const application = (transport: string, client: string) => `
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Client from "${transport}"

const Live = HttpRepo.layerConfig.pipe(Layer.provide([Credentials.layerConfig, ${client}]))

export const get = (voiceConnectorId, proxySessionId) =>
  Effect.runPromise(
    ProxySessionKey.decode({ voiceConnectorId, proxySessionId }).pipe(
      Effect.flatMap((key) => ProxySessionRepo.use((repo) => repo.get(key))),
      Effect.provide(Live),
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

describe("an application that gets a session", () => {
  it("over fetch holds nothing of Node, no other Layer and no barrel, in at most 74 kB", async () => {
    const { imports, kilobytes, modules } = await bundle(
      application("effect/http/FetchHttpClient", "Client.layer"),
      "browser",
    )
    assert.deepStrictEqual(imports, [])
    const own = modules.filter((id) => id.startsWith("@proxy-session/"))
    assert.isNotEmpty(own)
    for (const id of own) {
      assert.isTrue(
        ours.some((folder) => id.startsWith(folder)),
        id,
      )
      assert.notMatch(id, /Undici|NodeSigner|bufferedResponse\.ts|\/index\.ts$|Reconcile|Cached|RateLimited/u)
    }
    assert.isAtMost(kilobytes, 74)
    assert.isAtLeast(kilobytes, 50, "below this, lower the bound")
  })

  it("over UndiciClient holds no other Layer, in at most 75 kB beside undici itself", async () => {
    const { imports, kilobytes, modules } = await bundle(
      application("@proxy-session/http/UndiciClient", "Client.layer()"),
      "node",
      ["undici"],
    )
    for (const name of imports) assert.match(name, /^(?:node:|undici$)/u)
    for (const id of modules.filter((id) => id.startsWith("@proxy-session/"))) {
      assert.isTrue(
        ours.some((folder) => id.startsWith(folder)),
        id,
      )
    }
    assert.isAtMost(kilobytes, 75)
  })
})
