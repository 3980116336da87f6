import * as Operations from "@proxy-session/cli/Operations"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as DateTime from "effect/DateTime"
import { connector, layerServer, run } from "./harness.ts"

const start = DateTime.toEpochMillis(DateTime.makeUnsafe("2020-04-15T16:10:10.288Z"))

const put = run([
  "put-voice-connector-proxy",
  ...connector,
  "--default-session-expiry-minutes",
  "60",
  "--phone-number-pool-countries",
  "US",
  "CA",
])

const create = (...more: ReadonlyArray<string>) =>
  run([
    "create-proxy-session",
    ...connector,
    "--participant-phone-numbers",
    "+14015550101",
    "+12065550100",
    "--capabilities",
    "Voice",
    "SMS",
    ...more,
  ])

describe("the operations", () => {
  it.effect("print what the service sends, as the AWS CLI prints it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      assert.deepStrictEqual(yield* put, {
        code: 0,
        stdout: `{
    "Proxy": {
        "DefaultSessionExpiryMinutes": 60,
        "Disabled": false,
        "PhoneNumberCountries": [
            "US",
            "CA"
        ]
    }
}
`,
        stderr: "",
        screen: "",
      })
      const created = yield* create()
      assert.strictEqual(created.stderr, "")
      const { ProxySession: session } = JSON.parse(created.stdout)
      assert.strictEqual(session.CreatedTimestamp, "2020-04-15T16:10:10.288000+00:00")
      assert.deepStrictEqual(Object.keys(session), [
        "VoiceConnectorId",
        "ProxySessionId",
        "Status",
        "ExpiryMinutes",
        "Capabilities",
        "CreatedTimestamp",
        "UpdatedTimestamp",
        "Participants",
      ])
      const key = [...connector, "--proxy-session-id", session.ProxySessionId]
      assert.strictEqual((yield* run(["get-proxy-session", ...key])).stdout, created.stdout)
      const updated = yield* run(["update-proxy-session", ...key, "--capabilities", "Voice", "--expiry-minutes=90"])
      assert.strictEqual(JSON.parse(updated.stdout).ProxySession.ExpiryMinutes, 90)
      const listed = yield* run(["list-proxy-sessions", ...connector, "--status", "Open"])
      assert.deepStrictEqual(JSON.parse(listed.stdout).ProxySessions, [JSON.parse(updated.stdout).ProxySession])
      assert.deepStrictEqual(yield* run(["delete-proxy-session", ...key]), {
        code: 0,
        stdout: "",
        stderr: "",
        screen: "",
      })
      assert.strictEqual((yield* run(["list-proxy-sessions", ...connector])).stdout, '{\n    "ProxySessions": []\n}\n')
      assert.strictEqual((yield* run(["get-voice-connector-proxy", ...connector])).code, 0)
      assert.strictEqual((yield* run(["delete-voice-connector-proxy", ...connector])).stdout, "")
      assert.strictEqual((yield* run(["get-voice-connector-proxy", ...connector])).code, 254)
    }).pipe(Effect.provide(layerServer)),
  )

  it.effect("print a timestamp on a whole second without a fraction, as Python does", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start - 288)
      yield* put
      assert.include((yield* create()).stdout, '"2020-04-15T16:10:10+00:00"')
    }).pipe(Effect.provide(layerServer)),
  )

  it("have a flag for each member of their request and no other way to name it", () => {
    assert.deepStrictEqual(
      Object.fromEntries(Operations.rows.map(({ command, members }) => [command, members.map(({ flag }) => flag)])),
      {
        "create-proxy-session": [
          "voice-connector-id",
          "participant-phone-numbers",
          "name",
          "expiry-minutes",
          "capabilities",
          "number-selection-behavior",
          "geo-match-level",
          "geo-match-params",
        ],
        "get-proxy-session": ["voice-connector-id", "proxy-session-id"],
        "list-proxy-sessions": ["voice-connector-id", "status", "next-token", "max-results"],
        "update-proxy-session": ["voice-connector-id", "proxy-session-id", "capabilities", "expiry-minutes"],
        "delete-proxy-session": ["voice-connector-id", "proxy-session-id"],
        "put-voice-connector-proxy": [
          "voice-connector-id",
          "default-session-expiry-minutes",
          "phone-number-pool-countries",
          "fall-back-phone-number",
          "disabled",
        ],
        "get-voice-connector-proxy": ["voice-connector-id"],
        "delete-voice-connector-proxy": ["voice-connector-id"],
        "create-voice-connector": [
          "name",
          "aws-region",
          "require-encryption",
          "tags",
          "integration-type",
          "network-type",
        ],
        "get-voice-connector": ["voice-connector-id"],
        "list-voice-connectors": ["next-token", "max-results"],
        "update-voice-connector": ["voice-connector-id", "name", "require-encryption"],
        "delete-voice-connector": ["voice-connector-id"],
        "associate-phone-numbers-with-voice-connector": ["voice-connector-id", "e164-phone-numbers", "force-associate"],
        "disassociate-phone-numbers-from-voice-connector": ["voice-connector-id", "e164-phone-numbers"],
        "list-phone-numbers": ["status", "product-type", "filter-name", "filter-value", "max-results", "next-token"],
        "get-phone-number": ["phone-number-id"],
        "search-available-phone-numbers": [
          "area-code",
          "city",
          "country",
          "state",
          "toll-free-prefix",
          "phone-number-type",
          "max-results",
          "next-token",
        ],
        "create-phone-number-order": ["product-type", "e164-phone-numbers", "name"],
        "get-phone-number-order": ["phone-number-order-id"],
      },
    )
  })
})

