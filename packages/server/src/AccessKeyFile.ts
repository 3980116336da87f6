/**
 * Keys in a file of JSON, for a server that more than one account or role uses.
 */
import { describe, violations } from "@proxy-session/domain/InvalidRequest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { type AccessKeys, fromEntries } from "./Authentication.ts"

const oneLine = Schema.String.check(
  Schema.makeFilter((text: string) => /^[!-~]{1,2048}$/u.test(text), {
    expected: "1 to 2048 characters of ASCII without spaces",
  }),
)

/**
 * One key: its id, its secret, the session token that must come with it if it is a temporary one, the account of 12
 * digits whose resources it opens (`000000000000` if there is none), and its rights (`read-write` unless told otherwise).
 *
 * An id is what `Credential=` may hold in a signature: 1 to 128 letters, digits and `_`.
 *
 * @category models
 */
export const AccessKeyEntry = Schema.Struct({
  accessKeyId: Schema.String.check(Schema.isPattern(/^\w{1,128}$/u, { expected: "1 to 128 letters, digits and _" })),
  secretAccessKey: Schema.RedactedFromValue(oneLine),
  sessionToken: Schema.optionalKey(Schema.RedactedFromValue(oneLine)),
  account: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\d{12}$/u, { expected: "12 digits" }))),
  rights: Schema.optionalKey(Schema.Literals(["read-only", "read-write"])),
})

/**
 * The content of a file of keys: a list, in which each id stands once.
 *
 * **Example** (A file with two accounts)
 *
 * ```json
 * {
 *   "keys": [
 *     { "accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "example", "account": "111122223333" },
 *     { "accessKeyId": "AKIDREADER", "secretAccessKey": "other", "account": "111122223333", "rights": "read-only" }
 *   ]
 * }
 * ```
 *
 * @category models
 */
export const AccessKeyFile = Schema.Struct({
  keys: Schema.NonEmptyArray(AccessKeyEntry).check(
    Schema.makeFilter((keys) => new Set(keys.map(({ accessKeyId }) => accessKeyId)).size === keys.length, {
      expected: "a list with each accessKeyId once",
    }),
  ),
})

/**
 * A file of keys that cannot be used. The message names the file, the place and the rule, and never repeats what is in
 * it.
 *
 * @category errors
 */
export class AccessKeyFileError extends Schema.TaggedError<AccessKeyFileError>()("AccessKeyFileError", {
  message: Schema.String,
}) {}

/**
 * Reads a file of keys, once. Members that are not known are refused, so that a misspelt `rights` grants nothing.
 *
 * **Example** (Authentication by a file)
 *
 * ```ts
 * import * as AccessKeyFile from "@proxy-session/server/AccessKeyFile"
 * import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * export const Server = Layer.unwrap(
 *   Effect.map(AccessKeyFile.load("keys.json"), (keys) => ProxySessionServer.layer({ authentication: { keys } }))
 * )
 * ```
 *
 * @category constructors
 */
export const load = Effect.fn("AccessKeyFile.load")(function* (
  path: string,
): Effect.fn.Return<AccessKeys, AccessKeyFileError, FileSystem.FileSystem> {
  const files = yield* FileSystem.FileSystem
  const fail = (problem: string) => new AccessKeyFileError({ message: `${path}: ${problem}` })
  const text = yield* Effect.mapError(files.readFileString(path), () => fail("unable to read the file"))
  const json = yield* Effect.try({ try: (): unknown => JSON.parse(text), catch: () => fail("is not valid JSON") })
  const { keys } = yield* Effect.mapError(decode(json), ({ issue }) => fail(describe(violations(issue), "the file")))
  return fromEntries(keys.map(({ accessKeyId, ...key }) => [accessKeyId, key]))
})

const decode = Schema.decodeUnknownEffect(AccessKeyFile, { errors: "all", onExcessProperty: "error" })
