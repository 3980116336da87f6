import {
  ChimeSDKVoiceClient,
  CreateProxySessionCommand,
  GetProxySessionCommand,
  ListProxySessionsCommand,
  NotFoundException,
  PutVoiceConnectorProxyCommand,
} from "@aws-sdk/client-chime-sdk-voice"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { get } from "node:http"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connector, keys, layerAnswer, run } from "./harness.ts"
import { execute, serve, spawn } from "./process.ts"

const VoiceConnectorId = connector[1]

const seed = JSON.stringify({
  format: "proxy-session-memory/1",
  stores: [
    {
      connectors: [
        {
          voiceConnectorId: VoiceConnectorId,
          configuration: { defaultSessionExpiryMinutes: 60, disabled: false, phoneNumberCountries: ["US"] },
        },
      ],
    },
  ],
})

const temporaryFile = (content: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
    ),
    (folder) => {
      const file = join(folder, "seed.json")
      writeFileSync(file, content)
      return file
    },
  )

/** The status of a GET whose `Host` is not where it is sent. */
const statusFor = (host: string, port: string, path: string) =>
  Effect.callback<number | undefined>((resume) => {
    get({ host: "127.0.0.1", port, path, headers: { host }, agent: false }, (response) => {
      response.resume()
      resume(Effect.succeed(response.statusCode))
    })
  })

/** What a server without a database says on stderr. */
const nothingKept = "nothing is kept when the server ends; --database sqlite:PATH keeps it\n"

