/**
 * The keys to sign with, in the AWS CLI's order: the environment, the profile in either file, and `~/.boto`.
 */
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { CommandFailure } from "./ExitCode.ts"
import * as Profile from "./Profile.ts"
import type { Section } from "./SharedFile.ts"

/**
 * A long-term or temporary key, and where it was found.
 *
 * @category models
 */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  readonly source: string
}

/** A place that was passed over: no key is there, which is no mistake by itself. */
type PassedOver = CredentialsError["sources"][number]

/**
 * What was found, or every place that was looked at in vain.
 *
 * @category models
 */
export type Found = { readonly keys: Keys } | { readonly passedOver: ReadonlyArray<PassedOver> }

const fail = (source: string, reason: string) => Effect.fail(new CredentialsError({ sources: [{ source, reason }] }))

/**
 * Finds the keys.
 *
 * Half a key is an error where its id is found, and its secret is not looked for elsewhere. Keys that come from a role, from
 * single sign-on, a process or a web identity are an error that says how to turn them into variables. With `--profile` the
 * variables are not looked at.
 *
 * Source: botocore's `credentials.py`.
 *
 * @category getters
 */
export const find = Effect.fn("Keys.find")(function* (
  profile: Profile.Profile,
): Effect.fn.Return<Found, CredentialsError | CommandFailure, FileSystem.FileSystem | Path.Path> {
  const found = yield* search(profile)
  yield* checkSession(profile)
  return found
})

