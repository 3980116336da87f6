import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import type * as Listing from "@proxy-session/domain/Listing"
import type { ProxySession, ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import * as DateTime from "effect/DateTime"
import * as Copy from "./copy.ts"

/**
 * A session as it is kept, with what its indices need.
 *
 * What comes in and what goes out are copies. The clock is asked at every read. A session that has expired by then is kept
 * as `Closed`, so that this is worked out once.
 */
export class Row implements Listing.Position {
  /** Whether the session was deleted; its place in the listing may outlive it for a while. */
  removed = false
  #session: ProxySession
  #ends: number

  constructor(session: ProxySession) {
    this.#session = Copy.session(session)
    this.#ends = Lifecycle.endsAt(session)
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
    return now < this.#ends ? this.#session.status : "Closed"
  }

  read(now: number): ProxySession {
    if (this.status(now) !== this.#session.status) this.write(Lifecycle.settle(this.#session, DateTime.makeUnsafe(now)))
    return Copy.session(this.#session)
  }

  write(session: ProxySession): void {
    this.#session = Copy.session(session)
    this.#ends = Lifecycle.endsAt(session)
  }
}