describe("serve", () => {
  it.live("answers the unmodified AWS SDK and our own command, then stops in order on SIGTERM", () =>
    Effect.gen(function* () {
      const server = yield* serve([], keys)
      assert.match(server.line, /^listening on http:\/\/127\.0\.0\.1:\d+$/u)
      const client = new ChimeSDKVoiceClient({
        endpoint: server.url,
        region: "us-east-1",
        credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
      })
      const { ProxySession } = yield* Effect.promise(async () => {
        await client.send(
          new PutVoiceConnectorProxyCommand({
            VoiceConnectorId,
            DefaultSessionExpiryMinutes: 60,
            PhoneNumberPoolCountries: ["US"],
          }),
        )
        return client.send(
          new CreateProxySessionCommand({
            VoiceConnectorId,
            ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
            Capabilities: ["Voice"],
          }),
        )
      })
      const ProxySessionId = ProxySession?.ProxySessionId ?? ""
      const got = yield* Effect.promise(() =>
        client.send(new GetProxySessionCommand({ VoiceConnectorId, ProxySessionId })),
      )
      assert.deepStrictEqual(got.ProxySession, ProxySession)
      const missing = yield* Effect.promise(() =>
        client.send(new GetProxySessionCommand({ VoiceConnectorId, ProxySessionId: "nobody" })).then(
          () => undefined,
          (error: unknown) => error,
        ),
      )
      assert.instanceOf(missing, NotFoundException)
      client.destroy()

      const env = { ...keys, AWS_ENDPOINT_URL_CHIME_SDK_VOICE: server.url }
      const get = ["get-proxy-session", ...connector, "--proxy-session-id", ProxySessionId]
      const ours = yield* execute(get, env)
      assert.deepStrictEqual({ code: ours.code, stderr: ours.stderr }, { code: 0, stderr: "" })
      const printed = JSON.parse(ours.stdout).ProxySession
      assert.strictEqual(printed.ProxySessionId, ProxySessionId)
      assert.strictEqual(new Date(printed.CreatedTimestamp).getTime(), ProxySession?.CreatedTimestamp?.getTime())

      const stranger = yield* execute(get, { ...env, AWS_SECRET_ACCESS_KEY: "another" })
      assert.strictEqual(stranger.code, 254)
      assert.match(
        stranger.stderr,
        /^\nAn error occurred \(InvalidSignatureException\) when calling the GetProxySession operation: /u,
      )

      assert.deepStrictEqual(yield* server.stop("SIGTERM"), {
        code: 0,
        stdout: `${server.line}\n`,
        stderr: nothingKept,
      })
    }),
  )

  it.live("begins with what a seed file holds", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile(seed)
      const server = yield* serve(["--seed", file, "--no-auth"])
      const flags = ["--endpoint-url", server.url, "--region", "us-east-1", "--no-sign-request"]
      const proxy = yield* execute([
        "get-voice-connector-proxy",
        ...connector,
        "--query",
        "Proxy.DefaultSessionExpiryMinutes",
        ...flags,
      ])
      assert.deepStrictEqual(proxy, { code: 0, stdout: "60\n", stderr: "" })
      const other = yield* execute(["list-proxy-sessions", "--voice-connector-id", "other", ...flags])
      assert.include(other.stderr, "NotFoundException")
    }),
  )

  it.live("takes keys from a file, and logs each request as JSON on demand", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile(
        JSON.stringify({ keys: [{ accessKeyId: "READER", secretAccessKey: "canary", rights: "read-only" }] }),
      )
      const server = yield* serve(["--keys", file, "--access-log"])
      const environment = { AWS_ACCESS_KEY_ID: "READER", AWS_SECRET_ACCESS_KEY: "canary", AWS_REGION: "us-east-1" }
      const flags = [...connector, "--endpoint-url", server.url]
      assert.strictEqual((yield* execute(["list-proxy-sessions", ...flags], environment)).code, 0)
      const refused = yield* execute(["delete-voice-connector-proxy", ...flags], environment)
      assert.include(refused.stderr, "ForbiddenException")
      const { stderr } = yield* server.stop("SIGTERM")
      const [first, ...rest] = stderr.trim().split("\n")
      assert.strictEqual(`${first}\n`, nothingKept)
      const [listed, forbidden] = rest.map((line): unknown => JSON.parse(line).annotations)
      assert.deepInclude(listed, { operation: "ListProxySessions", status: 200, account: "000000000000" })
      assert.deepInclude(forbidden, { operation: "DeleteVoiceConnectorProxy", status: 403 })
      assert.notInclude(stderr, "canary")
      assert.notInclude(stderr, "READER")
    }),
  )

  it.live("keeps to the rules of the namespace that was asked for", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(["--namespace", "chime", "--no-auth"])
      const client = new ChimeSDKVoiceClient({
        endpoint: url,
        region: "us-east-1",
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      })
      const list = (MaxResults: number) =>
        Effect.tryPromise({
          try: () => client.send(new ListProxySessionsCommand({ VoiceConnectorId, MaxResults })),
          catch: (error) => (error instanceof Error ? error.name : ""),
        })
      assert.deepStrictEqual((yield* list(99)).ProxySessions, [])
      assert.strictEqual(yield* Effect.flip(list(100)), "BadRequestException")
      client.destroy()
    }),
  )

  it.live("tells its health and metrics on a port of its own, which its second line names", () =>
    Effect.gen(function* () {
      const server = yield* serve(["--no-auth", "--monitoring-port", "0"])
      const monitoring = (yield* server.secondLine).replace("monitoring on ", "")
      const get = (url: string) =>
        Effect.promise(async () => {
          const answer = await fetch(url)
          return [answer.status, await answer.text()] as const
        })
      assert.deepStrictEqual(yield* get(`${monitoring}/health`), [200, `{"status":"ok"}`])
      assert.strictEqual((yield* get(`${server.url}/health`))[0], 404)
      assert.strictEqual((yield* get(`${server.url}/voice-connectors/v/proxy-sessions/nobody`))[0], 404)
      const [, metrics] = yield* get(`${monitoring}/metrics`)
      assert.include(metrics, `proxy_session_server_requests_total{operation="GetProxySession",status="404"} 1`)
    }),
  )

  it.live(
    "with any account, takes every key with its own resources, for this machine and the hosts that were allowed",
    () =>
      Effect.gen(function* () {
        const server = yield* serve(["--accounts", "any"])
        const { port } = new URL(server.url)
        const put = (id: string, secret: string) =>
          execute(
            [
              "put-voice-connector-proxy",
              ...connector,
              "--default-session-expiry-minutes",
              "60",
              "--phone-number-pool-countries",
              "US",
            ],
            {
              ...keys,
              AWS_ACCESS_KEY_ID: id,
              AWS_SECRET_ACCESS_KEY: secret,
              AWS_ENDPOINT_URL_CHIME_SDK_VOICE: server.url,
            },
          )
        const get = (id: string) =>
          execute(["get-voice-connector-proxy", ...connector], {
            ...keys,
            AWS_ACCESS_KEY_ID: id,
            AWS_SECRET_ACCESS_KEY: "test",
            AWS_ENDPOINT_URL_CHIME_SDK_VOICE: server.url,
          })
        assert.strictEqual((yield* put("worker-1", "test")).code, 0)
        assert.strictEqual((yield* get("worker-1")).code, 0)
        assert.include((yield* get("worker-2")).stderr, "(NotFoundException)")
        assert.include((yield* put("worker-1", "wrong")).stderr, "(InvalidSignatureException)")
        const path = `/voice-connectors/${VoiceConnectorId}/proxy-sessions`
        assert.strictEqual(yield* statusFor(`evil.example:${port}`, port, path), 403)
        for (const argv of [["--no-auth"], ["--keys", "keys.json"], ["--host", "0.0.0.0"]]) {
          const { code, stderr } = yield* execute(["serve", "--port", "0", "--accounts", "any", ...argv])
          assert.strictEqual(code, 252)
          assert.match(stderr, /--accounts any is (?:given in the place of|refused on 0\.0\.0\.0)/u)
        }
      }),
  )

  it.live("without signatures, is there for this machine and for the hosts that were allowed", () =>
    Effect.gen(function* () {
      const server = yield* serve(["--no-auth", "--monitoring-port", "0", "--allowed-host", "stand-in.test"])
      const { port } = new URL(server.url)
      const monitoring = new URL((yield* server.secondLine).replace("monitoring on ", ""))
      const path = `/voice-connectors/${VoiceConnectorId}/proxy-sessions`
      for (const [host, status] of [
        ["127.0.0.1", 200],
        ["localhost", 200],
        ["stand-in.test", 200],
        ["evil.example", 403],
      ] as const) {
        assert.strictEqual(yield* statusFor(`${host}:${port}`, port, path), status)
        assert.strictEqual(yield* statusFor(`${host}:${monitoring.port}`, monitoring.port, "/metrics"), status)
      }
    }),
  )

  it.live("says in one line that a port is taken", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(["--no-auth"])
      const { port } = new URL(url)
      assert.deepStrictEqual(yield* execute(["serve", "--no-auth", "--port", "0", "--monitoring-port", port]), {
        code: 255,
        stdout: "",
        stderr: `\nproxy-session: error: port ${port} on 127.0.0.1 is already in use; choose another one with --monitoring-port\n`,
      })
      assert.deepStrictEqual(yield* execute(["serve", "--no-auth", "--port", port]), {
        code: 255,
        stdout: "",
        stderr: `\nproxy-session: error: port ${port} on 127.0.0.1 is already in use; choose another one with --port\n`,
      })
    }),
  )

  it.live("stops in order on SIGINT as well, while a command is interrupted by it", () =>
    Effect.gen(function* () {
      const server = yield* serve(["--no-auth"])
      const flags = ["--endpoint-url", server.url, "--region", "us-east-1", "--no-sign-request"]
      yield* execute([
        "put-voice-connector-proxy",
        ...connector,
        "--default-session-expiry-minutes",
        "60",
        "--phone-number-pool-countries",
        "US",
        ...flags,
      ])
      const numbers = ["--participant-phone-numbers", "+14015550101", "+12065550100"]
      const { stdout } = yield* execute([
        "create-proxy-session",
        ...connector,
        ...numbers,
        "--capabilities",
        "Voice",
        "--query",
        "ProxySession.ProxySessionId",
        "--output",
        "text",
        ...flags,
      ])
      const watch = yield* spawn(["watch-proxy-session", ...connector, "--proxy-session-id", stdout.trim(), ...flags])
      assert.match(yield* watch.firstLine, / Open Voice$/u)
      assert.strictEqual((yield* watch.stop("SIGINT")).code, 130)
      assert.strictEqual((yield* server.stop("SIGINT")).code, 0)
    }),
  )
})

