import * as Output from "@proxy-session/cli/Output"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { connector, keys, layerAnswer, Network, run } from "./harness.ts"

const session = (id: string, more: object = {}) => ({
  VoiceConnectorId: "abcdef1ghij2klmno3pqr4",
  ProxySessionId: id,
  Status: "Open",
  ExpiryMinutes: 60,
  Capabilities: ["SMS", "Voice"],
  CreatedTimestamp: "2020-04-15T16:10:10.288Z",
  UpdatedTimestamp: "2020-04-15T16:10:10.288Z",
  EndedTimestamp: null,
  Name: null,
  Participants: [
    { PhoneNumber: "+12065550100", ProxyPhoneNumber: "+19135550199" },
    { PhoneNumber: "+14015550101", ProxyPhoneNumber: "+19135550199" },
  ],
  ...more,
})

const answer = layerAnswer(
  200,
  JSON.stringify({
    NextToken: null,
    ProxySessions: [session("s-1"), session("s-2", { Name: "Trip 1", Status: "Closed" })],
  }),
)

const list = (...more: ReadonlyArray<string>) =>
  Effect.map(run(["list-proxy-sessions", ...connector, ...more]), ({ code, stderr, stdout }) => {
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    return stdout
  }).pipe(Effect.provide(answer))

describe("--output", () => {
  it.effect("text has a line a structure, fields behind tabs in the order of their names", () =>
    Effect.gen(function* () {
      const time = "2020-04-15T16:10:10.288000+00:00"
      const people = ["PARTICIPANTS\t+12065550100\t+19135550199", "PARTICIPANTS\t+14015550101\t+19135550199"]
      assert.deepStrictEqual((yield* list("--output", "text")).split("\n"), [
        `PROXYSESSIONS\t${time}\t60\t\ts-1\tOpen\t${time}\tabcdef1ghij2klmno3pqr4`,
        "CAPABILITIES\tSMS",
        "CAPABILITIES\tVoice",
        ...people,
        `PROXYSESSIONS\t${time}\t60\tTrip 1\ts-2\tClosed\t${time}\tabcdef1ghij2klmno3pqr4`,
        "CAPABILITIES\tSMS",
        "CAPABILITIES\tVoice",
        ...people,
        "",
      ])
    }),
  )

  it.effect("text spells scalars as Python does and lists them behind tabs", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* list("--output", "text", "--query", "ProxySessions[].ProxySessionId"), "s-1\ts-2\n")
      assert.strictEqual(
        yield* list("--output", "text", "--query", "ProxySessions[].[ProxySessionId, Status]"),
        "s-1\tOpen\ns-2\tClosed\n",
      )
      assert.strictEqual(yield* list("--output", "text", "--query", "ProxySessions[0].Name"), "None\n")
      assert.strictEqual(yield* list("--output", "text", "--query", "ProxySessions[0].Status == 'Open'"), "True\n")
    }),
  )

  it.effect("yaml sorts members, and quotes whatever could be taken for something else than text", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* list(
          "--output",
          "yaml",
          "--query",
          "ProxySessions[1].{Name: Name, At: CreatedTimestamp, To: Participants[0], Can: Capabilities, No: `[]`, Of: 'yes', Minutes: ExpiryMinutes}",
        ),
        `At: '2020-04-15T16:10:10.288000+00:00'
Can:
- SMS
- Voice
Minutes: 60
Name: Trip 1
'No': []
Of: 'yes'
To:
  PhoneNumber: '+12065550100'
  ProxyPhoneNumber: '+19135550199'
`,
      )
    }),
  )

  it.effect("table is boxes within boxes, each row in columns", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* list("--output", "table", "--query", "ProxySessions[].{Id: ProxySessionId, Status: Status}"),
        `---------------------
| ListProxySessions |
+-----+-------------+
| Id  | Status      |
+-----+-------------+
| s-1 | Open        |
| s-2 | Closed      |
+-----+-------------+
`,
      )
    }),
  )

  it.effect("table stands upright where the terminal is too narrow, and keeps every value", () =>
    Effect.gen(function* () {
      const stdout = yield* list("--output", "table")
      const lines = stdout.trimEnd().split("\n")
      assert.isAtMost(Math.max(...lines.map((line) => line.length)), 80)
      assert.deepStrictEqual(new Set(lines.map((line) => line.length)).size, 1)
      for (const value of ["s-1", "s-2", "Trip 1", "+12065550100", "SMS"]) assert.include(stdout, ` ${value} `)
    }),
  )

  it.effect("is the flag's, else AWS_DEFAULT_OUTPUT's, else the profile's", () =>
    Effect.gen(function* () {
      const argv = ["list-proxy-sessions", ...connector, "--query", "ProxySessions[0].Name"]
      const files = { "/home/me/.aws/config": "[default]\noutput = text\n" }
      assert.strictEqual((yield* run(argv, { files })).stdout, "None\n")
      const env = { ...keys, AWS_DEFAULT_OUTPUT: "json" }
      assert.strictEqual((yield* run(argv, { files, env })).stdout, "null\n")
      assert.strictEqual((yield* run([...argv, "--output", "text"], { env })).stdout, "None\n")
      const unknown = yield* run(argv, { env: { ...keys, AWS_DEFAULT_OUTPUT: "sculpture" } })
      assert.strictEqual(unknown.code, 255)
      assert.include(unknown.stderr, "Unknown output type: sculpture")
    }).pipe(Effect.provide(answer)),
  )
})

