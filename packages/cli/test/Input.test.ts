import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { connector, keys, layerAnswer, Network, run } from "./harness.ts"

const session = "get-proxy-session"
const createBase = ["create-proxy-session", ...connector, "--capabilities", "Voice"]
const numbers = ["--participant-phone-numbers", "+14015550101", "+12065550100"]

/** The body of the one request that a command line sends, or what it says instead. */
const sent = (argv: ReadonlyArray<string>, files: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const { requests } = yield* Network
    const { stderr } = yield* run(argv, { files })
    const body = requests[0]?.body
    return body === undefined
      ? stderr
      : body._tag === "Uint8Array"
        ? JSON.parse(new TextDecoder().decode(body.body))
        : body._tag
  }).pipe(Effect.provide(layerAnswer(404, "")))

const refused = (argv: ReadonlyArray<string>, files: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const { requests } = yield* Network
    const { code, stderr, stdout } = yield* run(argv, { files, env: keys })
    assert.deepStrictEqual({ code, stdout, requests: requests.length }, { code: 252, stdout: "", requests: 0 })
    return stderr
  }).pipe(Effect.provide(layerAnswer(404, "")))

describe("a list", () => {
  const expected = {
    ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
    Capabilities: ["Voice", "SMS"],
  }

  it.effect("is several values, JSON, or a file that holds JSON; of a repeated flag the last counts", () =>
    Effect.gen(function* () {
      const ways: ReadonlyArray<ReadonlyArray<string>> = [
        ["--capabilities", "Voice", "SMS"],
        ["--capabilities", "SMS", "--capabilities", "Voice", "SMS"],
        ["--capabilities", '["Voice", "SMS"]'],
        ["--capabilities", "file://capabilities.json"],
        ['--capabilities=["Voice","SMS"]'],
      ]
      for (const way of ways) {
        const argv = ["create-proxy-session", ...connector, ...numbers, ...way]
        assert.deepStrictEqual(yield* sent(argv, { "capabilities.json": '["Voice","SMS"]\n' }), expected)
      }
    }),
  )

  it.effect(
    "is checked by the types and the least lengths of the model, as the AWS CLI does; the service checks the rest",
    () =>
      Effect.gen(function* () {
        const invalid = (problem: string) => `\nParameter validation failed:\n${problem}\n`
        assert.strictEqual(
          yield* refused([...createBase, "--participant-phone-numbers", "+14015550101"]),
          invalid("Invalid length for parameter ParticipantPhoneNumbers, value: 1, valid min length: 2"),
        )
        assert.strictEqual(
          yield* refused([...createBase, "--participant-phone-numbers", '["+14015550101", 5]']),
          invalid(
            "Invalid type for parameter ParticipantPhoneNumbers[1], value: 5, type: <class 'int'>, valid types: <class 'str'>",
          ),
        )
        assert.deepStrictEqual(
          (yield* sent([...createBase, "--participant-phone-numbers", "+14015550101", "0"])).ParticipantPhoneNumbers,
          ["+14015550101", "0"],
        )
      }),
  )
})

describe("a structure", () => {
  it.effect("is shorthand, JSON, or a file", () =>
    Effect.gen(function* () {
      for (const way of ["Country=US,AreaCode=206", '{"Country": "US", "AreaCode": "206"}', "file://geo.json"]) {
        const body = yield* sent([...createBase, ...numbers, "--geo-match-params", way], {
          "geo.json": '{"Country":"US","AreaCode":"206"}',
        })
        assert.deepStrictEqual(body.GeoMatchParams, { Country: "US", AreaCode: "206" })
      }
    }),
  )

  it.effect("with a member that it does not have is refused", () =>
    Effect.gen(function* () {
      assert.include(
        yield* refused([...createBase, ...numbers, "--geo-match-params", "Country=US,Town=Seattle"]),
        'Unknown parameter in GeoMatchParams: "Town", must be one of: Country, AreaCode',
      )
      assert.include(
        yield* refused([...createBase, ...numbers, "--geo-match-params", "Seattle"]),
        "Error parsing parameter '--geo-match-params': Expected: '=', received: 'EOF' for input:\nSeattle\n       ^\n",
      )
    }),
  )
})

describe("a boolean", () => {
  const base = [
    "put-voice-connector-proxy",
    ...connector,
    "--default-session-expiry-minutes",
    "60",
    "--phone-number-pool-countries",
    "US",
  ]

  it.effect("is a switch in two positions, or absent", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* sent([...base, "--disabled"])).Disabled, true)
      assert.strictEqual((yield* sent([...base, "--no-disabled"])).Disabled, false)
      assert.notProperty(yield* sent(base), "Disabled")
    }),
  )
})

