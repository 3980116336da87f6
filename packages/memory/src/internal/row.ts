import type { CallerNumber } from "@proxy-session/domain/CallerNumber"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import type * as Listing from "@proxy-session/domain/Listing"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession, ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { Held } from "@proxy-session/domain/Routing"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
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

  get key(): ProxySessionKey {
    const { proxySessionId, voiceConnectorId } = this.#session
    return new ProxySessionKey({ proxySessionId, voiceConnectorId }, { disableChecks: true })
  }

  /** When the session ended, or will end if nobody ends it before. */
  get ends(): number {
    const { endedTimestamp } = this.#session
    return endedTimestamp === undefined ? this.#ends : DateTime.toEpochMillis(endedTimestamp)
  }

  get participants(): ProxySession["participants"] {
    return this.#session.participants
  }

  status(now: number): ProxySessionStatus {
    return now < this.#ends ? this.#session.status : "Closed"
  }

  /** What a participant holds on the number of the session. */
  heldBy(caller: CallerNumber, now: number): Held | undefined {
    const { capabilities, participants, proxySessionId, voiceConnectorId } = this.#session
    const own = caller._tag === "Number" ? this.placeOf(caller.number) : undefined
    const other = own === undefined ? undefined : participants[1 - own]?.phoneNumber
    return other === undefined
      ? undefined
      : { voiceConnectorId, proxySessionId, other, capabilities, live: this.status(now) !== "Closed" }
  }

  /** The place of a person among the participants. */
  placeOf(person: PhoneNumber): 0 | 1 {
    return this.participants[0]?.phoneNumber === person ? 0 : 1
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
