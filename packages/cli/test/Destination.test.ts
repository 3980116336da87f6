/** The shared files, variables and flags of the AWS CLI, as it was recorded; `goldens/config.json` says how. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import goldens from "./goldens/config.json" with { type: "json" }
import { connector, type File, layerAnswer, Network, run } from "./harness.ts"

interface Golden {
  readonly text?: string
  readonly directory?: boolean
  readonly mode?: string
  readonly repeat?: number
}

interface Case {
  readonly id: string
  readonly group: string
  readonly about: string
  readonly files?: Readonly<Record<string, Golden | undefined>>
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly args?: ReadonlyArray<string>
  readonly expect: { readonly exitCode: number; readonly resolved?: unknown }
}

const all: ReadonlyArray<Case> = goldens.cases

const home = "/home/me"
const inHome = (text: string) => text.replaceAll("<home>", home)

const fileOf = ({ directory = false, mode, repeat = 0, text = "" }: Golden): File => {
  if (directory) return { is: "Directory" }
  return mode === "000" ? { is: "unreadable" } : inHome(text).replaceAll("<long>", "x".repeat(repeat))
}

/** The home is the working directory, too, so that each file has two paths. */
const machine = ({ env = { HOME: "<home>" }, files = {} }: Case) => ({
  env: {
    HOME: undefined,
    ...Object.fromEntries(Object.entries(env).map(([name, value = ""]) => [name, inHome(value)])),
  },
  files: Object.fromEntries(
    Object.entries(files).flatMap(([path, file = {}]) => [
      [`${home}/${path}`, fileOf(file)],
      [path, fileOf(file)],
    ]),
  ),
})

/** What came of a case, in the form of the recordings; a host's name has no case. */
const outcome = (golden: Case) =>
  Effect.gen(function* () {
    const { requests } = yield* Network
    const { code, stderr } = yield* run(["list-proxy-sessions", ...connector, ...(golden.args ?? [])], machine(golden))
    const [request] = requests
    if (request === undefined) return { exitCode: code, stderr }
    const headers: Readonly<Record<string, string | undefined>> = request.headers
    const [, accessKeyId = null, region = null] =
      /Credential=([^/]+)\/\d+\/([^/]+)\//u.exec(headers["authorization"] ?? "") ?? []
    return {
      exitCode: code,
      stderr,
      resolved: {
        region,
        endpointUrl: request.url.replace(/\/voice-connectors\/.*$/u, ""),
        accessKeyId,
        sessionToken: headers["x-amz-security-token"] !== undefined,
      },
    }
  }).pipe(Effect.provide(layerAnswer(200, '{"ProxySessions":[]}')))

/** Where the command does not do what was recorded, and why. */
const differences: Readonly<Record<string, string>> = {
  "comment-inline-key": "an id with a space in it is refused, not sent",
  "empty-id-file": "an empty id is refused, not sent",
}

/** Keys that do not stand in a file or variable are out of scope, whatever the AWS CLI makes of them. */
const refused: Readonly<Record<string, string>> = {
  "role-source": "role_arn",
  "role-no-source": "role_arn",
  "role-source-missing": "role_arn",
  "role-source-no-keys": "role_arn",
  "role-credential-source-env": "role_arn",
  "role-own-keys": "role_arn",
  "web-identity": "web_identity_token_file",
  "web-identity-missing": "web_identity_token_file",
  "web-identity-no-role": "web_identity_token_file",
  "web-identity-env": "AWS_WEB_IDENTITY_TOKEN_FILE",
  "sso-session": "sso_account_id",
  "sso-session-missing": "sso_account_id",
  "sso-legacy": "sso_account_id",
  "sso-and-keys": "sso_account_id",
  process: "credential_process",
  "process-fails": "credential_process",
  "process-missing": "credential_process",
  "process-garbage": "credential_process",
  "process-and-keys": "credential_process",
}

/** A failure is alike in its exit code; the words are ours. */
const isAlike = (golden: Case, { exitCode, resolved }: Effect.Success<ReturnType<typeof outcome>>): boolean =>
  exitCode === golden.expect.exitCode &&
  (exitCode !== 0 ||
    JSON.stringify(resolved) === JSON.stringify(golden.expect.resolved).replace("US-WEST-2.a", "us-west-2.a"))

describe("shared files, variables and flags lead where they lead in the AWS CLI", () => {
  const inScope = all.filter(({ id }) => !(id in refused))

  for (const [group, cases] of Map.groupBy(inScope, ({ group }) => group)) {
    const same = cases.filter(({ id }) => !(id in differences))
    it.effect(`${group}: ${same.length} of ${cases.length}`, () =>
      Effect.gen(function* () {
        for (const golden of same) {
          const came = yield* outcome(golden)
          assert.isTrue(isAlike(golden, came), `${golden.id}: ${JSON.stringify([came, golden.expect])}`)
        }
      }),
    )
  }

  it("in at least 95 of 100 cases, and in all of those that are recorded but the ones named here", () => {
    assert.isAtLeast(1 - Object.keys(differences).length / inScope.length, 0.95)
  })

  for (const golden of all.filter(({ id }) => id in differences)) {
    it.effect(`but for ${golden.id}: ${differences[golden.id]}`, () =>
      Effect.gen(function* () {
        const { exitCode, resolved, stderr } = yield* outcome(golden)
        assert.deepStrictEqual([exitCode, resolved], [255, undefined])
        assert.include(stderr, "profile default in /home/me/.aws/credentials")
      }),
    )
  }
})

describe("keys from elsewhere", () => {
  for (const golden of all.filter(({ id }) => id in refused)) {
    const setting = refused[golden.id]
    it.effect(`are refused by the name of ${setting}, with the command that gets them: ${golden.about}`, () =>
      Effect.gen(function* () {
        const { exitCode, resolved, stderr } = yield* outcome(golden)
        assert.deepStrictEqual([exitCode, resolved], [255, undefined])
        assert.include(stderr, `gets its keys through ${setting}, which is not supported here`)
        assert.match(stderr, /run: eval "\$\(aws configure export-credentials (?:--profile work )?--format env\)"/u)
      }),
    )
  }
})
