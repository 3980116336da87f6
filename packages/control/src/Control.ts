/**
 * What testers do to a stand-in besides calling it: look inside, start clean, move its time, make calls fail.
 */
import type { ServiceFailureException, ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
import { AccountSnapshots } from "@proxy-session/repo/AccountSnapshots"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import type { Snapshot } from "@proxy-session/repo/Snapshot"
import { SessionEvents } from "@proxy-session/repo/SessionEvents"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { Tenant } from "@proxy-session/repo/Tenant"
import type { Around, Observe } from "@proxy-session/server/Call"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RcRef from "effect/RcRef"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type ControlEvent, RequestAnswered } from "./ControlEvent.ts"
import type { Fault, WaitingFault } from "./Fault.ts"
import { Clocks } from "./internal/clocks.ts"
import { Expiries } from "./internal/expiries.ts"
import { capacity, Faults } from "./internal/faults.ts"
import { Feed } from "./internal/feed.ts"
import * as Journal from "./internal/journal.ts"
import { suffer } from "./internal/suffer.ts"
import type { JournalEntry, JournalQuery } from "./Journal.ts"

/**
 * The store cannot do what it is asked to, or there is too much of something. Nothing has changed.
 *
 * @category errors
 */
export class Unsupported extends Schema.TaggedError<Unsupported>()("Unsupported", { message: Schema.String }) {}

/**
 * The content of a store as JSON.
 *
 * @category models
 */
export type State = typeof Snapshot.Encoded

/**
 * How the store behind a `Control` can fail.
 *
 * @category errors
 */
export type StoreError = ServiceFailureException | ServiceUnavailableException

/**
 * What kind of store is controlled.
 *
 * - `store`: `memory` is on Effect's clock, and goes back to its seed; a database has a clock of its own, and keeps what
 *   it is told
 * - `seed`: what `reset` goes back to, nothing by default
 * - `journalBodies`: whether the journal keeps the bodies of requests and answers; not by default
 *
 * @category models
 */
export interface ControlOptions {
  readonly store: "memory" | "postgres" | "sqlite"
  readonly seed?: State | undefined
  readonly journalBodies?: boolean | undefined
}

/**
 * The control of a stand-in. What it does is done for one account, or for all of them where none is named.
 *
 * Two accounts do not see each other's state, time, faults or requests. `around` and `observe` are for the options of the
 * same name of `ProxySessionServer`; without them there are no faults, no time but the server's, and no journal.
 *
 * **Example** (An hour passes, and the next get is throttled)
 *
 * ```ts
 * import { Control } from "@proxy-session/control/Control"
 * import * as Effect from "effect/Effect"
 *
 * export const program = Effect.gen(function*() {
 *   const control = yield* Control
 *   yield* control.advance("60 minutes", "111122223333")
 *   yield* control.fail({ operation: "GetProxySession", error: "ThrottledClientException" })
 * })
 * ```
 *
 * @category services
 */
export class Control extends Context.Service<
  Control,
  {
    /** What kind of store this is. */
    readonly store: ControlOptions["store"]
    /** Succeeds if the store answers. */
    readonly ping: Effect.Effect<void, StoreError>
    /** Back to the seed: the content, the time, the faults and the journal. */
    readonly reset: (account?: string) => Effect.Effect<void, StoreError | Unsupported>
    /** The content, with telephone numbers and names. */
    readonly state: (account?: string) => Effect.Effect<State, StoreError>
    /** Puts a snapshot in the place of the content; one that breaks a rule is refused, with every violation by path. */
    readonly restore: (
      state: unknown,
      account?: string,
    ) => Effect.Effect<void, Schema.SchemaError | StoreError | Unsupported>
    /** The service's time. */
    readonly now: (account?: string) => Effect.Effect<DateTime.Utc, Unsupported>
    /** Moves the service's time forward. */
    readonly advance: (by: Duration.Input, account?: string) => Effect.Effect<void, Unsupported>
    /** Sets the service's time, from which it goes on; into the past, too. */
    readonly setTime: (to: DateTime.Utc, account?: string) => Effect.Effect<void, Unsupported>
    /** Adds a fault for the next matching calls; there can be 10,000. */
    readonly fail: (fault: Fault) => Effect.Effect<void, Unsupported>
    /** The faults that wait for their calls. */
    readonly faults: (account?: string) => Effect.Effect<ReadonlyArray<WaitingFault>>
    /** Drops the faults that wait. */
    readonly clearFaults: (account?: string) => Effect.Effect<void>
    /** The latest requests, oldest first. */
    readonly journal: (query?: JournalQuery) => Effect.Effect<ReadonlyArray<JournalEntry>>
    /** Forgets the requests. */
    readonly clearJournal: (account?: string) => Effect.Effect<void>
    /**
     * What happens from now on: requests, and sessions and calls if the store is built over `SessionEvents`. 1,000 events
     * wait for a slow reader; then it is told how many it missed.
     */
    readonly events: (account?: string) => Stream.Stream<ControlEvent>
    /** Wraps the calls of a server: their time and their faults. */
    readonly around: Around
    /** Keeps the requests of a server. */
    readonly observe: Observe
  }
