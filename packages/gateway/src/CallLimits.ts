/**
 * How often one caller may call or text one number: a limit to what a stolen or forged number can cost.
 */

/**
 * The limits, each a bucket of a minute that refills evenly.
 *
 * - `perCaller`: the calls and texts of one caller to one number in a minute; 60 by default
 * - `fallbacks`: the calls to one number in a minute that reach the fallback number, whoever calls; 60 by default
 *
 * `Infinity` is no limit. Callers who hide their number share one bucket.
 *
 * @category models
 */
export interface CallLimitsOptions {
  readonly perCaller?: number | undefined
  readonly fallbacks?: number | undefined
}

/** The most entries that are kept of a kind; the least recently used ones are forgotten first. */
const capacity = 100_000

/** A map that forgets its least recently used entry when it is full. */
class Recent<A> {
  readonly #entries = new Map<string, A>()

  get(key: string): A | undefined {
    return this.#entries.get(key)
  }

  set(key: string, value: A): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= capacity) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }
}

/** Token buckets as instants: an entry is when its bucket will be full again (the generic cell rate algorithm). */
class Buckets {
  readonly #full = new Recent<number>()
  readonly #interval: number
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
    this.#interval = 60_000 / limit
  }

  take(key: string, now: number): boolean {
    if (this.#limit === Infinity) return true
    const next = Math.max(this.#full.get(key) ?? now, now) + this.#interval
    // The sum of intervals is not exact.
    if (next - now > 60_000 + 1e-6) return false
    this.#full.set(key, next)
    return true
  }
}

/**
 * The buckets of one gateway, and what they said of each call: a carrier that repeats a request gets the same answer.
 *
 * Several gateways over one store each have their own. Time is given in milliseconds.
 *
 * **Example** (The second call of a minute)
 *
 * ```ts
 * import { CallLimits } from "@proxy-session/gateway/CallLimits"
 *
 * const limits = new CallLimits({ perCaller: 1 })
 * const call = { caller: "+12065550100", dialled: "+19135550199" }
 *
 * limits.admit({ ...call, id: "CA1" }, 0) // => true
 * limits.admit({ ...call, id: "CA2" }, 1000) // => false
 * limits.admit({ ...call, id: "CA1" }, 2000) // => true
 * limits.admit({ ...call, id: "CA3" }, 60000) // => true
 * ```
 *
 * @category models
 */
export class CallLimits {
  readonly #perCaller: Buckets
  readonly #fallbacks: Buckets
  readonly #verdicts = new Recent<boolean>()

  constructor({ fallbacks = 60, perCaller = 60 }: CallLimitsOptions = {}) {
    this.#perCaller = new Buckets(perCaller)
    this.#fallbacks = new Buckets(fallbacks)
  }

  /** Whether a call or text may be routed. `id` is the carrier's, unique among all carriers. */
  admit(call: { readonly caller: string; readonly dialled: string; readonly id: string }, now: number): boolean {
    const key = `${call.caller}\n${call.dialled}`
    return this.#once(`admit\n${call.id}\n${key}`, () => this.#perCaller.take(key, now))
  }

  /** Whether a call that would reach the fallback number may. */
  admitFallback(call: { readonly dialled: string; readonly id: string }, now: number): boolean {
    return this.#once(`fallback\n${call.id}\n${call.dialled}`, () => this.#fallbacks.take(call.dialled, now))
  }

  #once(key: string, decide: () => boolean): boolean {
    const verdict = this.#verdicts.get(key) ?? decide()
    this.#verdicts.set(key, verdict)
    return verdict
  }
}
