/**
 * The order of a listing, and the tokens that continue it.
 */
import * as DateTime from "effect/DateTime"
import * as Hash from "effect/Hash"
import * as Result from "effect/Result"
import { bad } from "./internal/refused.ts"
import type { ProxySession, ProxySessionStatus } from "./ProxySession.ts"
import type { BadRequestException } from "./ServiceError.ts"

/**
 * Where a session stands in a listing: by the instant of its creation, then by its id.
 *
 * Neither ever changes, so sessions that come and go while somebody turns the pages move nobody else.
 *
 * @category models
 */
export interface Position {
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly id: string
}

/**
 * Where a session stands.
 *
 * @category getters
 */
export const positionOf = (session: Pick<ProxySession, "createdTimestamp" | "proxySessionId">): Position => ({
  created: DateTime.toEpochMillis(session.createdTimestamp),
  id: session.proxySessionId,
})

/**
 * Which of two sessions a listing has first: negative, zero or positive.
 *
 * @category ordering
 */
export const compare = (one: Position, other: Position): number =>
  one.created - other.created || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)

/**
 * What a token belongs to: a token from elsewhere is refused.
 *
 * `secret` stands for the repository, so that another's token does not pass. The seal is a checksum, not a signature: it
 * catches mistakes, and needs no more, since a token only tells where to go on in a listing that its bearer may read.
 *
 * @category models
 */
export interface Scope {
  readonly voiceConnectorId: string
  readonly status: ProxySessionStatus | undefined
  readonly secret: string
}

/**
 * The token that continues a listing after a position.
 *
 * @category tokens
 */
export const token = (scope: Scope, { created, id }: Position): string =>
  `${created.toString(36)}.${seal(scope, created, id)}.${id}`

/**
 * The position that a token stands for, or `undefined` where it was not issued for this listing.
 *
 * @category tokens
 */
export const position = (scope: Scope, text: string): Position | undefined => {
  const [, created = "", id = ""] = /^(-?[a-z0-9]{1,11})\.[a-z0-9]{1,14}\.(.{1,256})$/su.exec(text) ?? []
  const found = { created: Number.parseInt(created, 36), id }
  return id !== "" && token(scope, found) === text ? found : undefined
}

/**
 * What to read for a page: up to `limit` elements after a position, in order.
 *
 * `limit` is one more than the page has, so that the page knows whether another one follows.
 *
 * @category models
 */
export interface Query extends Scope {
  readonly after: Position | undefined
  readonly limit: number
}

/**
 * What to read for a request, whose page has at most `largest` elements and as many by default.
 *
 * Refused, as `BadRequestException`, are a larger page and a token from elsewhere.
 *
 * @category pages
 */
export const query = <S extends Scope>(
  scope: S,
  { maxResults, nextToken }: { readonly maxResults?: number; readonly nextToken?: string },
  largest: number,
): Result.Result<Query & S, BadRequestException> => {
  const size = maxResults ?? largest
  if (size > largest) return bad(`MaxResults must be from 1 to ${largest}`)
  const after = nextToken === undefined ? undefined : position(scope, nextToken)
  return after === undefined && nextToken !== undefined
    ? bad("NextToken is not valid for this listing")
    : Result.succeed({ ...scope, after, limit: size + 1 })
}

/**
 * The elements of a page, of those that its query found, and the token that continues it if there are more.
 *
 * @category pages
 */
export const page = <A>(
  query: Query,
  found: ReadonlyArray<A>,
  positionOf: (element: A) => Position,
): { readonly elements: ReadonlyArray<A>; readonly next: { readonly nextToken?: string } } => {
  const elements = found.slice(0, query.limit - 1)
  const last = found.length < query.limit ? undefined : elements.at(-1)
  return { elements, next: last === undefined ? {} : { nextToken: token(query, positionOf(last)) } }
}

const seal = ({ secret, status, voiceConnectorId }: Scope, created: number, id: string): string => {
  const content = JSON.stringify([secret, voiceConnectorId, status ?? "", created, id])
  return [content, `${content}.`].map((text) => (Hash.string(text) >>> 0).toString(36)).join("")
}
