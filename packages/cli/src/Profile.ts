/**
 * The profile that a command uses: which shared files are read, which profile is asked for, and what it sets.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import { type CommandFailure, general } from "./ExitCode.ts"
import * as SharedFile from "./SharedFile.ts"

/**
 * A profile.
 *
 * - `settings`: what it sets, those of the credentials file over those of the config file
 * - `nested`: the settings that hold further settings, such as `s3 =`
 * - `credentials` and `config`: the profile's section of either file
 * - `services` and `ssoSessions`: sections of the config file that a profile may refer to
 * - `warnings`: what was passed over, and why
 *
 * @category models
 */
export interface Profile {
  readonly name: string
  readonly reason: string
  readonly settings: ReadonlyMap<string, string>
  readonly nested: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly credentials: Source
  readonly config: Source
  readonly services: SharedFile.Sections
  readonly ssoSessions: SharedFile.Sections
  readonly warnings: ReadonlyArray<string>
}

/**
 * A file and the profile's section in it; either may be missing.
 *
 * @category models
 */
export interface Source {
  readonly file: string | undefined
  readonly section: SharedFile.Section | undefined
}

/**
 * A variable of the environment as it is, `undefined` where it is not set.
 *
 * @category getters
 */
export const environment = (name: string): Effect.Effect<string | undefined, CommandFailure> =>
  Effect.flatMap(ConfigProvider.ConfigProvider, (provider) => provider.load([name])).pipe(
    Effect.map((node) => node?.value),
    Effect.mapError(() => general(`${name} could not be read`)),
  )

/**
 * A variable of the environment, `undefined` where it is not set or blank.
 *
 * @category getters
 */
export const variable = (name: string): Effect.Effect<string | undefined, CommandFailure> =>
  Effect.map(environment(name), (value) => (value === undefined || value.trim() === "" ? undefined : value))

/**
 * A value, and who says it, in the words of a message.
 *
 * @category models
 */
export interface Chosen {
  readonly value: string
  readonly by: string
}

/**
 * The first of some variables that is set, even if to nothing.
 *
 * @category getters
 */
export const firstVariable = Effect.fnUntraced(function* (
  ...names: ReadonlyArray<string>
): Effect.fn.Return<Chosen | undefined, CommandFailure> {
  for (const by of names) {
    const value = yield* environment(by)
    if (value !== undefined) return { value, by }
  }
  return undefined
})

/**
 * A setting of a profile, and the file that it is in. One that further settings are indented below has no value.
 *
 * @category getters
 */
export const setting = (
  name: string,
  { config, credentials, name: profile, nested, settings }: Profile,
): Effect.Effect<Chosen | undefined, CommandFailure> => {
  const { file } = credentials.section?.has(name) === true ? credentials : config
  const by = `${name} of profile ${profile} in ${file ?? "a shared file"}`
  const value = settings.get(name)
  if (nested.has(name)) return general(`${by} has settings indented below it in place of a value`)
  return Effect.succeed(value === undefined ? undefined : { value, by })
}

/**
 * Loads a profile: the one named, else that of `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`, else `default`.
 *
 * The files are `~/.aws/credentials` and `~/.aws/config`, or those that `AWS_SHARED_CREDENTIALS_FILE` and
 * `AWS_CONFIG_FILE` name. A profile that somebody asked for by name has to exist; files and the profile `default` need not.
 *
 * Source: botocore's `session.py` and `configloader.py`, and the AWS CLI 2 for the order of the variables.
 *
 * @category constructors
 */
export const load = Effect.fn("Profile.load")(function* (
  flag: string | undefined,
): Effect.fn.Return<Profile, CommandFailure, FileSystem.FileSystem | Path.Path> {
  const config = yield* read(yield* location("AWS_CONFIG_FILE", "config"))
  const credentials = yield* read(yield* location("AWS_SHARED_CREDENTIALS_FILE", "credentials"))
  const asked = yield* askedFor(flag)
  const name = asked?.name ?? "default"
  const profiles = SharedFile.named(config.sections, "profile")
  const inConfig = profiles.get(name)
  const inCredentials = credentials.sections.get(name)
  if (asked !== undefined && inConfig === undefined && inCredentials === undefined) {
    const others = [...new Set([...profiles.keys(), ...credentials.sections.keys()])]
    return yield* general(
      `The config profile (${name}) could not be found: ${asked.by} names it, and ` +
        (others.length === 0 ? "there are no profiles" : `the profiles are ${others.join(", ")}`) +
        misnamed(config.sections, name),
    )
  }
  const settings = [...(inConfig ?? []), ...(inCredentials ?? [])]
  return {
    name,
    reason: asked?.by ?? "the default",
    settings: new Map(settings.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : []))),
    nested: new Map(settings.flatMap(([key, value]) => (typeof value === "string" ? [] : [[key, value]]))),
    credentials: { file: credentials.file, section: inCredentials },
    config: { file: config.file, section: inConfig },
    services: SharedFile.named(config.sections, "services"),
    ssoSessions: SharedFile.named(config.sections, "sso-session"),
    warnings: [...config.warnings, ...credentials.warnings],
  }
})