describe("timestamps", () => {
  const argv = ["list-proxy-sessions", ...connector, "--query", "ProxySessions[0].CreatedTimestamp"]
  const configured = (format: string) => ({
    files: { "/home/me/.aws/config": `[default]\ncli_timestamp_format = ${format}\n` },
  })

  it.effect("are Python's, or as they were sent where the profile asks for that", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* run(argv)).stdout, '"2020-04-15T16:10:10.288000+00:00"\n')
      assert.strictEqual((yield* run(argv, configured("wire"))).stdout, '"2020-04-15T16:10:10.288Z"\n')
      const { code, stderr } = yield* run(argv, configured("sundial"))
      assert.strictEqual(code, 253)
      assert.include(stderr, 'Unknown cli_timestamp_format value: sundial, valid values are "wire" or "iso8601"')
    }).pipe(Effect.provide(answer)),
  )

  it.effect("of any form are read that the AWS CLI reads", () =>
    Effect.forEach(
      Object.entries({
        '"2026-03-02T10:00Z"': "2026-03-02T10:00:00+00:00",
        '"20260302T100000Z"': "2026-03-02T10:00:00+00:00",
        '"2026-03-02 10:00:00.123456789+02:00"': "2026-03-02T10:00:00.123456+02:00",
        '"2026-03-02"': "2026-03-02T00:00:00",
        "1586967010.5": "2020-04-15T16:10:10.500000+00:00",
        '"1586967010"': "2020-04-15T16:10:10+00:00",
      }),
      ([sent, printed]) =>
        Effect.gen(function* () {
          const { stdout } = yield* run(argv)
          assert.strictEqual(stdout, `"${printed}"\n`)
        }).pipe(Effect.provide(layerAnswer(200, `{"ProxySessions":[{"CreatedTimestamp":${sent}}]}`))),
    ),
  )

  it.effect("that are none end the command", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run(argv)
      assert.deepStrictEqual([code, stderr], [255, '\nInvalid timestamp "noon": Unknown string format: noon\n'])
    }).pipe(Effect.provide(layerAnswer(200, '{"ProxySessions":[{"CreatedTimestamp":"noon"}]}'))),
  )
})

describe("--query", () => {
  it.effect("picks from the answer before it is printed", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* list("--query", "ProxySessions[?Status == 'Closed'].ProxySessionId | [0]"), '"s-2"\n')
      assert.strictEqual(yield* list("--query", "length(ProxySessions)"), "2\n")
      assert.strictEqual(yield* list("--query", "Nothing"), "null\n")
    }),
  )

  it.effect("that is malformed is refused before anything is sent, one that cannot be evaluated afterwards", () =>
    Effect.gen(function* () {
      const malformed = yield* run(["list-proxy-sessions", ...connector, "--query", "ProxySessions["])
      assert.deepStrictEqual({ ...malformed, stderr: "" }, { code: 252, stdout: "", stderr: "", screen: "" })
      assert.match(malformed.stderr, /^\nBad value for --query ProxySessions\[: /u)
      assert.strictEqual((yield* run(["list-proxy-sessions", ...connector, "--query", "length(`1`)"])).code, 255)
    }).pipe(Effect.provide(answer)),
  )
})

describe("--generate-cli-skeleton", () => {
  it.effect("prints the answer's form too, through --query and --output, and sends nothing", () =>
    Effect.gen(function* () {
      const { requests } = yield* Network
      const argv = ["get-voice-connector-proxy", ...connector, "--generate-cli-skeleton", "output"]
      assert.deepStrictEqual(JSON.parse((yield* run(argv, { env: {} })).stdout), {
        Proxy: {
          DefaultSessionExpiryMinutes: 0,
          Disabled: true,
          FallBackPhoneNumber: "FallBackPhoneNumber",
          PhoneNumberCountries: ["String"],
        },
      })
      assert.strictEqual((yield* run([...argv, "--query", "Proxy.Disabled", "--output", "text"])).stdout, "True\n")
      const key = [...connector, "--proxy-session-id", "s-1"]
      assert.strictEqual((yield* run(["delete-proxy-session", ...key, ...argv.slice(-2)])).stdout, "")
      assert.strictEqual(requests.length, 0)
    }).pipe(Effect.provide(answer)),
  )
})

describe("yaml", () => {
  it.effect("keeps text text", () =>
    Effect.gen(function* () {
      const print = (value: Output.Value) =>
        Effect.map(Output.render("yaml", value, { title: "", width: 80 }), ({ lines }) => lines.join("\n"))
      for (const text of [
        "",
        "123",
        "1e3",
        "0x1f",
        "true",
        "Null",
        "~",
        "- a",
        "a: b",
        "a #b",
        "it's",
        " a",
        "2020-01-01",
        "[a]",
        "&a",
        "!a",
        "a ",
      ]) {
        assert.strictEqual(yield* print([text]), `- '${text.replaceAll("'", "''")}'`)
      }
      for (const text of ["Open", "Trip 1", "abcdef1ghij2klmno3pqr4", "us-east-1"])
        assert.strictEqual(yield* print([text]), `- ${text}`)
      assert.strictEqual(yield* print(["a\nb\u0007"]), '- "a\\nb\\u0007"')
      assert.strictEqual(yield* print("yes"), '"yes"')
      assert.strictEqual(
        yield* print([[], new Map(), [["a"], new Map([["b", ["c"]]])]]),
        "- []\n- {}\n- - - a\n  - b:\n    - c",
      )
    }),
  )
})
