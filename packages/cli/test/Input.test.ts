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

  it.effect("is several values, a repeated flag, JSON, or a file that holds JSON", () =>
    Effect.gen(function* () {
      const ways: ReadonlyArray<ReadonlyArray<string>> = [
        ["--capabilities", "Voice", "SMS"],
        ["--capabilities", "Voice", "--capabilities", "SMS"],
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

  it.effect("whose element breaks a rule is refused by the name of the wire", () =>
    Effect.gen(function* () {
      const stderr = yield* refused([...createBase, "--participant-phone-numbers", "+14015550101", "0"])
      assert.match(
        stderr,
        /^\nInvalidRequest: CreateProxySession: ParticipantPhoneNumbers\[1\] must be an E\.164 number/u,
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
        'Unknown parameter in input: "Town", must be one of: Country, AreaCode',
      )
      assert.include(
        yield* refused([...createBase, ...numbers, "--geo-match-params", "Seattle"]),
        "--geo-match-params: must be JSON or shorthand",
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
      assert.include(yield* refused([...argv, "1.5"]), "--expiry-minutes: must be a whole number")
      assert.include(yield* refused([...argv, "0"]), "ExpiryMinutes must be a whole number of at least 1")
      assert.include(yield* refused([...argv, "-1"]), "ExpiryMinutes must be a whole number of at least 1")
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
        "InvalidRequest: GetProxySession: ProxySessionId is required",
      )
      assert.include(
        yield* refused([session, "--cli-input-json", '{"voiceConnectorId":"a"}']),
        'Unknown parameter in input: "voiceConnectorId", must be one of: VoiceConnectorId, ProxySessionId',
      )
      assert.include(yield* refused([session, "--cli-input-json", "{"]), "--cli-input-json: is not valid JSON")
      assert.include(yield* refused([session, "--cli-input-json", "[]"]), "--cli-input-json: must be a JSON object")
      assert.include(
        yield* refused([session, "--cli-input-json", "file://nowhere.json"]),
        "--cli-input-json: unable to load file://nowhere.json",
      )
    }),
  )
})

describe("a command line", () => {
  it.effect("without a required flag names each that is missing", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refused([session]),
        "\nproxy-session: error: the following arguments are required: --voice-connector-id, --proxy-session-id\n",
      )
    }),
  )

  it.effect("with an unknown flag, command, choice or argument is refused with the usage", () =>
    Effect.gen(function* () {
      assert.match(
        yield* refused([session, "--proxy-sesion-id", "b"]),
        /usage: proxy-session get-proxy-session .*--proxy-sesion-id/su,
      )
      assert.include(yield* refused(["get-proxy-sesion"]), "get-proxy-session")
      assert.include(yield* refused(["list-proxy-sessions", ...connector, "--status", "Ajar"]), "Open")
      assert.include(yield* refused([session, ...connector, "stray"]), "stray")
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

  it.effect("takes a value from a file as it is", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        (yield* sent([...createBase, ...numbers, "--name", "file://name"], { name: "Trip 1" })).Name,
        "Trip 1",
      )
    }),
  )

  it.effect("asks --no-verify-ssl in vain, and is told what to do instead", () =>
    Effect.gen(function* () {
      const stderr = yield* refused([session, ...connector, "--proxy-session-id", "b", "--no-verify-ssl"])
      assert.include(stderr, "--no-verify-ssl is not supported")
      assert.include(stderr, "NODE_EXTRA_CA_CERTS")
    }),
  )
})
