/**
 * Tells of sessions that expire, each by the time of its account. A store has no timer, and knows one time alone.
 */
import * as SessionEvent from "@proxy-session/domain/SessionEvent"
import type { AccountSnapshots } from "@proxy-session/repo/AccountSnapshots"
import type { SessionEvents } from "@proxy-session/repo/SessionEvents"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Clocks } from "./clocks.ts"

export class Expiries {
  readonly #clocks: Clocks
  readonly #accounts: AccountSnapshots["Service"]
  readonly #publish: SessionEvents["Service"]["publish"]
  /** Until when the sessions of an account have been told of, by its own time. */
  readonly #told = new Map<string, number>()
  #begun = Number.POSITIVE_INFINITY

  constructor(clocks: Clocks, accounts: AccountSnapshots["Service"], publish: SessionEvents["Service"]["publish"]) {
    this.#clocks = clocks
    this.#accounts = accounts
    this.#publish = publish
  }

  /** Tells of what has expired since the last time, of one account or of all. */
  tell(account?: string) {
    return Effect.gen({ self: this }, function* () {
      const clock = yield* Clock.currentTimeMillis
      const nows = new Map<string, number>()
      const expired = yield* this.#accounts.expired((each) => {
        if (account !== undefined && each !== account) return undefined
        const now = this.#clocks.now(each, clock)
        nows.set(each, now)
        return { since: this.#told.get(each) ?? this.#begun, now }
      })
      for (const [each, now] of nows) this.#told.set(each, now)
      for (const each of expired) yield* this.#publish(SessionEvent.closed(each, each.endedTimestamp))
    })
  }

  /** What has ended by now is history: of one account, or of all. */
  begin(account?: string) {
    return Effect.gen({ self: this }, function* () {
      const clock = yield* Clock.currentTimeMillis
      const accounts = account === undefined ? yield* this.#accounts.accounts : [account]
      if (account === undefined) {
        this.#told.clear()
        this.#begun = this.#clocks.now(undefined, clock)
      }
      for (const each of accounts) this.#told.set(each, this.#clocks.now(each, clock))
    })
  }
}
