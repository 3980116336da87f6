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
    const of = (each: string) =>
      this.#clocks.by(
        each,
        Effect.gen({ self: this }, function* () {
          const now = yield* Clock.currentTimeMillis
          const since = this.#told.get(each) ?? this.#begun
          this.#told.set(each, now)
          for (const expired of yield* this.#accounts.expired(each, since)) {
            yield* this.#publish(SessionEvent.closed(expired, expired.endedTimestamp))
          }
        }),
      )
    return account === undefined
      ? Effect.flatMap(this.#accounts.accounts, Effect.forEach(of, { discard: true }))
      : of(account)
  }

  /** What has ended by now is history: of one account, or of all. */
  begin(account?: string) {
    return Effect.gen({ self: this }, function* () {
      const clock = yield* Clock.currentTimeMillis
      if (account === undefined) this.#begun = this.#clocks.now(undefined, clock)
      const accounts = account === undefined ? yield* this.#accounts.accounts : [account]
      for (const each of accounts) this.#told.set(each, this.#clocks.now(each, clock))
    })
  }
}