describe("a number", () => {
  it.effect("is whole, or nothing is sent", () =>
    Effect.gen(function* () {
      const argv = [...createBase, ...numbers, "--expiry-minutes"]
      assert.strictEqual((yield* sent([...argv, "90"])).ExpiryMinutes, 90)
      assert.strictEqual((yield* sent([...argv, "file://minutes"], { minutes: "90\n" })).ExpiryMinutes, 90)
      const least = (value: number) => `Invalid value for parameter ExpiryMinutes, value: ${value}, valid min value: 1`
      assert.include(yield* refused([...argv, "0"]), least(0))
      assert.include(yield* refused([...argv, "-1"]), least(-1))
      const fraction = yield* run([...argv, "1.5"]).pipe(Effect.provide(layerAnswer(404, "")))
      assert.deepStrictEqual(
        [fraction.code, fraction.stderr],
        [255, "\ninvalid literal for int() with base 10: '1.5'\n"],
      )
    }),
  )
})

describe("--cli-input-json", () => {
  const json = JSON.stringify({
    VoiceConnectorId: "abcdef1ghij2klmno3pqr4",
    ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
    Capabilities: ["Voice"],
    Name: "Trip 1",
  })

  it.effect("is the request, as text or in a file, and flags win over it", () =>
    Effect.gen(function* () {
      const expected = {
        ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
        Capabilities: ["Voice"],
        Name: "Trip 1",
      }
      assert.deepStrictEqual(yield* sent(["create-proxy-session", "--cli-input-json", json]), expected)
      assert.deepStrictEqual(
        yield* sent(["create-proxy-session", "--cli-input-json", "file://in.json", "--name", "Trip 2"], {
          "in.json": json,
        }),
        { ...expected, Name: "Trip 2" },
      )
    }),
  )

  it.effect("accepts what --generate-cli-skeleton prints, filled in", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run(["update-proxy-session", "--generate-cli-skeleton"]).pipe(
        Effect.provide(layerAnswer(404, "")),
      )
      const skeleton = JSON.parse(stdout)
      assert.deepStrictEqual(skeleton, {
        VoiceConnectorId: "",
        ProxySessionId: "",
        Capabilities: ["Voice"],
        ExpiryMinutes: 0,
      })
      const filled = JSON.stringify({ ...skeleton, VoiceConnectorId: "a", ProxySessionId: "b", ExpiryMinutes: 5 })
      assert.deepStrictEqual(yield* sent(["update-proxy-session", "--cli-input-json", filled]), {
        Capabilities: ["Voice"],
        ExpiryMinutes: 5,
      })
    }),
  )

  it.effect("that lacks a member, has one too many, or is no JSON is refused", () =>
    Effect.gen(function* () {
      assert.include(
        yield* refused([session, "--cli-input-json", '{"VoiceConnectorId":"a"}']),
        'Missing required parameter in input: "ProxySessionId"',
      )
      assert.include(
        yield* refused([session, "--cli-input-json", '{"voiceConnectorId":"a"}']),
        'Unknown parameter in input: "voiceConnectorId", must be one of: VoiceConnectorId, ProxySessionId',
      )
      assert.include(
        yield* refused([session, "--cli-input-json", "{"]),
        "Error parsing parameter 'cli-input-json': Invalid JSON received.",
      )
      assert.include(
        yield* refused([session, "--cli-input-json", "[]"]),
        "Error parsing parameter '--cli-input-json': Invalid type: expecting map, received <class 'list'>",
      )
      assert.include(
        yield* refused([session, "--cli-input-json", "file://nowhere.json"]),
        "Error parsing parameter '--cli-input-json': Unable to load paramfile file://nowhere.json: " +
          "[Errno 2] No such file or directory: 'nowhere.json'",
      )
    }),
  )
})

