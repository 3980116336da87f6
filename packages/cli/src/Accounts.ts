/**
 * `--accounts any`: an account for whoever names one, for tests that run in parallel.
 */
import * as Authentication from "@proxy-session/server/Authentication"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { type CommandFailure, usage } from "./ExitCode.ts"

/**
 * The flag.
 *
 * @category flags
 */
export const flag = Flag.Literals("accounts", ["any"]).pipe(
  Flag.withDescription(
    "Take any access key id and the secret test; the id is the account, and accounts see nothing of each other. " +
      "For loopback hosts and --allowed-host only",
  ),
  Flag.optional,
)

/**
 * What else a server was told about who may ask it.
 *
 * @category models
 */
export interface Options {
  readonly host: string
  readonly allowedHosts: ReadonlyArray<string>
  readonly keys: Option.Option<string>
  readonly noAuth: boolean
}

/**
 * Keys that everybody knows, for this very machine, unless the server was told which hosts may be asked for.
 *
 * @category constructors
 */
export const any = ({
  allowedHosts,
  host,
  keys,
  noAuth,
}: Options): Effect.Effect<Authentication.SigV4, CommandFailure> => {
  if (noAuth || Option.isSome(keys)) return usage("--accounts any is given in the place of --keys and --no-auth")
  return Authentication.isLoopback(host) || allowedHosts.length > 0
    ? Effect.succeed(Authentication.anyAccount)
    : usage(
        `--accounts any is refused on ${host}: everybody knows the keys, so serve on 127.0.0.1, ::1 or localhost, ` +
          "or name the hosts that anybody on the network may ask for with --allowed-host",
      )
}
