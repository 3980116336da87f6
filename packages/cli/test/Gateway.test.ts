import {
  ChimeSDKVoiceClient,
  CreateProxySessionCommand,
  GetProxySessionCommand,
  PutVoiceConnectorProxyCommand,
} from "@aws-sdk/client-chime-sdk-voice"
import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import { twilioSignature } from "../../gateway/test/support/fixtures.ts"
import { connector, keys, layerAnswer, Network, run } from "./harness.ts"
import { execute, serve } from "./process.ts"

const VoiceConnectorId = connector[1]
const [rider, driver] = ["+14015550101", "+12065550100"]
const secrets = { PROXY_SESSION_TWILIO_AUTH_TOKENS: "new-token, old-token", PROXY_SESSION_ROUTE_TOKEN: "route-token" }
const gateway = ["--gateway-port", "0", "--public-url", "https://calls.example.com"]

const post = (base: string, path: string, members: Readonly<Record<string, string>>, token = "old-token") =>
  Effect.promise(async () => {
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: {
        "x-twilio-signature": twilioSignature(token, `https://calls.example.com${path}`, Object.entries(members)),
      },
      body: new URLSearchParams(members),
    })
    return { status: response.status, text: await response.text() }
  })

describe("serve with a port for calls", () => {
  it.live("puts a call through between two people whose session an AWS SDK made, and tells the command about it", () =>
    Effect.gen(function* () {
      const server = yield* serve(gateway, { ...keys, ...secrets })
      const calls = (yield* server.secondLine).replace("calls on ", "")
      const client = new ChimeSDKVoiceClient({
        endpoint: server.url,
        region: "us-east-1",
        credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => client.destroy()))
      const { ProxySession } = yield* Effect.promise(async () => {
        const PhoneNumberPoolCountries = ["US"]
        const proxy = { VoiceConnectorId, DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries }
        await client.send(new PutVoiceConnectorProxyCommand(proxy))
        const ParticipantPhoneNumbers = [rider, driver]
        return client.send(
          new CreateProxySessionCommand({ VoiceConnectorId, ParticipantPhoneNumbers, Capabilities: ["Voice"] }),
        )
      })
      const ProxySessionId = ProxySession?.ProxySessionId ?? ""
      const proxy = ProxySession?.Participants?.[0]?.ProxyPhoneNumber ?? ""
      const ask = (...argv: ReadonlyArray<string>) =>
        Effect.map(execute([...argv, ...connector, "--gateway-url", calls], secrets), ({ code, stderr, stdout }) => {
          assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
          return JSON.parse(stdout)
        })

      assert.deepStrictEqual(yield* ask("route", "--from", rider, "--to", proxy), {
        Action: "Connect",
        To: driver,
        CallerId: proxy,
        Via: "Session",
        RingSeconds: 30,
        VoiceConnectorId,
        ProxySessionId,
      })
      const list = ["interactions", "--proxy-session-id", ProxySessionId]
      assert.deepStrictEqual(yield* ask(...list), { Interactions: [] })

      const members = { CallSid: "CA1", From: rider, To: proxy }
      const path = `/twilio/voice/${VoiceConnectorId}`
      assert.strictEqual((yield* post(calls, path, members, "another")).status, 403)
      const { text } = yield* post(calls, path, members)
      assert.include(text, `callerId="${proxy}"`)
      assert.include(text, `>${driver}</Number>`)
      assert.notInclude(text, rider.slice(1))
      assert.deepStrictEqual(yield* post(calls, path, members, "new-token"), { status: 200, text })
      const { ProxySession: session } = yield* Effect.promise(() =>
        client.send(new GetProxySessionCommand({ VoiceConnectorId, ProxySessionId })),
      )
      assert.strictEqual(session?.Status, "InProgress")
      const found = yield* ask(...list)
      assert.strictEqual(found.Interactions.length, 1)
      const alone = yield* execute([...list, "--gateway-url", calls], secrets)
      assert.deepStrictEqual(JSON.parse(alone.stdout), found)
      assert.deepInclude(found.Interactions[0], { Provider: "twilio", ProviderId: "CA1", Channel: "Voice", Caller: 0 })
      const { code, stdout } = yield* server.stop("SIGTERM")
      assert.deepStrictEqual([code, stdout.split("\n")[1]], [0, `calls on ${calls}`])
    }),
  )

  const refused = (argv: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
    Effect.map(
      Effect.provide(run(["serve", "--no-auth", ...argv], { env }), layerAnswer(404, "")),
      ({ code, stderr, stdout }) => {
        assert.strictEqual(stdout, "")
        return { code, message: stderr.trim().split("\n").at(-1) }
      },
    )

  for (const [what, argv, env, code, message] of [
    ["without a secret", gateway, {}, 253, /^proxy-session: error: --gateway-port needs the secrets of a carrier/u],
    [
      "without a public URL",
      ["--gateway-port", "0"],
      secrets,
      252,
      /with --public-url: it is part of what they sign$/u,
    ],
    [
      "with a URL of no use",
      ["--gateway-port", "0", "--public-url", "calls"],
      secrets,
      252,
      /--public-url must be a URL/u,
    ],
    ["with an empty secret", gateway, { PROXY_SESSION_TWILIO_AUTH_TOKENS: "a,,b" }, 253, /none of them empty$/u],
    ["with a key that is none", gateway, { PROXY_SESSION_TELNYX_PUBLIC_KEYS: "abc" }, 253, /32 bytes in Base64$/u],
    [
      "with an attestation",
      gateway,
      { ...secrets, PROXY_SESSION_MINIMUM_ATTESTATION: "D" },
      253,
      /must be A, B or C$/u,
    ],
    ["with no time to ring", gateway, { ...secrets, PROXY_SESSION_RING_SECONDS: "0" }, 253, /from 1 to 600$/u],
    ["with an account", [...gateway, "--gateway-account", "1"], secrets, 252, /12 digits/u],
    ["with a prefix", [...gateway, "--national-prefix", "44"], secrets, 252, /a calling code such as \+44/u],
    ["with a limit", [...gateway, "--calls-per-minute", "-1"], secrets, 252, /0 is no limit/u],
    [
      "with a variable that is none",
      gateway,
      { PROXY_SESSION_TWILIO_AUTH_TOKEN: "a" },
      253,
      /AUTH_TOKEN is no setting/u,
    ],
  ] as const) {
    it.live(`is refused ${what}, without repeating it`, () =>
      Effect.gen(function* () {
        const ended = yield* refused(argv, env)
        assert.match(ended.message ?? "", message)
        assert.strictEqual(ended.code, code)
      }),
    )
  }

  it.live("is refused over a store of several tenants, of which none is named", () =>
    Effect.gen(function* () {
      const connectors = [{ voiceConnectorId: VoiceConnectorId }]
      const stores = ["111122223333", "444455556666"].map((account) => ({ account, connectors }))
      const seed = JSON.stringify({ format: "proxy-session-memory/1", stores })
      const httpServer = Layer.orDie(NodeHttpServer.layerServer(createServer, { host: "127.0.0.1", port: 0 }))
      const machine = { env: secrets, files: { "seed.json": seed }, httpServer }
      const argv = ["serve", "--no-auth", ...gateway, "--seed", "seed.json"]
      const ended = yield* Effect.provide(run(argv, machine), layerAnswer(404, ""))
      assert.include(ended.stderr, "the store has several tenants")
      assert.include(ended.stderr, "name one with --gateway-account, --region and --namespace")
      assert.strictEqual(ended.code, 252)
    }),
  )
})

describe("the commands that ask a gateway", () => {
  const argv = ["route", "--from", rider, "--to", driver]

  it.effect("send the call and the token, and print what comes back", () =>
    Effect.gen(function* () {
      const ended = yield* run([...argv, "--channel", "SMS", "--text", "STOP"], { env: secrets })
      assert.deepStrictEqual([ended.code, ended.stdout], [0, '{\n    "Action": "Reject"\n}\n'])
      const { requests } = yield* Network
      const [request] = requests
      assert.strictEqual(request?.url, "http://127.0.0.1:4020/route?dry-run")
      assert.strictEqual(request?.headers["authorization"], "Bearer route-token")
    }).pipe(Effect.provide(layerAnswer(200, '{"Action":"Reject"}'))),
  )

  for (const [status, body, message] of [
    [400, '{"violations":[]}', "the gateway refused the request"],
    [401, "", "does not know the token"],
    [404, "", "no such session"],
    [503, "", "cannot ask its store"],
    [500, "", "status 500"],
  ] as const) {
    it.effect(`say what a ${status} means`, () =>
      Effect.gen(function* () {
        const ended = yield* run(argv, { env: secrets })
        assert.include(ended.stderr, message)
        assert.deepStrictEqual([ended.code, ended.stdout], [254, ""])
      }).pipe(Effect.provide(layerAnswer(status, body))),
    )
  }

  it.effect("need a token and a URL", () =>
    Effect.gen(function* () {
      const without = yield* run(argv, { env: {} })
      assert.deepStrictEqual([without.code, without.stdout], [253, ""])
      const wrong = yield* run([...argv, "--gateway-url", "https://a:b@host"], { env: secrets })
      assert.deepStrictEqual([wrong.code, wrong.stdout], [252, ""])
      assert.strictEqual((yield* Network).requests.length, 0)
    }).pipe(Effect.provide(layerAnswer(200, "{}"))),
  )
})