/** An empty flag is none to the AWS CLI, while an empty variable names a profile without a name. */
const askedFor = Effect.fnUntraced(function* (flag: string | undefined) {
  if (flag !== undefined && flag !== "") return { name: flag, by: "--profile" }
  for (const by of ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]) {
    const name = yield* environment(by)
    if (name !== undefined) return { name, by }
  }
  return undefined
})

/** A section of the config file that looks like the profile and is none. */
const misnamed = (sections: SharedFile.Sections, name: string): string => {
  const header = [name, `profile ${name}`].find((text) => sections.has(text))
  if (header === undefined) return ""
  return `; write [${header}] in the config file as [profile ${/^[\w@./-]+$/u.test(name) ? name : JSON.stringify(name)}]`
}

/**
 * The home of the user, `undefined` where no variable says it. One that is relative would be the working directory, from
 * which no keys are read.
 *
 * @category getters
 */
export const home = Effect.gen(function* () {
  const path = yield* Path.Path
  const drive = yield* variable("HOMEDRIVE")
  const homePath = yield* variable("HOMEPATH")
  const candidates = [
    yield* variable("HOME"),
    yield* variable("USERPROFILE"),
    homePath === undefined ? undefined : `${drive ?? ""}${homePath}`,
  ]
  const found = candidates.find((candidate) => candidate !== undefined)
  return found !== undefined && path.isAbsolute(found) ? found : undefined
})

/** Where a shared file is. A variable may hold other variables and begin with `~`; where it is empty there is no file. */
const location = Effect.fnUntraced(function* (name: string, file: string) {
  const path = yield* Path.Path
  const given = yield* environment(name)
  const folder = yield* home
  if (given === undefined) return folder === undefined ? undefined : path.join(folder, ".aws", file)
  const expanded = yield* expand(given)
  if (!expanded.startsWith("~")) return expanded === "" ? undefined : expanded
  const rest = /^~(?:[/\\]|$)/u.exec(expanded)
  return rest === null || folder === undefined
    ? yield* general(`${name} begins with ~ and leads to no home that is known here: write the path out`)
    : path.join(folder, expanded.slice(rest[0].length))
})

/**
 * A path with the variables that it names as `$NAME` or `${NAME}`; one that is not set stays as it is.
 *
 * @category getters
 */
export const expand = Effect.fnUntraced(function* (text: string) {
  const parts: Array<string> = []
  let end = 0
  for (const match of text.matchAll(/\$(?:(\w+)|\{([^}]*)\})/gu)) {
    const value = yield* environment(match[1] ?? match[2] ?? "")
    parts.push(text.slice(end, match.index), value ?? match[0])
    end = match.index + match[0].length
  }
  return parts.join("") + text.slice(end)
})

interface Read {
  readonly file: string | undefined
  readonly sections: SharedFile.Sections
  readonly warnings: ReadonlyArray<string>
}

const nothing: SharedFile.Sections = new Map()

/**
 * Reads a file. One that is not there, that is no file or that may not be read has no sections, as in the AWS CLI; the last two
 * are worth a warning. One that is broken is an error, whoever needs it.
 *
 * @category decoding
 */
export const read = Effect.fnUntraced(function* (
  file: string | undefined,
): Effect.fn.Return<Read, CommandFailure, FileSystem.FileSystem> {
  if (file === undefined) return { file, sections: nothing, warnings: [] }
  const files = yield* FileSystem.FileSystem
  const empty = (...warnings: ReadonlyArray<string>) => ({ file, sections: nothing, warnings })
  const opened = yield* Effect.result(
    Effect.gen(function* () {
      const { type } = yield* files.stat(file)
      return type === "File" ? { bytes: yield* files.readFile(file) } : { type }
    }),
  )
  if (Result.isFailure(opened)) {
    const { _tag } = opened.failure.reason
    return _tag === "NotFound" ? empty() : empty(`${file} is passed over: it cannot be read (${_tag})`)
  }
  const { bytes, type } = opened.success
  if (bytes === undefined) {
    // A device is how one says that there shall be no file: AWS_CONFIG_FILE=/dev/null.
    return type === "CharacterDevice" ? empty() : empty(`${file} is passed over: it is no file (${type})`)
  }
  const broken = (why: string) => general(`Unable to parse config file: ${file} (${why})`)
  const text = decode(bytes)
  if (Result.isFailure(text)) return yield* broken("it is not UTF-8")
  const sections = SharedFile.parse(text.success)
  return Result.isSuccess(sections)
    ? { file, sections: sections.success, warnings: [] }
    : yield* broken(`line ${sections.failure.line} ${sections.failure.rule}`)
})

/** A byte order mark stays, since it is part of the first line to the AWS CLI, too. */
const decode = (bytes: Uint8Array): Result.Result<string, unknown> =>
  Result.try(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes))