const search = Effect.fnUntraced(function* (
  profile: Profile.Profile,
): Effect.fn.Return<Found, CredentialsError | CommandFailure, FileSystem.FileSystem | Path.Path> {
  const passedOver: Array<PassedOver> = []
  const isAsked = profile.reason === "--profile"
  if (!isAsked) {
    const keys = yield* inEnvironment
    if (keys !== undefined) return { keys }
    passedOver.push({ source: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY", reason: "are not set" })
  }
  const webIdentity = isAsked ? undefined : yield* Profile.environment("AWS_WEB_IDENTITY_TOKEN_FILE")
  const isSet = (name: string) => profile.settings.has(name) || profile.nested.has(name)
  const refused = (name: string) => unsupported(`profile ${profile.name}`, name, profile.name)

  if (isSet("role_arn") && !isSet("web_identity_token_file")) return yield* refused("role_arn")
  if (webIdentity ?? profile.settings.get("web_identity_token_file")) {
    return yield* webIdentity === undefined
      ? refused("web_identity_token_file")
      : unsupported("the environment", "AWS_WEB_IDENTITY_TOKEN_FILE", undefined)
  }
  const sso = ["sso_account_id", "sso_role_name"].find(isSet)
  if (sso !== undefined) return yield* refused(sso)
  const inCredentials = yield* inFile(profile.credentials, `profile ${profile.name}`)
  if (inCredentials !== undefined) return { keys: inCredentials }
  const process = ["login_session", "credential_process"].find(isSet)
  if (process !== undefined) return yield* refused(process)
  const inConfig = yield* inFile(profile.config, `profile ${profile.name}`)
  if (inConfig !== undefined) return { keys: inConfig }
  const { config, credentials, name } = profile
  passedOver.push({
    source: `profile ${name}`,
    reason:
      `has no aws_access_key_id in ${credentials.file ?? "a credentials file"} ` +
      `or ${config.file ?? "a config file"}`,
  })

  if ((yield* Profile.environment("AWS_CREDENTIAL_FILE")) !== undefined) {
    return yield* fail("AWS_CREDENTIAL_FILE", "is not supported; put its keys into a profile of ~/.aws/credentials")
  }
  const inBoto = yield* botoConfig
  if (inBoto !== undefined) return { keys: inBoto }
  for (const variable of ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]) {
    if ((yield* Profile.environment(variable)) !== undefined) {
      return yield* unsupported("the environment", variable, undefined)
    }
  }
  return { passedOver }
})

/** The AWS CLI checks a reference to a session even where it does not use it. */
const checkSession = ({ name, settings, ssoSessions }: Profile.Profile) => {
  const session = settings.get("sso_session")
  if (session === undefined) return Effect.void
  const missing = ["sso_start_url", "sso_region"].find((setting) => ssoSessions.get(session)?.has(setting) !== true)
  return missing === undefined
    ? Effect.void
    : fail(
        `profile ${name}`,
        `refers to the section [sso-session ${session.split("\n")[0] ?? ""}], in which there is no ${missing}`,
      )
}

const unsupported = (source: string, setting: string, profile: string | undefined) =>
  fail(
    source,
    `gets its keys through ${setting}, which is not supported here; run: ` +
      `eval "$(aws configure export-credentials ${profile === undefined ? "" : `--profile ${shellWord(profile)} `}--format env)"`,
  )

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`

/** A blank variable is one that is not set. */
const inEnvironment = Effect.gen(function* (): Effect.fn.Return<Keys | undefined, CredentialsError | CommandFailure> {
  const accessKeyId = yield* Profile.variable("AWS_ACCESS_KEY_ID")
  if (accessKeyId === undefined) return undefined
  const secretAccessKey = yield* Profile.variable("AWS_SECRET_ACCESS_KEY")
  if (secretAccessKey === undefined)
    return yield* fail("AWS_SECRET_ACCESS_KEY", "is not set, while AWS_ACCESS_KEY_ID is")
  const sessionToken = (yield* Profile.variable("AWS_SECURITY_TOKEN")) ?? (yield* Profile.variable("AWS_SESSION_TOKEN"))
  const expiration = yield* Profile.variable("AWS_CREDENTIAL_EXPIRATION")
  // A text that is no date leads to NaN, which is not in the future either.
  if (expiration !== undefined && !(Date.parse(expiration) > (yield* Clock.currentTimeMillis))) {
    return yield* fail("AWS_CREDENTIAL_EXPIRATION", "is past, or no date: export the keys anew")
  }
  const keys = { accessKeyId, secretAccessKey, sessionToken, source: "the environment" }
  return yield* checked(keys, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
})

const inFile = ({ file = "", section }: Profile.Source, what: string) => inSection(section, `${what} in ${file}`)

const inSection = Effect.fnUntraced(function* (section: Section | undefined, source: string) {
  if (!section?.has("aws_access_key_id")) return undefined
  const plain = Effect.fnUntraced(function* (name: string) {
    const value = section.get(name)
    return typeof value === "object" ? yield* fail(source, `has settings below ${name} in place of a value`) : value
  })
  const accessKeyId = (yield* plain("aws_access_key_id")) ?? ""
  const secretAccessKey = yield* plain("aws_secret_access_key")
  if (secretAccessKey === undefined) {
    return yield* fail(source, "has aws_access_key_id and no aws_secret_access_key")
  }
  const token = (yield* plain("aws_security_token")) ?? (yield* plain("aws_session_token"))
  const keys = { accessKeyId, secretAccessKey, sessionToken: token === "" ? undefined : token, source }
  return yield* checked(keys, "aws_access_key_id", "aws_secret_access_key")
})

/** The AWS CLI signs with any text; nobody accepts the signature. A variable often ends with the line of the file it was in. */
const checked = (keys: Keys, id: string, secret: string) => {
  if (!/^(?:(?![,/])[!-~])+$/u.test(keys.accessKeyId)) {
    return fail(
      keys.source,
      `${id} must be visible ASCII without spaces, comma and slash; a comment needs its own line`,
    )
  }
  return keys.secretAccessKey === "" || keys.secretAccessKey.trim() !== keys.secretAccessKey
    ? fail(keys.source, `${secret} must not be empty, nor have white space at its ends`)
    : Effect.succeed(keys)
}

/** The file of an AWS library before botocore, which the AWS CLI still reads: `/etc/boto.cfg`, `~/.boto` or `BOTO_CONFIG`. */
const botoConfig = Effect.gen(function* () {
  const path = yield* Path.Path
  const home = yield* Profile.home
  const given = yield* Profile.environment("BOTO_CONFIG")
  const files =
    given === undefined ? ["/etc/boto.cfg", ...(home === undefined ? [] : [path.join(home, ".boto")])] : [given]
  for (const file of files) {
    const { sections } = yield* Profile.read(file)
    const keys = yield* inSection(sections.get("Credentials"), `[Credentials] in ${file}`)
    if (keys !== undefined) return { ...keys, sessionToken: undefined }
  }
  return undefined
})
