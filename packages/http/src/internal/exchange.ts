import type { HttpClient } from "effect/http/HttpClient"
import type { Slots } from "./slots.ts"

/** A request as it is sent. */
export interface Sent {
  readonly origin: string
  /** With its query. */
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string | null
}

/** An answer as far as it came. */
export interface Received {
  /** 0 where none came at all. */
  readonly status: number
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: Uint8Array
  /** What kept the answer away or broke its body off, if something did; {@link tooLarge} where that was given up. */
  readonly failure: unknown
}

/** How far a request has come. */
export interface Progress {
  /** Whether something of it may have been sent. */
  isBegun: boolean
}

/** What a client of ours does in the end. */
export interface Exchange {
  /**
   * Sends a request, reads its answer, of whose body as much as `limit` bytes, and then calls `done`, once. Answers how to
   * give the request up.
   *
   * It is no effect, so that whoever needs an end to it by some time can have that without another fiber.
   */
  readonly start: (sent: Sent, limit: number, progress: Progress, done: (received: Received) => void) => () => void
  /**
   * The connections to an origin, one of which each attempt waits for.
   *
   * What waits there has not even been signed: it takes half the memory that a request takes in the client's own queue,
   * and it is certain not to have been sent.
   */
  readonly connections: (origin: string) => Slots
}

/** Why a body was given up. */
export const tooLarge = new Error("the body is larger than its limit")

const exchanges = new WeakMap<HttpClient, Exchange>()

/**
 * Notes what a client of ours does in the end, for those who need none of what it does before.
 *
 * A client made out of it, which may do more, is another client, of which nothing is noted.
 */
export const withExchange = (client: HttpClient, exchange: Exchange): HttpClient => {
  exchanges.set(client, exchange)
  return client
}

export const exchangeOf = (client: HttpClient): Exchange | undefined => exchanges.get(client)
