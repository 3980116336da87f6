/**
 * Which carriers the environment makes, and what the texts of those with an API are sent by.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Carriers from "@proxy-session/cli/Carriers"
import { Platform } from "@proxy-session/cli/Platform"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { generateKeyPairSync } from "node:crypto"

const pem = String(
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs8" }),
)

const calls = {
  PROXY_SESSION_TELNYX_PUBLIC_KEYS: "rHfqHnm7O1LCBM1jkR41h5E3I8L5BHh5Rn3RPj/pb3M=",
  PROXY_SESSION_VONAGE_SIGNATURE_SECRETS: "new, old",
  PROXY_SESSION_BANDWIDTH_USERNAME: "user",
  PROXY_SESSION_BANDWIDTH_PASSWORD: "a password, with a comma",
}
const texts = {
  PROXY_SESSION_TELNYX_API_KEY: "telnyx-key",
  PROXY_SESSION_VONAGE_APPLICATION_ID: "application",
  PROXY_SESSION_VONAGE_PRIVATE_KEY: pem.replaceAll("\n", "\\n"),
  PROXY_SESSION_BANDWIDTH_ACCOUNT_ID: "9900000",
  PROXY_SESSION_BANDWIDTH_API_USERNAME: "api-user",
  PROXY_SESSION_BANDWIDTH_API_PASSWORD: "api-password",
}

/** The carriers of an environment, and what goes out over the network of its machine. */
const configured = Effect.fnUntraced(function* (env: Readonly<Record<string, string>>) {
  const sent: Array<HttpClientRequest> = []
  let clients = 0
  const client = HttpClient.make((request) => {
    sent.push(request)
    return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: 202 })))
  })
  const httpClient = () => {
    clients += 1
    return Layer.succeed(HttpClient.HttpClient, client)
  }
  const { carriers, count } = yield* Carriers.configured.pipe(
    Effect.provideService(Platform, { httpClient, httpServer: () => Layer.unwrap(Effect.die("unused")) }),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))),
  )
  const made = yield* carriers
  assert.strictEqual(made.length, count)
  return { carriers: made, clients: () => clients, sent }
})

const refusal = (env: Readonly<Record<string, string>>) =>
  Effect.map(Effect.flip(configured(env)), ({ exitCode, message }) => ({ exitCode, message }))

describe("the carriers of an environment", () => {
  it.effect("are those that it has secrets of: calls alone need no way out", () =>
    Effect.gen(function* () {
      const { carriers, clients } = yield* configured({
        ...calls,
        PROXY_SESSION_TWILIO_AUTH_TOKENS: "a",
        PROXY_SESSION_SIGNALWIRE_SIGNING_KEYS: "a",
        PROXY_SESSION_SOMLENG_AUTH_TOKENS: "a",
        PROXY_SESSION_PLIVO_AUTH_TOKENS: "a",
        PROXY_SESSION_JAMBONZ_WEBHOOK_SECRETS: "a",
      })
      const names = ["twilio", "signalwire", "telnyx", "somleng", "plivo", "jambonz", "vonage", "bandwidth"]
      assert.deepStrictEqual(
        carriers.map(({ name }) => name),
        names,
      )
      assert.deepStrictEqual(
        carriers.filter(({ webhooks }) => webhooks.includes("sms")).map(({ name }) => name),
        ["twilio", "signalwire", "somleng", "plivo"],
      )
      assert.strictEqual(clients(), 0)
      assert.deepStrictEqual((yield* configured({})).carriers, [])
    }),
  )

  it.effect("send texts by their APIs, with the keys of the environment, over one client", () =>
    Effect.gen(function* () {
      const { carriers, clients, sent } = yield* configured({ ...calls, ...texts })
      const text = {
        to: PhoneNumber.make("+14155550172"),
        from: PhoneNumber.make("+13125550117"),
        text: "hello",
        media: [],
        inbound: "id",
        statusUrl: "https://calls.example.com/status",
        application: "app",
      }
      for (const { send, webhooks } of carriers) {
        assert.include(webhooks, "sms")
        yield* send?.(text) ?? Effect.die("no way out")
      }
      const basic = Buffer.from("api-user:api-password").toString("base64")
      assert.deepStrictEqual(
        sent.map(({ headers, url }) => [url, headers["authorization"]?.replace(/ey.+/u, "…")]),
        [
          ["https://api.telnyx.com/v2/messages", "Bearer telnyx-key"],
          ["https://api.nexmo.com/v1/messages", "Bearer …"],
          ["https://messaging.bandwidth.com/api/v2/users/9900000/messages", `Basic ${basic}`],
        ],
      )
      assert.strictEqual(clients(), 1)
    }),
  )

  for (const [what, env, message] of [
    [
      "an API key of Telnyx without a public key",
      { PROXY_SESSION_TELNYX_API_KEY: "key" },
      /needs .*TELNYX_PUBLIC_KEYS/u,
    ],
    [
      "an application of Vonage without its key",
      { ...calls, PROXY_SESSION_VONAGE_APPLICATION_ID: "a" },
      /set all of .*APPLICATION_ID, .*PRIVATE_KEY, or none/u,
    ],
    [
      "an application of Vonage without a signature secret",
      { PROXY_SESSION_VONAGE_APPLICATION_ID: "a", PROXY_SESSION_VONAGE_PRIVATE_KEY: pem },
      /needs .*VONAGE_SIGNATURE_SECRETS/u,
    ],
    [
      "a key of Vonage's that is none",
      { ...calls, ...texts, PROXY_SESSION_VONAGE_PRIVATE_KEY: "not-a-key" },
      /must be an RSA key in PEM$/u,
    ],
    [
      "half of Bandwidth's password",
      { PROXY_SESSION_BANDWIDTH_USERNAME: "user" },
      /BANDWIDTH_USERNAME and .*PASSWORD/u,
    ],
    [
      "half of Bandwidth's API",
      { ...calls, PROXY_SESSION_BANDWIDTH_ACCOUNT_ID: "1" },
      /set all of .*ACCOUNT_ID, .*API_USERNAME, .*API_PASSWORD, or none/u,
    ],
  ] as const) {
    it.effect(`are refused with ${what}, without repeating it`, () =>
      Effect.gen(function* () {
        const ended = yield* refusal(env)
        assert.strictEqual(ended.exitCode, 253)
        assert.match(ended.message, message)
        assert.notInclude(ended.message, "not-a-key")
      }),
    )
  }
})
