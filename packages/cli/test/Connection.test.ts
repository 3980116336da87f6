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

const ends = (code: number) => (more: ReadonlyArray<string>, machine: Machine) =>
  Effect.gen(function* () {
    const { requests } = yield* Network
    const ended = yield* run([...list, ...more], machine)
    assert.deepStrictEqual({ code: ended.code, requests: requests.length }, { code, requests: 0 }, ended.stderr)
    return ended.stderr
  }).pipe(Effect.provide(layerAnswer(200, "{}")))

/** Nothing was sent, since there is no region or there are no keys. */
const missing = ends(253)

/** Nothing was sent, since something is wrong. */
const refused = ends(255)

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
sso_account_id = 000000000000
[profile 'my dev']
login_session = arn:aws:iam::000000000000:user/me
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
        const { AWS_REGION: _, ...ownKeys } = keys
        const work = yield* sent(["--profile", "work"], { files, env: ownKeys })
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
      const region = { AWS_REGION: "us-east-1" }
      const places = "profile default: has no aws_access_key_id in /home/me/.aws/credentials or /home/me/.aws/config"
      assert.include(
        yield* missing([], { env: region }),
        `CredentialsError: No usable credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: are not set; ${places})`,
      )
      // With --profile the environment is none of the places.
      const empty = yield* missing(["--profile", "empty"], { files, env: keys })
      assert.include(empty, "CredentialsError: No usable credentials (profile empty: has no aws_access_key_id")
    }),
  )

  it.effect("that are half there are a CredentialsError that names the other half", () =>
    Effect.gen(function* () {
      assert.include(
        yield* refused([], { files, env: { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a" } }),
        "AWS_SECRET_ACCESS_KEY: is not set",
      )
      assert.include(
        yield* refused(["--profile", "half"], { files, env: keys }),
        "profile half in /home/me/.aws/config: has aws_access_key_id and no aws_secret_access_key",
      )
    }),
  )

  it.effect("that are blank in the environment are not set there", () =>
    Effect.gen(function* () {
      const env = { AWS_ACCESS_KEY_ID: " ", AWS_SECRET_ACCESS_KEY: "\n", AWS_REGION: "us-east-1" }
      assert.deepStrictEqual((yield* sent([], { files, env })).scope, ["AKIDDEFAULT", "us-east-1"])
    }),
  )

  it.effect("that nothing could be signed with are refused, by the name of the half that is wrong", () =>
    Effect.gen(function* () {
      const of = (id: string, secret: string) => ({
        env: { AWS_REGION: "us-east-1" },
        files: {
          "/home/me/.aws/credentials": `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
        },
      })
      const source = "profile default in /home/me/.aws/credentials"
      for (const id of ["", "AKID # mine", "AKID\n  MORE", "AKID,", "\u00E9"]) {
        assert.include(yield* refused([], of(id, "canary")), `${source}: aws_access_key_id must be visible ASCII`)
      }
      assert.include(yield* refused([], of("AKID", "")), `${source}: aws_secret_access_key must not be empty`)
      const line = yield* refused([], { env: { ...keys, AWS_SECRET_ACCESS_KEY: "canary\n" } })
      assert.include(line, "the environment: AWS_SECRET_ACCESS_KEY must not be empty, nor have white space at its ends")
      assert.notInclude(line, "canary")
      yield* sent([], of("AKID", "a b\n  c"))
    }),
  )

  it.effect("that have expired are refused before the service does", () =>
    Effect.gen(function* () {
      const until = (AWS_CREDENTIAL_EXPIRATION: string) => ({ env: { ...keys, AWS_CREDENTIAL_EXPIRATION } })
      yield* sent([], until("1970-01-01T00:00:01Z"))
      assert.include(yield* refused([], until("1969-12-31T23:59:59Z")), "AWS_CREDENTIAL_EXPIRATION: is past")
      assert.include(yield* refused([], until("soon")), "AWS_CREDENTIAL_EXPIRATION: is past, or no date")
    }),
  )

  it.effect("come from ~/.boto last of all, as they do with the AWS CLI", () =>
    Effect.gen(function* () {
      const boto = "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = s\n"
      const env = { AWS_REGION: "us-east-1" }
      const scope = ["AKIDBOTO", "us-east-1"]
      assert.deepStrictEqual((yield* sent([], { files: { "/home/me/.boto": boto }, env })).scope, scope)
      assert.deepStrictEqual((yield* sent([], { files: { "/etc/boto.cfg": boto }, env })).scope, scope)
      const moved = { files: { "/b": boto, "/home/me/.boto": "broken" }, env: { ...env, BOTO_CONFIG: "/b" } }
      assert.deepStrictEqual((yield* sent([], moved)).scope, scope)
    }),
  )

  it.effect("that a profile gets by single sign-on, a role or a process are refused with the way around", () =>
    Effect.gen(function* () {
      for (const [profile, setting] of [
        ["sso", "sso_account_id"],
        ["role", "role_arn"],
        ["process", "credential_process"],
        ["my dev", "login_session"],
      ] as const) {
        const stderr = yield* refused(["--profile", profile], { files, env: keys })
        assert.include(
          stderr,
          `CredentialsError: No usable credentials (profile ${profile}: gets its keys through ${setting}`,
        )
        const word = profile.includes(" ") ? `'${profile}'` : profile
        assert.include(stderr, `aws configure export-credentials --profile ${word} --format env`)
      }
    }),
  )

  it.effect("that a container or an old file of EC2 has are refused as well", () =>
    Effect.gen(function* () {
      for (const variable of [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CREDENTIAL_FILE",
      ]) {
        assert.include(yield* refused([], { env: { AWS_REGION: "us-east-1", [variable]: "x" } }), variable)
        yield* sent([], { env: { ...keys, [variable]: "x" } })
      }
    }),
  )

  it.effect("are refused where the section of single sign-on that a profile refers to is not whole", () =>
    Effect.gen(function* () {
      const config = "[default]\nsso_session = corp\n[sso-session corp]\nsso_region = us-east-1\n"
      const of = (text: string) => ({ files: { "/home/me/.aws/config": text }, env: keys })
      const stderr = yield* refused([], of(config))
      assert.include(
        stderr,
        "profile default: refers to the section [sso-session corp], in which there is no sso_start_url",
      )
      yield* sent([], of(`${config}sso_start_url = https://example.com/start\n`))
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
  it.effect("that does not exist is an error that says who asked for it, and which there are", () =>
    Effect.gen(function* () {
      const sentence = "The config profile (nobody) could not be found"
      const byFlag = yield* refused(["--profile", "nobody"], { files, env: keys })
      assert.include(byFlag, `${sentence}: --profile names it, and the profiles are default, work, sso, my dev, role`)
      const byVariable = yield* refused([], { env: { ...keys, AWS_PROFILE: "nobody" } })
      assert.include(byVariable, `${sentence}: AWS_PROFILE names it, and there are no profiles`)
    }),
  )

  it.effect("that is written as no profile is an error that says how to write it", () =>
    Effect.gen(function* () {
      const written = (name: string, header: string) =>
        refused(["--profile", name], { files: { "/home/me/.aws/config": `[${header}]\nregion = us-east-1\n` } })
      assert.include(yield* written("dev", "dev"), "; write [dev] in the config file as [profile dev]")
      const spaced = '; write [profile my dev] in the config file as [profile "my dev"]'
      assert.include(yield* written("my dev", "profile my dev"), spaced)
    }),
  )

  it.effect("that nobody asks for by name is default; an empty variable is a name, an empty flag is not", () =>
    Effect.gen(function* () {
      const region = { AWS_REGION: "us-east-1" }
      assert.deepStrictEqual((yield* sent(["--profile", ""], { files, env: region })).scope?.[0], "AKIDDEFAULT")
      const stderr = yield* refused([], { files, env: { ...region, AWS_PROFILE: "" } })
      assert.include(stderr, "The config profile () could not be found: AWS_PROFILE names it")
    }),
  )
})

describe("the shared files", () => {
  const text = "[default]\nregion = us-west-2\naws_access_key_id = AKIDHOME\naws_secret_access_key = s\n"

  it.effect("lie in the home that HOME, USERPROFILE, or HOMEDRIVE and HOMEPATH name", () =>
    Effect.gen(function* () {
      const homes = [
        { HOME: "/a", USERPROFILE: "/b", HOMEPATH: "/b" },
        { HOME: undefined, USERPROFILE: "/a", HOMEPATH: "/b" },
        { HOME: undefined, HOMEDRIVE: "/", HOMEPATH: "a" },
        { HOME: undefined, HOMEPATH: "/a" },
      ]
      for (const env of homes) {
        const { scope } = yield* sent([], { files: { "/a/.aws/config": text }, env })
        assert.deepStrictEqual(scope, ["AKIDHOME", "us-west-2"])
      }
    }),
  )

  it.effect("are not looked for in the working directory, whatever the home is", () =>
    Effect.gen(function* () {
      const here = { ".aws/config": text, ".aws/credentials": text, ".boto": text, "./.aws/config": text }
      for (const HOME of [undefined, "", ".", "relative"]) {
        yield* missing([], { files: { ...here, "relative/.aws/config": text }, env: { HOME, AWS_REGION: "us-east-1" } })
      }
    }),
  )

  it.effect("are where a variable says, with other variables and the home in it", () =>
    Effect.gen(function* () {
      const where = (AWS_CONFIG_FILE: string, path: string) =>
        sent([], { files: { [path]: text }, env: { AWS_CONFIG_FILE, WHERE: "/etc", EMPTY: "" } })
      for (const [value, path] of [
        ["$WHERE/c", "/etc/c"],
        ["${WHERE}/c$EMPTY", "/etc/c"],
        ["~/c", "/home/me/c"],
        ["$NOWHERE/c", "$NOWHERE/c"],
        ["c", "c"],
      ] as const) {
        assert.deepStrictEqual((yield* where(value, path)).scope, ["AKIDHOME", "us-west-2"])
      }
    }),
  )

  it.effect("are refused at a home that is not known, and are none where the variable is empty", () =>
    Effect.gen(function* () {
      const sentence = "AWS_CONFIG_FILE begins with ~ and leads to no home that is known here"
      assert.include(yield* refused([], { env: { ...keys, AWS_CONFIG_FILE: "~other/c" } }), sentence)
      assert.include(yield* refused([], { env: { ...keys, AWS_CONFIG_FILE: "~/c", HOME: undefined } }), sentence)
      yield* missing([], { files: { "/home/me/.aws/config": text }, env: { AWS_CONFIG_FILE: "" } })
    }),
  )

  it.effect("that are broken are an error that names file and line, and never the line itself", () =>
    Effect.gen(function* () {
      const broken = "[default]\nregion = us-west-2\nwJalrXUtnFEMI/K7MDENG\n"
      const stderr = yield* refused([], { files: { "/home/me/.aws/credentials": broken }, env: keys })
      assert.strictEqual(
        stderr,
        "\nproxy-session: error: Unable to parse config file: /home/me/.aws/credentials " +
          "(line 3 is neither a [section] nor a setting (name = value))\n",
      )
      const latin1 = yield* refused([], { files: { "/home/me/.aws/config": new Uint8Array([35, 233, 10]) }, env: keys })
      assert.include(latin1, "/home/me/.aws/config (it is not UTF-8)")
    }),
  )

  it.effect("that may not be read, or are no files, are passed over with a warning; a device without one", () =>
    Effect.gen(function* () {
      const told = (is: "unreadable" | "Directory" | "CharacterDevice") =>
        Effect.map(run(list, { files: { "/home/me/.aws/config": { is } } }), ({ code, stderr }) => [code, stderr]).pipe(
          Effect.provide(layerAnswer(200, "{}")),
        )
      const warning = "proxy-session: warning: /home/me/.aws/config is passed over:"
      assert.deepStrictEqual(yield* told("unreadable"), [0, `${warning} it cannot be read (PermissionDenied)\n`])
      assert.deepStrictEqual(yield* told("Directory"), [0, `${warning} it is no file (Directory)\n`])
      assert.deepStrictEqual(yield* told("CharacterDevice"), [0, ""])
    }),
  )
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

  it.effect("say who chose them where they are wrong, and do not show what may be a key", () =>
    Effect.gen(function* () {
      const { AWS_REGION: _, ...env } = keys
      assert.include(yield* missing([], { env }), "You must specify a region")
      assert.include(yield* missing(["--endpoint-url", "http://127.0.0.1:1"], { env }), "You must specify a region")
      const config = (text: string) => ({ env, files: { "/home/me/.aws/config": `[default]\n${text}` } })
      const by = "region of profile default in /home/me/.aws/config"
      const indented = yield* refused([], config("region = us-east-1\n  aws_secret_access_key = canary\n"))
      assert.include(indented, `${by} must be letters, digits and hyphens; what is indented below it is part of it`)
      assert.notInclude(indented, "canary")
      assert.include(yield* refused([], config("region =\n  a = b\n")), `${by} has settings indented below it`)
      assert.include(yield* refused([], { env: { ...keys, AWS_REGION: "" } }), "AWS_REGION must be")
      for (const region of ["us-east-1\n", "us_east_1", "-us", "us-", "12", " ", "a".repeat(64)]) {
        assert.include(yield* refused([`--region=${region}`], { env }), "--region must be")
      }
    }),
  )

  it.effect("take the name of a FIPS region apart", () =>
    Effect.gen(function* () {
      for (const region of ["fips-us-east-1", "us-east-1-fips"]) {
        const { origin, scope } = yield* sent(["--region", region], {})
        assert.deepStrictEqual([origin, scope?.[1]], ["https://voice-chime-fips.us-east-1.amazonaws.com", "us-east-1"])
      }
    }),
  )

  it.effect("refuse a URL that JavaScript and Python could read as different hosts", () =>
    Effect.gen(function* () {
      const form = "it must be of the form http://<hostname>/ or https://<hostname>/, without spaces"
      for (const value of [
        "http:127.0.0.1",
        "http:///127.0.0.1",
        "http://one.example\\@two.example",
        "http://127.0.0.1:4010 ",
        " http://127.0.0.1:4010",
        "http://127.0.0.1\t:4010",
        "http://127.0.0.1:4010\n",
        "http://my_host:4010",
        "http://b\u00FCcher.example",
        "http://%31.example",
        "localhost:4010",
        " ",
      ]) {
        const stderr = yield* refused([], { env: { ...keys, AWS_ENDPOINT_URL: value } })
        assert.match(stderr, /Invalid endpoint.* \(AWS_ENDPOINT_URL\): /u)
        assert.include(stderr, form)
      }
      const port = yield* refused([], { env: { ...keys, AWS_ENDPOINT_URL: "http://127.0.0.1:x" } })
      assert.include(port, "the endpoint is not a URL")
      const user = yield* refused(["--endpoint-url", "http://me:canary@127.0.0.1"], {})
      assert.include(user, "Invalid endpoint: http://127.0.0.1 (--endpoint-url): the endpoint must have no user")
      assert.notInclude(user, "canary")
    }),
  )

  it.effect("refuse a flag without a scheme as a mistake on the command line", () =>
    Effect.gen(function* () {
      const stderr = yield* ends(252)(["--endpoint-url", "127.0.0.1:4010"], {})
      assert.include(stderr, 'Bad value for --endpoint-url "127.0.0.1:4010": scheme is missing')
    }),
  )

  it.effect("pass over no section of services that a profile refers to", () =>
    Effect.gen(function* () {
      const config = (text: string, env: Machine["env"] = keys) => ({
        env,
        files: { "/home/me/.aws/config": `[default]\nservices = local\nendpoint_url = http://127.0.0.1:1\n${text}` },
      })
      const section = (text: string) => config(`[services local]\n${text}`)
      const url = "http://127.0.0.1:2"
      assert.strictEqual((yield* sent([], section(`chime_sdk_voice =\n  endpoint_url = ${url}\n`))).origin, url)
      assert.strictEqual((yield* sent([], section("s3 =\n  a = b\n"))).origin, "http://127.0.0.1:1")
      assert.strictEqual(
        (yield* sent([], section("chime_sdk_voice =\n  endpoint_url =\n"))).origin,
        "http://127.0.0.1:1",
      )
      const absent = 'The services section "local" does not exist: services of profile default in /home/me/.aws/config'
      assert.include(yield* refused([], config("")), absent)
      assert.include(yield* refused([], section("")), absent)
      const indented = { env: keys, files: { "/home/me/.aws/config": "[default]\nservices = local\n  canary\n" } }
      assert.notInclude(yield* refused([], indented), "canary")
      const flat = yield* refused([], section("chime_sdk_voice = x\n"))
      assert.include(flat, "chime_sdk_voice of [services local] needs settings indented below it")
      // What comes before it in the order is not kept from doing so.
      assert.strictEqual((yield* sent(["--endpoint-url", url], config(""))).origin, url)
      assert.strictEqual((yield* sent([], config("", { ...keys, AWS_ENDPOINT_URL: url }))).origin, url)
    }),
  )

  it.effect("warn of settings that the AWS CLI passes over without a word", () =>
    Effect.gen(function* () {
      const told = (config: string) =>
        Effect.map(run(list, { files: { "/home/me/.aws/config": config } }), ({ code, stderr }) => [code, stderr]).pipe(
          Effect.provide(layerAnswer(200, "{}")),
        )
      assert.deepStrictEqual(yield* told("[default]\nchime_sdk_voice =\n  endpoint_url = http://127.0.0.1:1\n"), [
        0,
        "proxy-session: warning: endpoint_url below chime_sdk_voice in profile default is passed over: " +
          "it belongs into a [services] section\n",
      ])
      const capitals = "[default]\nservices = l\n[services l]\nchime_sdk_voice =\n  Endpoint_URL = http://127.0.0.1:1\n"
      assert.deepStrictEqual(yield* told(capitals), [
        0,
        "proxy-session: warning: Endpoint_URL below chime_sdk_voice is passed over: it must be written endpoint_url\n",
      ])
    }),
  )
})

describe("attempts", () => {
  it.effect("are what the variables, else the profile say; anything else is an error", () =>
    Effect.gen(function* () {
      const of = (env: Machine["env"], text = "") => ({
        env: { ...keys, ...env },
        files: { "/home/me/.aws/config": `[default]\n${text}` },
      })
      for (const value of ["x", "0", "-1", "", "1.5"]) {
        assert.include(yield* refused([], of({ AWS_MAX_ATTEMPTS: value })), "AWS_MAX_ATTEMPTS")
        assert.include(yield* refused([], of({}, `max_attempts = ${value}\n`)), "max_attempts of profile default")
      }
      for (const value of ["nonsense", "", "Standard", "legacy"]) {
        assert.include(yield* refused([], of({ AWS_RETRY_MODE: value })), "must be standard or adaptive")
        assert.include(yield* refused([], of({}, `retry_mode = ${value}\n`)), "retry_mode of profile default")
      }
      assert.include(yield* refused([], of({}, "retry_mode =\n  a = b\n")), "has settings indented below it")
      yield* sent([], of({ AWS_MAX_ATTEMPTS: " 2 ", AWS_RETRY_MODE: "adaptive" }, "max_attempts = x\nretry_mode = x\n"))
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

  it.effect("are whole seconds, as Python reads them", () =>
    Effect.gen(function* () {
      const { timeouts } = yield* sent(["--cli-connect-timeout", " 1_0 ", "--cli-read-timeout", "+5"], {})
      assert.deepStrictEqual(timeouts, [{ connect: Duration.seconds(10), read: Duration.seconds(5) }])
      for (const value of ["x", "", "1.5", "-1", "1__0"]) {
        assert.include(
          yield* refused([`--cli-read-timeout=${value}`], {}),
          "--cli-read-timeout must be a number of seconds",
        )
      }
    }),
  )
})

describe("a flag that is given more than once", () => {
  it.effect("counts as it was given last", () =>
    Effect.gen(function* () {
      const { origin, scope } = yield* sent(
        [
          "--region",
          "us-west-2",
          "--endpoint-url",
          "http://127.0.0.1:1",
          "--region",
          "eu-west-1",
          "--endpoint-url",
          "http://127.0.0.1:2",
        ],
        {},
      )
      assert.deepStrictEqual([origin, scope?.[1]], ["http://127.0.0.1:2", "eu-west-1"])
    }),
  )
})
