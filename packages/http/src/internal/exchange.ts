import type * as Effect from "effect/Effect"
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
  readonly status: number
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly chunks: ReadonlyArray<Uint8Array>
  /** What the body broke off with, if it did; {@link tooLarge} where it was given up. */
  readonly failure: unknown
}

/** What a client of ours does in the end. */
export interface Exchange {
  /** Sends a request and reads its answer, of whose body as much as `limit` bytes. Fails with what kept any answer away. */
  readonly send: (sent: Sent, limit: number) => Effect.Effect<Received, Lost>
  /**
   * The connections to an origin, one of which each attempt waits for.
   *
   * What waits there has not even been signed: it takes half the memory that a request takes in the client's own queue,
   * and it is certain not to have been sent.
   */
  readonly connections: (origin: string) => Slots
}

/** No answer came, for a reason that a transport knows. */
export interface Lost {
  readonly cause: unknown
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
