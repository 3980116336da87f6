import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import type * as Listing from "@proxy-session/domain/Listing"
import type { ProxySession, ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import * as DateTime from "effect/DateTime"
import * as Copy from "./copy.ts"

/**
 * A session as it is kept, and the instant at which the clock ends it.
 *
 * What comes in and what goes out are copies. The clock is asked at every look; what it has made of the session by then
 * is kept, so that it is worked out once.
 */
export class Row implements Listing.Position {
  /** Whether the session was deleted; its place in the listing may outlive it for a while. */
  removed = false
  #session: ProxySession
  /** Milliseconds since the epoch, `Infinity` for a session that never expires. */
  #expires: number

  constructor(session: ProxySession) {
    this.#session = Copy.session(session)
    this.#expires = expiry(session)
  }

  get id(): ProxySessionId {
    return this.#session.proxySessionId
  }

  get created(): number {
    return DateTime.toEpochMillis(this.#session.createdTimestamp)
  }

  get participants(): ProxySession["participants"] {
    return this.#session.participants
  }

  status(now: number): ProxySessionStatus {
    return now < this.#expires ? this.#session.status : "Closed"
  }

  read(now: number): ProxySession {
    if (this.status(now) !== this.#session.status) this.write(Lifecycle.settle(this.#session, DateTime.makeUnsafe(now)))
    return Copy.session(this.#session)
  }

  write(session: ProxySession): void {
    this.#session = Copy.session(session)
    this.#expires = expiry(session)
  }

  /** The present as far as this session goes: one that was seeded from a later clock is not changed before its time. */
  instant(now: number): DateTime.Utc {
    return DateTime.makeUnsafe(Math.max(now, DateTime.toEpochMillis(this.#session.updatedTimestamp)))
  }
}

const expiry = (session: ProxySession): number => {
  const end = Lifecycle.expiresAt(session)
  return end === undefined ? Infinity : DateTime.toEpochMillis(end)
}