describe("serve refuses", () => {
  const refused = (
    argv: ReadonlyArray<string>,
    env: Readonly<Record<string, string>> = keys,
    files: Readonly<Record<string, string>> = {},
  ) =>
    Effect.map(run(["serve", ...argv], { env, files }), ({ code, stderr, stdout }) => {
      assert.strictEqual(stdout, "")
      return [code, stderr] as const
    }).pipe(Effect.provide(layerAnswer(404, "")))

  it.effect("to start without keys, unless --no-auth says so", () =>
    Effect.gen(function* () {
      for (const env of [{}, { AWS_ACCESS_KEY_ID: "a" }, { AWS_SECRET_ACCESS_KEY: "b" }]) {
        const [code, stderr] = yield* refused([], env)
        assert.strictEqual(code, 253)
        assert.match(stderr, /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.*--no-auth/u)
      }
    }),
  )

  it.effect("--no-auth where others could reach it", () =>
    Effect.gen(function* () {
      for (const host of ["0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example.com", "localhost.example.com"]) {
        const [code, stderr] = yield* refused(["--no-auth", "--host", host])
        assert.strictEqual(code, 252)
        assert.include(stderr, `--no-auth is refused on ${host}`)
        assert.include(stderr, "--allowed-host")
      }
    }),
  )

  it.effect("a file of keys that it cannot read, naming the file, the path and the rule but no value", () =>
    Effect.gen(function* () {
      const file = "/a/keys.json"
      const content = `{"keys":[{"accessKeyId":"READER","secretAccessKey":""}]}`
      const [code, stderr] = yield* refused(["--keys", file], {}, { [file]: content })
      assert.strictEqual(code, 252)
      assert.include(stderr, `--keys ${file}: keys[0].secretAccessKey must be`)
      assert.notInclude(stderr, "READER")
    }),
  )

  it.effect("a seed that it cannot read, naming the file, the path and the rule but no value", () =>
    Effect.gen(function* () {
      const bad = (content: string | undefined) =>
        Effect.map(
          refused(["--seed", "/a/seed.json"], keys, content === undefined ? {} : { "/a/seed.json": content }),
          ([code, stderr]) => {
            assert.strictEqual(code, 252)
            return stderr
          },
        )
      assert.include(yield* bad(undefined), "--seed /a/seed.json: unable to read the file")
      assert.include(yield* bad("{"), "--seed /a/seed.json: is not valid JSON")
      // Without a format it is the short form, and with one a snapshot.
      assert.include(yield* bad("{}"), "--seed /a/seed.json: connectors is required")
      assert.include(yield* bad('{ "format": "proxy-session-memory/1" }'), "--seed /a/seed.json: stores is required")
      const wrong = yield* bad(seed.replace('["US"]', '["US", "+12065550100"]').replace(`"${VoiceConnectorId}"`, '""'))
      assert.include(wrong, "stores[0].connectors[0].voiceConnectorId must be 1 to 128 characters")
      assert.include(wrong, "stores[0].connectors[0].configuration.phoneNumberCountries[1] must be two capital letters")
      assert.notInclude(wrong, "555")
    }),
  )

  it.effect("an allowed host that is none, such as a URL", () =>
    Effect.gen(function* () {
      for (const host of ["http://stand-in.test", "stand-in.test:4010", "*", ""]) {
        const [code, stderr] = yield* refused(["--no-auth", "--allowed-host", host])
        assert.strictEqual(code, 252)
        assert.include(stderr, "--allowed-host")
        assert.include(stderr, "a host name or an address, without a scheme, a port or a path")
      }
    }),
  )

  it.effect("a port that is none", () =>
    Effect.gen(function* () {
      const [code, stderr] = yield* refused(["--port", "65536"])
      assert.strictEqual(code, 252)
      assert.include(stderr, "a port from 0 to 65535")
    }),
  )
})

describe("a process", () => {
  it.live("gives up on an answer after --cli-read-timeout, and says that the session may exist", () =>
    Effect.gen(function* () {
      const silent = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const server = createServer(() => {}).listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
        }),
        (server) => Effect.sync(() => server.close()),
      )
      const { port } = silent.address() as AddressInfo
      const { code, stderr } = yield* execute(
        [
          "create-proxy-session",
          ...connector,
          "--participant-phone-numbers",
          "+14015550101",
          "+12065550100",
          "--capabilities",
          "Voice",
          "--cli-read-timeout",
          "1",
          "--endpoint-url",
          `http://127.0.0.1:${port}`,
        ],
        keys,
      )
      assert.strictEqual(code, 255)
      assert.match(
        stderr,
        /^\nTransportError: CreateProxySession: no usable answer \(Timeout, 1 attempt\); whether it was carried out is unknown/u,
      )
    }),
  )
})
