/**
 * Which keys the clients of a server sign with, if they sign at all.
 */
import * as AccessKeyFile from "@proxy-session/server/AccessKeyFile"
import * as Authentication from "@proxy-session/server/Authentication"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { type CommandFailure, configuration, usage } from "./ExitCode.ts"
import { variable } from "./Profile.ts"
import type { Options } from "./ServeFlags.ts"

/**
 * The keys that a server verifies signatures with.
 *
 * Where anybody can sign, with any account or not at all, a server is for this very machine, unless it was told which hosts
 * may be asked for.
 *
 * @category constructors
 */
export const authentication = ({
  accounts,
  allowedHosts,
  host,
  keys,
  noAuth,
}: Options): Effect.Effect<Authentication.Authentication, CommandFailure, FileSystem.FileSystem> => {
  const isGuarded = Authentication.isLoopback(host) || allowedHosts.length > 0
  const hosts = "or name the hosts that anybody on the network may ask for with --allowed-host"
  if (accounts === "any") {
    if (noAuth || keys !== undefined) return usage("--accounts any is given in the place of --keys and --no-auth")
    return isGuarded
      ? Effect.succeed(Authentication.anyAccount)
      : usage(
          `--accounts any is refused on ${host}: everybody knows the keys, so serve on 127.0.0.1, ::1 or localhost, ${hosts}`,
        )
  }
  if (noAuth) {
    return isGuarded
      ? Effect.succeed("none" as const)
      : usage(`--no-auth is refused on ${host}: without signatures, serve on 127.0.0.1, ::1 or localhost, ${hosts}`)
  }
  if (keys === undefined) return environmentKey
  return Effect.mapBoth(AccessKeyFile.load(keys), {
    onFailure: ({ message }) => usage(`--keys ${message}`),
    onSuccess: (found) => ({ keys: found }),
  })
}

const environmentKey = Effect.gen(function* () {
  const id = yield* variable("AWS_ACCESS_KEY_ID")
  const secret = yield* variable("AWS_SECRET_ACCESS_KEY")
  const token = yield* variable("AWS_SESSION_TOKEN")
  if (id === undefined || secret === undefined) {
    return yield* configuration(
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the key that clients sign with, " +
        "or name a file of keys with --keys, or serve without signatures with --no-auth",
    )
  }
  return {
    keys: Authentication.fromRecord({
      [id]: {
        secretAccessKey: Redacted.make(secret),
        ...(token === undefined ? {} : { sessionToken: Redacted.make(token) }),
      },
    }),
  }
})
