/**
 * The shared files of AWS's tools: profiles with keys, a region and other settings.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { type CommandFailure, configuration } from "./ExitCode.ts"

/**
 * The settings of one profile by their names, those of the credentials file over those of the config file.
 *
 * @category models
 */
export interface Profile {
  readonly name: string
  readonly settings: ReadonlyMap<string, string>
}

/**
 * A variable of the environment, `undefined` where it is not set or empty.
 *
 * @category getters
 */
export const variable = (name: string): Effect.Effect<string | undefined, CommandFailure> =>
  Config.option(Config.String(name)).pipe(
    Effect.map(Option.getOrUndefined),
    Effect.map((value) => (value === "" ? undefined : value)),
    Effect.mapError(() => configuration(`${name} could not be read`)),
  )

/**
 * Reads a profile: the one named, else that of `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`, else `default`.
 *
 * The files are `~/.aws/credentials` and `~/.aws/config`, or those that `AWS_SHARED_CREDENTIALS_FILE` and
 * `AWS_CONFIG_FILE` name. That there is no such file or no `default` profile is no failure; a profile that somebody
 * asked for by name has to exist.
 *
 * Source: the AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
 *
 * @category constructors
 */
export const load = Effect.fn("Profile.load")(function* (
  asked: string | undefined,
): Effect.fn.Return<Profile, CommandFailure, FileSystem.FileSystem | Path.Path> {
  const path = yield* Path.Path
  const named = asked ?? (yield* variable("AWS_PROFILE")) ?? (yield* variable("AWS_DEFAULT_PROFILE"))
  const name = named ?? "default"
  const home = (yield* variable("HOME")) ?? (yield* variable("USERPROFILE")) ?? "."
  const inHome = (file: string) => file.replace(/^~(?=\/|\\|$)/u, home)
  const config = (yield* variable("AWS_CONFIG_FILE")) ?? path.join(home, ".aws", "config")
  const credentials = (yield* variable("AWS_SHARED_CREDENTIALS_FILE")) ?? path.join(home, ".aws", "credentials")
  const sections = [
    (yield* read(inHome(config))).get(name === "default" ? "default" : `profile ${name}`),
    (yield* read(inHome(credentials))).get(name),
  ]
  if (named !== undefined && sections.every((section) => section === undefined)) {
    return yield* configuration(`The config profile (${name}) could not be found`)
  }
  return { name, settings: new Map(sections.flatMap((section) => [...(section ?? [])])) }
})

type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>

const read = (file: string): Effect.Effect<Sections, CommandFailure, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(file)).pipe(
    Effect.map(parse),
    Effect.catchIf(
      ({ reason }) => reason._tag === "NotFound",
      () => Effect.succeed<Sections>(new Map()),
    ),
    Effect.mapError(() => configuration(`Unable to read ${file}`)),
  )

/**
 * The sections of a shared file. Indented lines are settings within a setting (`s3 =`), which nothing here needs.
 *
 * @category decoding
 */
export const parse = (text: string): Sections => {
  const sections = new Map<string, Map<string, string>>()
  let section: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/u)) {
    const header = /^\s*\[([^\]]+)\]/u.exec(line)?.[1]?.trim().replace(/\s+/u, " ")
    const setting = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/u.exec(line)
    if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, string>()
      sections.set(header, section)
    } else if (setting?.[1] !== undefined && setting[2] !== undefined) {
      section?.set(setting[1].toLowerCase(), setting[2])
    }
  }
  return sections
}

/**
 * What the keys of a profile are by the variables that hold such keys.
 *
 * @category models
 */
export interface StaticKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

/** Settings by which a profile gets its keys from elsewhere; the first group wins over keys in the files. */
const before = ["role_arn", "web_identity_token_file", "sso_session", "sso_start_url", "sso_account_id"]
const after = ["credential_process", "login_session"]

/**
 * The keys in a profile. One that gets them in another way (a role, single sign-on, a process) is a `CredentialsError`
 * that says so, and how to turn them into variables with the AWS CLI.
 *
 * @category getters
 */
export const keys = ({ name, settings }: Profile): Effect.Effect<StaticKeys, CredentialsError> => {
  const source = `profile ${name}`
  const fail = (reason: string) => Effect.fail(new CredentialsError({ sources: [{ source, reason }] }))
  const accessKeyId = settings.get("aws_access_key_id")
  const secretAccessKey = settings.get("aws_secret_access_key")
  const other = before.find((key) => settings.has(key))
  const process = after.find((key) => settings.has(key))
  const unsupported = (key: string) =>
    fail(
      `gets its keys through ${key}, which is not supported here; ` +
        `run: eval "$(aws configure export-credentials --profile ${name} --format env)"`,
    )
  if (other !== undefined) return unsupported(other)
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return Effect.succeed({ accessKeyId, secretAccessKey, sessionToken: settings.get("aws_session_token") })
  }
  if (process !== undefined) return unsupported(process)
  return fail(
    accessKeyId === undefined && secretAccessKey === undefined
      ? "has no aws_access_key_id and aws_secret_access_key"
      : `has no ${accessKeyId === undefined ? "aws_access_key_id" : "aws_secret_access_key"}`,
  )
}