>()("@proxy-session/control/Control") {}

/**
 * The control of the store that provides `Snapshots`, and of each of its accounts if it provides `AccountSnapshots`, too.
 *
 * **Gotchas**
 *
 * Where accounts have times of their own, the control tells when sessions expire: build the store over
 * `SessionEvents.layer({ watch: false })`.
 *
 * @category layers
 */
export const layer = (options: ControlOptions): Layer.Layer<Control, never, CallRouter | Snapshots> =>
  Layer.effect(
    Control,
    Effect.gen(function* () {
      const snapshots = yield* Snapshots
      const byAccount = Option.getOrUndefined(yield* Effect.serviceOption(AccountSnapshots))
      const sessionEvents = Option.getOrUndefined(yield* Effect.serviceOption(SessionEvents))
      const { tenants } = yield* CallRouter
      const clocks = new Clocks()
      const feed = new Feed()
      const expiries =
        byAccount === undefined || sessionEvents === undefined
          ? undefined
          : new Expiries(clocks, byAccount, sessionEvents.publish)
      const telling = Stream.runForEach(sessionEvents?.events ?? Stream.empty, (event) =>
        Effect.sync(() => feed.tell(event.tenant.account, () => event)),
      )
      // Only while somebody reads: to wake up for each event costs a create a twentieth of its time.
      const told = yield* RcRef.make({ acquire: Effect.forkScoped(telling, { startImmediately: true }) })
      const events = (account: string | undefined) => Stream.unwrap(Effect.as(RcRef.get(told), feed.events(account)))
      if (expiries !== undefined) {
        yield* Effect.ignore(expiries.begin())
        yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.ignore(expiries.tell()), Effect.sleep(interval))))
      }
      const forget = sessionEvents?.forget ?? (() => Effect.void)
      return make(options, Effect.asVoid(tenants), snapshots, byAccount, { clocks, events, expiries, feed, forget })
    }),
  )

/** How often it is asked which sessions have expired. */
const interval = "1 second"

interface Parts {
  readonly clocks: Clocks
  readonly events: Control["Service"]["events"]
  readonly expiries: Expiries | undefined
  readonly feed: Feed
  readonly forget: SessionEvents["Service"]["forget"]
}

/** The account of parts of a seed that name none. */
const home = Tenant.defaultValue().account

const format = "proxy-session-memory/1"

