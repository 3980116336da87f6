import * as Profile from "@proxy-session/cli/Profile"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { connector, keys, layerAnswer, type Machine, Network, run } from "./harness.ts"

const list = ["list-proxy-sessions", ...connector]

/** Where the one request went, and by which key and for which region it was signed. */
const sent = (more: ReadonlyArray<string>, machine: Machine) =>
  Effect.gen(function* () {
    const { requests, timeouts } = yield* Network
    const { code, stderr } = yield* run([...list, ...more], machine)
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    const headers: Readonly<Record<string, string | undefined>> = requests[0]?.headers ?? {}
    return {
      origin: new URL(requests[0]?.url ?? "").origin,
      scope: /Credential=([^/]+)\/\d+\/([^/]+)\//u.exec(headers["authorization"] ?? "")?.slice(1),
      token: headers["x-amz-security-token"],
      headers: Object.keys(headers),
      timeouts,
    }
  }).pipe(Effect.provide(layerAnswer(200, "{}")))

const refused = (more: ReadonlyArray<string>, machine: Machine) =>
  Effect.gen(function* () {
    const { requests } = yield* Network
    const { code, stderr } = yield* run([...list, ...more], machine)
    assert.deepStrictEqual({ code, requests: requests.length }, { code: 253, requests: 0 })
    return stderr
  }).pipe(Effect.provide(layerAnswer(200, "{}")))

const files = {
  "/home/me/.aws/credentials": `
# keys
[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = default-secret

[work]
aws_access_key_id=AKIDWORK
aws_secret_access_key=work=secret
aws_session_token=work-token
`,
  "/home/me/.aws/config": `[default]
region = eu-west-1
s3 =
  region = nested
[profile work]
region = eu-central-1
endpoint_url = http://127.0.0.1:4999
[profile sso]
sso_session = corp
[profile role]
role_arn = arn:aws:iam::000000000000:role/example
source_profile = work
[profile process]
credential_process = /bin/false
[profile half]
aws_access_key_id = AKIDHALF
[profile empty]
region = eu-west-1
`,
}

