/**
 * Existing code moves to the stand-in by environment variables alone, as README promises.
 */
import { assert, layer } from "@effect/vitest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { credentials, overBoth, StandIns } from "./stand-in.ts"

const application = join(import.meta.dirname, "application.ts")
const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

/** Nothing of this machine's own configuration gets in. */
const environment = {
  HOME: "/nonexistent",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
}

const run = (env: Readonly<Record<string, string>>) =>
  Effect.promise(() =>
    promisify(execFile)(process.execPath, [application, voiceConnectorId], { env: { ...environment, ...env } }),
  )

layer(overBoth, { excludeTestServices: true })("an application on the AWS SDK, not a line of it changed", (it) => {
  for (const variable of ["AWS_ENDPOINT_URL_CHIME_SDK_VOICE", "AWS_ENDPOINT_URL"]) {
    it.effect(`creates and gets a session where ${variable} says`, () =>
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
        const { stderr, stdout } = yield* run({ [variable]: (yield* StandIns)["chime-sdk-voice"] })
        assert.deepStrictEqual({ stderr, stdout }, { stderr: "", stdout: "Open\n" })
        assert.strictEqual(yield* count, before + 1)
      }),
    )
  }
})
