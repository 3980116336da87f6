/**
 * Who is asking: AWS's signatures of version 4 in the `Authorization` header, verified against the keys that a server
 * knows.
 *
 * What is refused is told in the words of AWS's own front end, since SDKs act on them. Older ones set their clock right
 * and sign again only after an `InvalidSignatureException`, so everything that is wrong with a signature has that name.
 *
 * | what | status | exception |
 * | --- | --- | --- |
 * | no signature, or one in the query | 403 | `MissingAuthenticationTokenException` |
 * | not of the form, or `host`, `x-amz-date` or a session token outside the signature | 400 | `IncompleteSignatureException` |
 * | another service, region or day in the scope | 403 | `InvalidSignatureException` |
 * | made too long ago, or by a clock too far ahead | 403 | `InvalidSignatureException`, `Signature expired` |
 * | an unknown key, a wrong signature, a wrong or missing session token | 403 | `InvalidSignatureException` |
 * | `x-amz-content-sha256` is not the body's hash, `UNSIGNED-PAYLOAD` included | 403 | `InvalidSignatureException` |
 * | a key that may only read, for an operation that writes | 403 | `ForbiddenException` |
 *
 * An unknown key, a wrong signature and a wrong token are a single answer on a single path, so that nobody learns which keys exist. Source: AWS's list of
 * common errors; the operations declare `UnauthorizedClientException` too, which no SDK takes for a matter of clocks.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as NetAddress from "effect/net/NetAddress"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"

/**
 * What a key is good for: `read-only` for the operations that get and list, `read-write` for all.
 *
 * @category models
 */
export type Rights = "read-only" | "read-write"

/**
 * What a server knows about a key: its secret, the session token that must come with it if it is a temporary one, the
 * account of 12 digits whose resources it opens (`000000000000` if there is none), and its rights (`read-write` if they
 * are not told).
 *
 * @category models
 */
export interface AccessKey {
  readonly secretAccessKey: Redacted.Redacted
  readonly sessionToken?: Redacted.Redacted | undefined
  readonly account?: string | undefined
  readonly rights?: Rights | undefined
}

const publicSecret = Redacted.make("test")

/**
 * Finds a key by its id, whenever a request comes in, so that keys can come and go while a server runs.
 *
 * @category models
 */
export type AccessKeys = (accessKeyId: string) => Effect.Effect<Option.Option<AccessKey>>

/**
 * Signatures are verified against `keys`; one is good for `maxClockSkew` before and after its date, 5 minutes unless
 * told otherwise. Keys that everybody knows are `isPublic`: a signature says then which account is meant, but proves
 * nothing, so requests are served by the rules of `UnverifiedRequests`, too.
 *
 * @category models
 */
export interface SigV4 {
  readonly keys: AccessKeys
  readonly maxClockSkew?: Duration.Input | undefined
  readonly isPublic?: boolean | undefined
}

/**
 * How a server knows who is asking: by signature, or explicitly not at all.
 *
 * With `"none"` a request is served only for a loopback host or one of the server's `allowedHosts`, and never for a web
 * page of another origin: `UnverifiedRequests` has the rules and the reason.
 *
 * @category models
 */
export type Authentication = SigV4 | "none"

/**
 * Any key, whose id is its account and whose secret is `test`: each test of a suite can be an account of its own.
 *
 * The id has 1 to 128 letters, digits, `_` and `-`. There are no session tokens.
 *
 * **Example** (A server for tests)
 *
 * ```ts
 * import * as Authentication from "@proxy-session/server/Authentication"
 * import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
 *
 * export const Server = ProxySessionServer.layer({ authentication: Authentication.anyAccount })
 * ```
 *
 * @category constructors
 */
export const anyAccount: SigV4 = {
  keys: (account) =>
    Effect.succeed(
      /^[\w-]{1,128}$/u.test(account) ? Option.some({ secretAccessKey: publicSecret, account }) : Option.none(),
    ),
  isPublic: true,
}

/**
 * Keys that stay as they are, by their ids.
 *
 * **Example** (One key)
 *
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { fromRecord } from "@proxy-session/server/Authentication"
 *
 * export const authentication = {
 *   keys: fromRecord({ AKIDEXAMPLE: { secretAccessKey: Redacted.make("example") } })
 * }
 * ```
 *
 * @category constructors
 */
export const fromRecord = (keys: Readonly<Record<string, AccessKey>>): AccessKeys => fromEntries(Object.entries(keys))

/**
 * Keys that stay as they are, as pairs of an id and what is known about it; no id means more than another.
 *
 * @category constructors
 */
export const fromEntries = (keys: Iterable<readonly [accessKeyId: string, key: AccessKey]>): AccessKeys => {
  const found = new Map(Array.from(keys, ([id, key]) => [id, Effect.succeedSome(key)]))
  const none = Effect.succeed(Option.none<AccessKey>())
  return (accessKeyId) => found.get(accessKeyId) ?? none
}

/**
 * Whether an address to listen on can be reached from this machine alone: `localhost`, 127.0.0.0/8 or `::1`.
 *
 * Without authentication everybody who reaches a server may do everything, so it should listen nowhere else.
 *
 * **Example** (Where `"none"` is sound)
 *
 * ```ts
 * import { isLoopback } from "@proxy-session/server/Authentication"
 *
 * const answers = [isLoopback("127.0.0.1"), isLoopback("0.0.0.0")]
 *
 * answers // => [true, false]
 * ```
 *
 * @category guards
 */
export const isLoopback = (host: string): boolean => {
  if (host.toLowerCase() === "localhost") return true
  const address = NetAddress.ipFromString(host)
  return Result.isSuccess(address) && NetAddress.isLoopback(address.success)
}