describe("keys", () => {
  it.effect("come from the environment, over the default profile", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* sent([], { files, env: { ...keys, AWS_SESSION_TOKEN: "t" } })).scope, [
        "AKIDEXAMPLE",
        "us-east-1",
      ])
      assert.deepStrictEqual((yield* sent([], { files, env: {} })).scope, ["AKIDDEFAULT", "eu-west-1"])
    }),
  )

  it.effect(
    "come from a profile that is asked for by flag, over the environment; AWS_PROFILE does not win over it",
    () =>
      Effect.gen(function* () {
        const work = yield* sent(["--profile", "work"], { files, env: { ...keys, AWS_REGION: "" } })
        assert.deepStrictEqual(work.scope, ["AKIDWORK", "eu-central-1"])
        assert.strictEqual(work.token, "work-token")
        assert.strictEqual(work.origin, "http://127.0.0.1:4999")
        assert.deepStrictEqual((yield* sent([], { files, env: { AWS_PROFILE: "work" } })).scope, [
          "AKIDWORK",
          "eu-central-1",
        ])
        assert.deepStrictEqual((yield* sent([], { files, env: { ...keys, AWS_PROFILE: "work" } })).scope, [
          "AKIDEXAMPLE",
          "us-east-1",
        ])
      }),
  )

  it.effect("come from the files that variables name", () =>
    Effect.gen(function* () {
      const moved = {
        "/etc/keys": files["/home/me/.aws/credentials"],
        "/home/me/config": "[default]\nregion=us-west-2\n",
      }
      const env = { AWS_SHARED_CREDENTIALS_FILE: "/etc/keys", AWS_CONFIG_FILE: "~/config" }
      assert.deepStrictEqual((yield* sent([], { files: moved, env })).scope, ["AKIDDEFAULT", "us-west-2"])
    }),
  )

  it.effect("that are nowhere are a CredentialsError that names each place", () =>
    Effect.gen(function* () {
      const stderr = yield* refused([], { env: { AWS_REGION: "us-east-1" } })
      assert.match(
        stderr,
        /^\nCredentialsError: No usable credentials \(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: are not set; profile default: has no/u,
      )
    }),
  )

  it.effect("that are half there are a CredentialsError that names the other half", () =>
    Effect.gen(function* () {
      assert.include(
        yield* refused([], { env: { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a" } }),
        "AWS_SECRET_ACCESS_KEY: is not set",
      )
      assert.include(
        yield* refused(["--profile", "half"], { files, env: keys }),
        "profile half: has no aws_secret_access_key",
      )
    }),
  )

  it.effect("that a profile gets by single sign-on, a role or a process are refused with the way around", () =>
    Effect.gen(function* () {
      for (const [profile, setting] of [
        ["sso", "sso_session"],
        ["role", "role_arn"],
        ["process", "credential_process"],
      ] as const) {
        const stderr = yield* refused(["--profile", profile], { files, env: keys })
        assert.include(
          stderr,
          `CredentialsError: No usable credentials (profile ${profile}: gets its keys through ${setting}`,
        )
        assert.include(stderr, `aws configure export-credentials --profile ${profile} --format env`)
      }
    }),
  )

  it.effect("are not looked for with --no-sign-request, and nothing is signed", () =>
    Effect.gen(function* () {
      const { headers } = yield* sent(["--no-sign-request"], { env: { AWS_REGION: "us-east-1" } })
      assert.deepStrictEqual(
        headers.filter((name) => name === "authorization" || name.startsWith("x-amz-")),
        [],
      )
    }),
  )
})

describe("a profile", () => {
  it.effect("that does not exist is an error where it was asked for", () =>
    Effect.gen(function* () {
      const sentence = "The config profile (nobody) could not be found"
      assert.include(yield* refused(["--profile", "nobody"], { files, env: keys }), sentence)
      assert.include(yield* refused([], { files, env: { ...keys, AWS_PROFILE: "nobody" } }), sentence)
    }),
  )

  it("is read without comments, blank lines and settings within settings", () => {
    const sections = Profile.parse(
      "; a\n[ profile   a b ] # c\r\nRegion = x\r\n\r\n#y=1\nnested =\n  region = no\nno equals\n[c]\n[profile a b]\nz=a=b\n",
    )
    assert.deepStrictEqual(
      [...sections].map(([name, settings]) => [name, Object.fromEntries(settings)]),
      [
        ["profile a b", { region: "x", nested: "", z: "a=b" }],
        ["c", {}],
      ],
    )
  })
})

describe("the endpoint and the region", () => {
  it.effect("are the flags', else the environment's, else the profile's", () =>
    Effect.gen(function* () {
      const env = {
        ...keys,
        AWS_ENDPOINT_URL_CHIME_SDK_VOICE: "http://127.0.0.1:4001",
        AWS_ENDPOINT_URL: "http://127.0.0.1:4002",
      }
      const flags = ["--endpoint-url", "http://127.0.0.1:4003", "--region", "ap-northeast-1"]
      const work = ["--profile", "work"]
      const byFlag = yield* sent([...work, ...flags], { files, env })
      assert.deepStrictEqual([byFlag.origin, byFlag.scope?.[1]], ["http://127.0.0.1:4003", "ap-northeast-1"])
      const byVariable = yield* sent(work, { files, env })
      assert.deepStrictEqual([byVariable.origin, byVariable.scope?.[1]], ["http://127.0.0.1:4001", "us-east-1"])
      const second = yield* sent(work, { files, env: { AWS_DEFAULT_REGION: "us-west-2" } })
      assert.deepStrictEqual([second.origin, second.scope?.[1]], ["http://127.0.0.1:4999", "us-west-2"])
      const byProfile = yield* sent(work, { files, env: {} })
      assert.deepStrictEqual([byProfile.origin, byProfile.scope?.[1]], ["http://127.0.0.1:4999", "eu-central-1"])
    }),
  )

  it.effect("are AWS's own rules in either namespace", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* sent([], {})).origin, "https://voice-chime.us-east-1.amazonaws.com")
      assert.strictEqual((yield* sent(["--namespace", "chime"], {})).origin, "https://chime.us-east-1.amazonaws.com")
    }),
  )

  it.effect("that are missing or wrong are exit code 253", () =>
    Effect.gen(function* () {
      const { AWS_REGION: _, ...env } = keys
      assert.include(yield* refused([], { env }), "You must specify a region")
      assert.include(yield* refused(["--endpoint-url", "localhost:1"], {}), "must begin with http")
      assert.include(
        yield* refused([], { env: { ...keys, AWS_USE_FIPS_ENDPOINT: "perhaps" } }),
        "AWS_USE_FIPS_ENDPOINT",
      )
    }),
  )
})

describe("timeouts", () => {
  it.effect("are a minute each, what the flags say, or none at all for 0", () =>
    Effect.gen(function* () {
      const minute = Duration.minutes(1)
      assert.deepStrictEqual((yield* sent([], {})).timeouts, [{ connect: minute, read: minute }])
      assert.deepStrictEqual((yield* sent(["--cli-connect-timeout", "0", "--cli-read-timeout", "5"], {})).timeouts, [
        { connect: undefined, read: Duration.seconds(5) },
      ])
    }),
  )
})
