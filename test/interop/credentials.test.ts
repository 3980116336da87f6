/**
 * The AWS SDK's own chain of credential providers, which `fromNodeProviderChain` is too, signs for the live Layer.
 */
import { defaultProvider } from "@aws-sdk/credential-provider-node"
import { assert, describe, it } from "@effect/vitest"
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { reply, start } from "../../packages/http/test/server.ts"
import { credentials, overMemory, StandIn } from "./stand-in.ts"

const files = {
  config: (folder: string) => `
[profile process]
credential_process = cat ${join(folder, "process.json")}
`,
  credentials: () => `
[shared]
aws_access_key_id = ${credentials.accessKeyId}
aws_secret_access_key = ${credentials.secretAccessKey}
`,
  "process.json": () =>
    JSON.stringify({
      Version: 1,
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Expiration: "2999-01-01T00:00:00Z",
    }),
}

const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "proxy-session-"))
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content(folder))
    return folder
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
)

/** Nothing of this machine's own configuration gets in, nor is its metadata service asked. */
const environment = (variables: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = { ...process.env }
      for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name]
      Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: "true" }, variables)
      return before
    }),
    (before) =>
      Effect.sync(() => {
        for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name]
        Object.assign(process.env, before)
      }),
  )

const chain = Effect.fnUntraced(function* (profile?: string) {
  const path = yield* folder
  const named = profile === undefined ? {} : { profile }
  return Credentials.fromProvider(
    defaultProvider({ filepath: join(path, "credentials"), configFilepath: join(path, "config"), ...named }),
  )
})

const get = ProxySessionRepo.use((repo) =>
  repo.get({ voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId: "nobody" }),
)

/** The stand-in verifies the signature before it says that there is no such session. */
const signsWith = Effect.fnUntraced(function* (source: Layer.Layer<Credentials, CredentialsError>) {
  const { url: endpoint } = yield* StandIn
  const error = yield* Effect.flip(get).pipe(
    Effect.provide(
      HttpRepo.layer({ endpoint, region: "us-east-1" }).pipe(Layer.provide([source, Transport.layerFetch()])),
    ),
  )
  return error
})

describe("the AWS SDK's chain of providers", () => {
  it.live("signs with the key in the environment", () =>
    Effect.gen(function* () {
      yield* environment({
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      })
      assert.strictEqual((yield* signsWith(yield* chain()))._tag, "NotFoundException")
    }).pipe(Effect.provide(overMemory)),
  )

  it.live("signs with the profile of a shared file", () =>
    Effect.gen(function* () {
      yield* environment({})
      assert.strictEqual((yield* signsWith(yield* chain("shared")))._tag, "NotFoundException")
    }).pipe(Effect.provide(overMemory)),
  )

  it.live("signs with what a process prints, and knows when that expires", () =>
    Effect.gen(function* () {
      yield* environment({})
      const source = yield* chain("process")
      assert.strictEqual((yield* signsWith(source))._tag, "NotFoundException")
      const key = yield* Effect.provide(
        Credentials.use(({ get }) => get),
        source,
      )
      assert.strictEqual(key.expiration && DateTime.formatIso(key.expiration), "2999-01-01T00:00:00.000Z")
      assert.strictEqual(Redacted.value(key.secretAccessKey), credentials.secretAccessKey)
    }).pipe(Effect.provide(overMemory)),
  )

  it.live("looks again once the service says that its key has expired", () =>
    Effect.gen(function* () {
      yield* environment({ AWS_ACCESS_KEY_ID: "AKIDOLD", AWS_SECRET_ACCESS_KEY: "old" })
      const source = yield* chain()
      const expired = reply(403, "{}", { "x-amzn-errortype": "ExpiredTokenException" })
      const service = yield* start((request, response) => {
        // Whoever rotates keys has put the new one into place by the time the old one is refused.
        process.env["AWS_ACCESS_KEY_ID"] = "AKIDNEW"
        const isOld = request.headers.authorization?.includes("AKIDOLD") ?? false
        ;(isOld ? expired : reply(404, "{}", { "x-amzn-errortype": "NotFoundException" }))(request, response)
      })
      const layer = HttpRepo.layer({ endpoint: service.url, region: "us-east-1" })
      const error = yield* Effect.flip(get).pipe(
        Effect.provide(layer.pipe(Layer.provide([source, Transport.layerFetch()]))),
      )
      assert.include(error, { _tag: "NotFoundException", attempts: 2 })
      assert.strictEqual(service.received.length, 2)
    }),
  )

  it.live("is passed over where it finds nothing, by the class of its error and not its words", () =>
    Effect.gen(function* () {
      yield* environment({})
      const error = yield* signsWith(Credentials.first(yield* chain("nobody"), Credentials.layerConfig()))
      assert.strictEqual(error._tag, "CredentialsError")
      assert.deepStrictEqual("sources" in error ? error.sources : [], [
        { source: "Credentials.fromProvider", reason: "the provider failed (CredentialsProviderError)" },
        { source: "AWS_ACCESS_KEY_ID", reason: "is not set" },
        { source: "AWS_SECRET_ACCESS_KEY", reason: "is not set" },
      ])
    }).pipe(Effect.provide(overMemory)),
  )
})
