import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connector, keys } from "./harness.ts"
import { execute, serve } from "./process.ts"

const seed = {
  connectors: [
    {
      voiceConnectorId: connector[1],
      phoneNumbers: ["+19135550199"],
      configuration: { defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] },
      sessions: [
        {
          proxySessionId: "trip-1",
          participantPhoneNumbers: ["+12065550100", "+14015550101"],
          capabilities: ["Voice"],
        },
      ],
    },
  ],
}

const temporaryFile = (content: unknown) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
    ),
    (folder) => {
      const file = join(folder, "seed.json")
      writeFileSync(file, JSON.stringify(content))
      return file
    },
  )

const get = ["get-proxy-session", ...connector, "--proxy-session-id", "trip-1", "--query", "ProxySession.Status"]

describe("a seed file", () => {
  it.live("in the short form is what every account and every region begins with, and goes back to", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(["--accounts", "any", "--seed", yield* temporaryFile(seed)])
      const as = (account: string, region: string) => ({
        AWS_ACCESS_KEY_ID: account,
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: region,
        AWS_ENDPOINT_URL_CHIME_SDK_VOICE: url,
      })
      assert.strictEqual((yield* execute(get, as("one", "us-east-1"))).stdout, '"Open"\n')
      assert.strictEqual((yield* execute(get, as("two", "eu-west-1"))).stdout, '"Open"\n')
      const remove = ["delete-proxy-session", ...connector, "--proxy-session-id", "trip-1"]
      assert.strictEqual((yield* execute(remove, as("one", "us-east-1"))).code, 0)
      assert.include((yield* execute(get, as("one", "us-east-1"))).stderr, "(NotFoundException)")
      assert.strictEqual((yield* execute(["control", "reset", "--url", url, "--account", "one"])).code, 0)
      assert.strictEqual((yield* execute(get, as("one", "us-east-1"))).stdout, '"Open"\n')
    }),
  )

  it.live("with a mistake names it by its path, and what was probably meant", () =>
    Effect.gen(function* () {
      const [only] = seed.connectors
      for (const [content, message] of [
        [
          { connectors: [{ ...only, phonenumbers: [] }] },
          "connectors[0].phonenumbers is not a member; did you mean phoneNumbers?",
        ],
        [
          { connectors: [{ ...only, phoneNumber: [] }] },
          "connectors[0].phoneNumber is not a member; did you mean phoneNumbers?",
        ],
        [{ connectors: [{ voiceConnectorId: 5 }] }, "connectors[0].voiceConnectorId must be "],
        [{ format: "proxy-session-memory/1", stores: [], store: [] }, "store is not a member; did you mean stores?"],
        [{ format: "proxy-session-memory/2", stores: [] }, "format must be "],
      ] as const) {
        const { code, stderr } = yield* execute([
          "serve",
          "--port",
          "0",
          "--no-auth",
          "--seed",
          yield* temporaryFile(content),
        ])
        assert.strictEqual(code, 252)
        assert.include(stderr, message)
      }
    }),
  )
})

describe("control", () => {
  it.live(
    "does by commands what the control API does",
    () =>
      Effect.gen(function* () {
        const { url } = yield* serve(["--seed", yield* temporaryFile(seed), "--journal-bodies"], keys)
        const env = { ...keys, AWS_ENDPOINT_URL_CHIME_SDK_VOICE: url }
        const events = yield* Effect.promise(() => fetch(`${url}/_proxy-session/events`))
        const control = (...argv: ReadonlyArray<string>) => execute(["control", ...argv, "--url", url])
        assert.strictEqual((yield* execute(["wait-until-ready", "--url", url])).code, 0)
        assert.strictEqual((yield* execute(get, env)).stdout, '"Open"\n')
        assert.match((yield* control("clock", "--advance", "61 minutes")).stdout, /^\{\n  "now": "\d{4}-.*Z"\n\}\n$/u)
        assert.strictEqual((yield* execute(get, env)).stdout, '"Closed"\n')
        const added = yield* control("faults", "--add", '{"error":"ForbiddenException","times":2}')
        assert.strictEqual(JSON.parse(added.stdout).error, "ForbiddenException")
        assert.include((yield* execute(get, env)).stderr, "(ForbiddenException)")
        assert.strictEqual(JSON.parse((yield* control("faults")).stdout).faults[0].times, 1)
        assert.strictEqual((yield* control("faults", "--clear")).stdout, "")
        const { requests } = JSON.parse((yield* control("journal", "--status", "403")).stdout)
        assert.strictEqual(requests.length, 1)
        assert.include(requests[0].responseBody, "Forbidden")
        const told = yield* Effect.promise(async () => {
          let text = ""
          for await (const chunk of (events.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
            text += chunk
            if (text.includes('"status":403')) return text
          }
          return text
        })
        assert.match(told, /"type":"Listening".*"type":"SessionClosed".*"proxySessionId":"trip-1"/su)
        const { stdout } = yield* control("state")
        assert.strictEqual(JSON.parse(stdout).stores[0].connectors[0].sessions[0].proxySessionId, "trip-1")
        assert.strictEqual((yield* control("state", "--put", yield* temporaryFile(JSON.parse(stdout)))).code, 0)
        assert.deepStrictEqual(yield* control("reset"), { code: 0, stdout: "", stderr: "" })
        assert.strictEqual((yield* execute(get, env)).stdout, '"Open"\n')
      }),
    120_000,
  )

  it.live("says why the server refuses, and that nobody is there", () =>
    Effect.gen(function* () {
      const { stop, url } = yield* serve(["--control-token", "a-token"], keys)
      const refused = yield* execute(["control", "reset", "--url", url])
      assert.strictEqual(refused.code, 255)
      assert.include(refused.stderr, "the server refuses (401)")
      const env = { PROXY_SESSION_CONTROL_TOKEN: "a-token" }
      assert.strictEqual((yield* execute(["control", "reset", "--url", url], env)).code, 0)
      const bad = yield* execute(["control", "clock", "--advance", "soon", "--url", url], env)
      assert.include(bad.stderr, "(400): advance must be ")
      yield* stop("SIGTERM")
      const gone = yield* execute(["control", "reset", "--url", url])
      assert.include(gone.stderr, `nobody answers at ${url}`)
      const waited = yield* execute(["wait-until-ready", "--url", url, "--timeout", "300 millis"])
      assert.strictEqual(waited.code, 255)
      assert.include(waited.stderr, "is not ready after 300ms")
    }),
  )
})