const make = (
  { journalBodies = false, seed = { format, stores: [] }, store }: ControlOptions,
  ping: Effect.Effect<void, StoreError>,
  snapshots: Snapshots["Service"],
  byAccount: AccountSnapshots["Service"] | undefined,
  { clocks, events, expiries, feed, forget }: Parts,
): Control["Service"] => {
  const faults = new Faults()
  const journal = new Journal.Journal(journalBodies)

  /** The part of the service that knows accounts, if the store has it. */
  const accounts =
    byAccount === undefined
      ? Effect.fail(new Unsupported({ message: `A store in ${store} holds all accounts as one: name no account` }))
      : Effect.succeed(byAccount)

  const inMemory = (what: string) =>
    store === "memory" ? Effect.void : Effect.fail(new Unsupported({ message: `A store in ${store} ${what}` }))

  const adjustable = inMemory("has a clock of its own, which cannot be moved")

  /** The content is another: what has ended by now is history, and the same can happen again. */
  const begin = (account: string | undefined) =>
    Effect.andThen(forget(account), expiries?.begin(account) ?? Effect.void)

  const restore = (state: unknown, account: string | undefined) =>
    Effect.andThen(
      account === undefined
        ? snapshots.import(state)
        : Effect.flatMap(accounts, (each) => clocks.by(account, each.import(account, state))),
      begin(account),
    )

  /** Each account by its own time: what has expired in one need not have expired in another. */
  const state = (account: string | undefined): Effect.Effect<State, StoreError> => {
    if (byAccount === undefined) {
      const isMeant = (each: { readonly account?: string }) =>
        account === undefined || (each.account ?? home) === account
      // Without the secret of page tokens, which is nobody's to know.
      return Effect.map(snapshots.export, ({ format, stores }) => ({ format, stores: stores.filter(isMeant) }))
    }
    if (account !== undefined) return clocks.by(account, byAccount.export(account))
    return byAccount.accounts.pipe(
      Effect.flatMap(Effect.forEach((each) => clocks.by(each, byAccount.export(each)))),
      Effect.map((parts) => ({ format, stores: parts.flatMap(({ stores }) => stores) })),
    )
  }

  /** A store never goes back in time by itself. */
  const rewind = (account: string | undefined) =>
    Effect.gen(function* () {
      if (byAccount === undefined) return
      const all = account === undefined ? yield* byAccount.accounts : [account]
      yield* Effect.forEach(all, byAccount.rewind, { discard: true })
    }).pipe(Effect.orDie)

  /** The time may have gone back: what was told can happen again. */
  const back = (account: string | undefined) => Effect.andThen(rewind(account), forget(account))

  /** The time has moved: tells at once of what has expired. */
  const passed = (account: string | undefined) => Effect.ignore(expiries?.tell(account) ?? Effect.void)

  return {
    store,
    ping,
    state,
    restore,
    reset: (account) =>
      Effect.gen(function* () {
        yield* inMemory("keeps what it is told: put a state in its place instead")
        const stores = seed.stores.filter((each) => account === undefined || (each.account ?? home) === account)
        yield* restore({ ...seed, stores }, account).pipe(Effect.catchTag("SchemaError", Effect.die))
        clocks.reset(account)
        faults.clear(account)
        journal.clear(account)
        if (account !== undefined) yield* rewind(account)
        yield* begin(account)
      }),
    now: (account) =>
      Effect.andThen(
        adjustable,
        Effect.map(Clock.currentTimeMillis, (clock) => DateTime.makeUnsafe(clocks.now(account, clock))),
      ),
    advance: (by, account) =>
      Effect.gen(function* () {
        yield* adjustable
        const millis = Duration.toMillis(by)
        if (clocks.isTooFar(account, yield* Clock.currentTimeMillis, millis)) {
          return yield* new Unsupported({ message: "The service's time ends with the year 9999" })
        }
        clocks.advance(account, millis)
        if (millis < 0) yield* back(account)
        yield* passed(account)
      }),
    setTime: (to, account) =>
      Effect.gen(function* () {
        yield* adjustable
        clocks.set(account, DateTime.toEpochMillis(to) - (yield* Clock.currentTimeMillis))
        yield* back(account)
        yield* passed(account)
      }),
    fail: (fault) =>
      Effect.suspend(() =>
        faults.add(fault)
          ? Effect.void
          : Effect.fail(new Unsupported({ message: `${capacity} faults wait already: clear them first` })),
      ),
    faults: (account) => Effect.sync(() => faults.list(account)),
    clearFaults: (account) => Effect.sync(() => faults.clear(account)),
    journal: (query = {}) => Effect.sync(() => journal.list(query)),
    clearJournal: (account) => Effect.sync(() => journal.clear(account)),
    around: (call, run) => {
      const { operation, tenant } = call
      const work = clocks.by(tenant.account, run)
      const fault = faults.take(tenant.account, operation)
      return fault === undefined ? work : suffer(fault, call, work)
    },
    observe: (answered) =>
      Effect.sync(() => {
        const row = journal.add(answered)
        feed.tell(row.owner, () => new RequestAnswered(Journal.entry(row)))
      }),
    events,
  }
}