describe("list-proxy-sessions", () => {
  const fill = Effect.gen(function* () {
    yield* put
    for (let at = 0; at < 5; at++) yield* create()
  })

  it.effect("answers a page and the token that continues it", () =>
    Effect.gen(function* () {
      yield* fill
      const first = JSON.parse((yield* run(["list-proxy-sessions", ...connector, "--max-results", "3"])).stdout)
      assert.strictEqual(first.ProxySessions.length, 3)
      const rest = yield* run([
        "list-proxy-sessions",
        ...connector,
        "--max-results",
        "3",
        "--next-token",
        first.NextToken,
      ])
      assert.strictEqual(JSON.parse(rest.stdout).ProxySessions.length, 2)
    }).pipe(Effect.provide(layerServer)),
  )

  it.effect("--all gathers every page, and says how far it is where somebody watches", () =>
    Effect.gen(function* () {
      yield* fill
      const argv = ["list-proxy-sessions", ...connector, "--max-results", "2", "--all"]
      const silent = yield* run(argv)
      const answer = JSON.parse(silent.stdout)
      assert.strictEqual(answer.ProxySessions.length, 5)
      assert.notProperty(answer, "NextToken")
      assert.strictEqual(silent.screen, "")
      const watched = yield* run(argv, { isTerminal: true })
      assert.strictEqual(watched.stdout, silent.stdout)
      const clear = "\r\u001B[2K"
      assert.strictEqual(watched.screen, `${clear}2 sessions${clear}4 sessions${clear}5 sessions${clear}`)
    }).pipe(Effect.provide(layerServer)),
  )
})

layer(layerServer)("help", (it) => {
  it.effect("is printed on stdout for every command, with an example that says its name", () =>
    Effect.forEach([...Operations.rows.map(({ command }) => command), "serve", "watch-proxy-session"], (command) =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run([command, "--help"])
        assert.strictEqual(code, 0)
        assert.strictEqual(stderr, "")
        assert.match(stdout, /^DESCRIPTION\n {2}\S.*\n\nUSAGE\n/u)
        assert.include(stdout.slice(stdout.indexOf("EXAMPLES")), `proxy-session ${command}`)
        assert.strictEqual((yield* run([command, "help"])).stdout, stdout)
      }),
    ),
  )

  it.effect("is what a last word of help asks for, behind whatever flags, and with the name of the service", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run(["list-proxy-sessions", "--help"])
      const argv = ["chime-sdk-voice", "list-proxy-sessions", ...connector, "--max-results", "5", "help"]
      assert.deepStrictEqual(yield* run(argv), { code: 0, stdout, stderr: "", screen: "" })
    }),
  )

  it.effect("of the program names every command", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run(["--help"])
      for (const { command } of Operations.rows) assert.include(stdout, `  ${command} `)
      assert.strictEqual((yield* run(["help"])).stdout, stdout)
    }),
  )

  it.effect("is as wide as the terminal, and coloured there unless NO_COLOR is set", () =>
    Effect.gen(function* () {
      const terminal = { isTerminal: true, columns: 100 }
      const plain = yield* run(["create-proxy-session", "--help"], { ...terminal, env: { NO_COLOR: "1" } })
      const words = (text: string) => text.split(/\s+/u).join(" ")
      assert.isAtMost(Math.max(...plain.stdout.split("\n").map((line) => line.length)), 100)
      assert.notInclude(plain.stdout, "\u001B")
      assert.strictEqual(words(plain.stdout), words((yield* run(["create-proxy-session", "--help"])).stdout))
      assert.include((yield* run(["create-proxy-session", "--help"], terminal)).stdout, "\u001B[1m")
    }),
  )

  it.effect("is told on stderr, with exit code 252, when no command is given", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run([])
      assert.deepStrictEqual({ code, stdout }, { code: 252, stdout: "" })
      assert.include(stderr, "USAGE")
    }),
  )

  it.effect("completions are printed for a shell", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* run(["--completions", "bash"])
      assert.strictEqual(code, 0)
      assert.include(stdout, "--participant-phone-numbers")
    }),
  )

  it.effect("the version is that of the package", () =>
    Effect.gen(function* () {
      const manifest = yield* Effect.promise(
        () => import("@proxy-session/cli/package.json", { with: { type: "json" } }),
      )
      const version = `proxy-session/${manifest.default.version}\n`
      assert.strictEqual((yield* run(["--version"])).stdout, version)
      assert.strictEqual((yield* run(["chime", "no-such-command", "--vers"])).stdout, version)
    }),
  )
})