describe("a command line", () => {
  it.effect("without a required flag names each that is missing", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refused([session]),
        "\nusage: proxy-session [options] <command> [parameters]\nTo see help text, you can run:\n\n" +
          "  proxy-session help\n  proxy-session <command> help\n\n" +
          "proxy-session: error: the following arguments are required: --voice-connector-id, --proxy-session-id\n\n",
      )
    }),
  )

  it.effect("with an unknown flag, command, choice or argument is refused with the usage", () =>
    Effect.gen(function* () {
      assert.match(
        yield* refused([session, ...connector, "--proxy-session-id", "a", "--proxy-sesion-id", "b", "--quiry=x"]),
        /^\nusage: .*--proxy-sesion-id: maybe you meant --proxy-session-id\n--quiry: maybe you meant --query\n\nUnknown options: --proxy-sesion-id, --quiry=x, b\n\n$/su,
      )
      assert.match(
        yield* refused(["get-proxy-sesion"]),
        /Invalid choice: 'get-proxy-sesion', maybe you meant:\n\n {2}\* get-proxy-session\n/u,
      )
      assert.include(
        yield* refused(["list-proxy-sessions", ...connector, "--output", "sculpture"]),
        "proxy-session: error: argument --output: Invalid choice, valid choices are:\n\njson  ",
      )
      assert.include(
        yield* refused([session, ...connector, "--proxy-session-id", "b", "stray"]),
        "Unknown options: stray",
      )
    }),
  )

  it.effect("that is refused repeats no telephone number", () =>
    Effect.gen(function* () {
      assert.notInclude(yield* refused([...createBase, "--status", "+12065550100"]), "5550100")
      assert.notInclude(yield* refused([...createBase, "--disabled", "+12065550100"]), "5550100")
      assert.notInclude(yield* refused([...createBase, "--participant-phone-numbers", '["+12065550100"']), "5550100")
    }),
  )

  it.effect("may have its general options before the command, as the AWS CLI allows", () =>
    Effect.gen(function* () {
      const { requests } = yield* Network
      yield* run(["--region", "eu-central-1", session, ...connector, "--proxy-session-id", "b"])
      assert.strictEqual(
        requests[0]?.url,
        "https://voice-chime.eu-central-1.amazonaws.com/voice-connectors/abcdef1ghij2klmno3pqr4/proxy-sessions/b",
      )
    }).pipe(Effect.provide(layerAnswer(404, ""))),
  )

  it.effect("takes a value from a file as it is, whose path may begin with ~ and hold variables", () =>
    Effect.gen(function* () {
      const files = { "/home/me/names/trip": "Trip 1" }
      for (const path of ["~/names/trip", "$HOME/names/trip", "${HOME}/names/trip"]) {
        const argv = [...createBase, ...numbers, "--name", `file://${path}`]
        assert.strictEqual((yield* sent(argv, files)).Name, "Trip 1")
      }
      assert.strictEqual(
        (yield* sent([...createBase, ...numbers, "--name", "file://name"], { name: "Trip 1" })).Name,
        "Trip 1",
      )
    }),
  )

  it.effect("may shorten its flags as long as they are unambiguous, and name the service", () =>
    Effect.gen(function* () {
      const { requests } = yield* Network
      const argv = ["--reg", "eu-central-1", "chime", "list-proxy-sessions", "--voice", "abcdef1ghij2klmno3pqr4"]
      yield* run([...argv, "--stat=Open", "--max", "5", "--next", "t"])
      assert.strictEqual(
        requests[0]?.url,
        "https://chime.us-east-1.amazonaws.com/voice-connectors/abcdef1ghij2klmno3pqr4/proxy-sessions" +
          "?status=Open&next-token=t&max-results=5",
      )
      assert.include(
        yield* refused(["list-proxy-sessions", "--no-p", "--n", "x"]),
        "ambiguous option: --n could match --no-verify-ssl, --no-paginate, --no-sign-request, --no-cli-pager, --no-cli-auto-prompt",
      )
    }).pipe(Effect.provide(layerAnswer(404, ""))),
  )

  it.effect("whose session or connector is a step of a path is refused, unlike in the AWS CLI", () =>
    Effect.gen(function* () {
      for (const step of [".", ".."]) {
        assert.include(
          yield* refused(["delete-proxy-session", ...connector, "--proxy-session-id", step]),
          "Invalid value for parameter ProxySessionId: . and .. are not names but steps of a path",
        )
      }
    }),
  )
})

describe("--cli-input-yaml", () => {
  it.effect("is the request as YAML, in which numbers and texts are what YAML 1.2 takes them for", () =>
    Effect.gen(function* () {
      const yaml =
        'ParticipantPhoneNumbers: ["+14015550101", "+12065550100"]\nCapabilities:\n- Voice\nExpiryMinutes: 90\n'
      const argv = ["create-proxy-session", ...connector]
      const expected = {
        ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
        Capabilities: ["Voice"],
        ExpiryMinutes: 90,
      }
      assert.deepStrictEqual(yield* sent([...argv, "--cli-input-yaml", yaml]), expected)
      assert.deepStrictEqual(
        yield* sent([...argv, "--cli-input-yaml", "file://in.yaml"], { "in.yaml": yaml }),
        expected,
      )
      assert.include(
        yield* refused([...argv, "--cli-input-yaml", `${yaml}Name: yes\nExpiryMinutes: 1.5`]),
        "Invalid YAML received.",
      )
      assert.include(
        yield* refused([...argv, "--cli-input-yaml", yaml.replace("90", "1.5")]),
        "Invalid type for parameter ExpiryMinutes, value: 1.5, type: <class 'float'>",
      )
      assert.include(yield* refused([...argv, "--cli-input-yaml", ""]), "received <class 'NoneType'>")
    }),
  )
})
