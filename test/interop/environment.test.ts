/**
 * Existing code moves to the stand-in by environment variables or a profile alone, as README and docs/testing.md promise.
 */
import { assert, layer } from "@effect/vitest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { credentials, overBoth, StandIns } from "./stand-in.ts"

const application = join(import.meta.dirname, "application.ts")
const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

const environment = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
}

/** A file of configuration whose profile says all that an application does not. */
const profile = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "proxy-session-profile-"))
      const file = join(folder, "config")
      const { accessKeyId, secretAccessKey } = credentials
      const lines = [
        "[profile stand-in]",
        "region = us-east-1",
        `aws_access_key_id = ${accessKeyId}`,
        `aws_secret_access_key = ${secretAccessKey}`,
        "services = stand-in",
        "",
        "[services stand-in]",
        "chime_sdk_voice =",
        `  endpoint_url = ${url}`,
        "",
      ]
      writeFileSync(file, lines.join("\n"))
      return { folder, file }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true })),
  )

const run = (env: Readonly<Record<string, string>>) =>
  Effect.promise(() =>
    promisify(execFile)(process.execPath, [application, voiceConnectorId], {
      // Nothing of this machine's own configuration gets in.
      env: { HOME: "/nonexistent", ...env },
    }),
  )

layer(overBoth, { excludeTestServices: true })("an application on the AWS SDK, not a line of it changed", (it) => {
  const moves = (env: Readonly<Record<string, string>>) =>
    Effect.gen(function* () {
      const repo = yield* ProxySessionRepo
      const proxies = yield* VoiceConnectorProxyRepo
      yield* proxies.put({
        voiceConnectorId,
        defaultSessionExpiryMinutes: 60,
        phoneNumberPoolCountries: ["US"],
      })
      const count = Effect.map(repo.list({ voiceConnectorId }), ({ proxySessions }) => proxySessions.length)
      const before = yield* count
      const { stderr, stdout } = yield* run(env)
      assert.deepStrictEqual({ stderr, stdout }, { stderr: "", stdout: "Open\n" })
      assert.strictEqual(yield* count, before + 1)
    })

  for (const variable of ["AWS_ENDPOINT_URL_CHIME_SDK_VOICE", "AWS_ENDPOINT_URL"]) {
    it.effect(`creates and gets a session where ${variable} says`, () =>
      Effect.flatMap(StandIns, (urls) => moves({ ...environment, [variable]: urls["chime-sdk-voice"] })),
    )
  }

  it.effect("creates and gets a session where the services of its profile say", () =>
    Effect.gen(function* () {
      const { file } = yield* profile((yield* StandIns)["chime-sdk-voice"])
      yield* moves({ AWS_PROFILE: "stand-in", AWS_CONFIG_FILE: file })
    }),
  )
})
