/**
 * The latest requests, in a ring for each account, so that a busy one leaves the others their own.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import type { Answered } from "@proxy-session/server/Call"
import * as DateTime from "effect/DateTime"
import { capacity, type JournalEntry, type JournalQuery } from "../Journal.ts"

/** How many accounts have a ring. The one that was quiet for longest makes room for another. */
const maxAccounts = 100

interface Kept {
  /** The order in which requests ended. */
  readonly id: number
  readonly answered: Answered
}

/** Only what is needed of a request: its body and its answer are not kept. */
const stripped = (answered: Answered): Answered => ({
  ...answered,
  path: answered.path.slice(0, 1024),
  query: answered.query.slice(0, 1024),
  body: undefined,
  response: undefined,
})

/** Somebody else's text: whatever looks like a telephone number is taken out, and it is cut. */
const safe = (text: string): string => Redaction.scrub(text).slice(0, 256)

const entry = ({ answered, status }: Kept & { readonly status: number | null }): JournalEntry => ({
  at: DateTime.makeUnsafe(answered.at),
  method: safe(answered.method),
  path: safe(answered.path),
  query: safe(answered.query),
  operation: answered.operation ?? null,
  status,
  milliseconds: Math.round(answered.seconds * 1e6) / 1e3,
  requestId: answered.requestId,
  account: answered.tenant?.account ?? null,
  accessKeyId: answered.accessKeyId ?? null,
  error: answered.error === undefined ? null : { type: answered.error.type, message: safe(answered.error.message) },
})

type Row = Kept & { readonly status: number | null }

/** The latest requests of one account, the oldest of which gives way. */
class Ring {
  readonly #rows: Array<Row> = []
  #next = 0

  add(row: Row): void {
    this.#rows[this.#next] = row
    this.#next = (this.#next + 1) % capacity
  }

  get rows(): ReadonlyArray<Row> {
    return [...this.#rows.slice(this.#next), ...this.#rows.slice(0, this.#next)]
  }
}

export class Journal {
  readonly #rings = new Map<string, Ring>()
  #ids = 0

  add(answered: Answered): void {
    const account = answered.tenant?.account ?? answered.accessKeyId ?? ""
    const ring = this.#rings.get(account) ?? new Ring()
    if (this.#rings.size >= maxAccounts && !this.#rings.has(account)) {
      for (const [quietest] of this.#rings) {
        this.#rings.delete(quietest)
        break
      }
    }
    // Last in the map's order, which is that of the latest request.
    this.#rings.delete(account)
    this.#rings.set(account, ring)
    ring.add({ id: this.#ids++, answered: stripped(answered), status: answered.response?.status ?? null })
  }

  list({ account, limit = capacity, operation, status }: JournalQuery): ReadonlyArray<JournalEntry> {
    const rings = account === undefined ? [...this.#rings.values()] : [this.#rings.get(account) ?? new Ring()]
    return rings
      .flatMap(({ rows }) => rows)
      .filter((row) => operation === undefined || row.answered.operation === operation)
      .filter((row) => status === undefined || row.status === status)
      .toSorted((one, other) => one.id - other.id)
      .slice(-limit)
      .map(entry)
  }

  clear(account?: string): void {
    if (account === undefined) this.#rings.clear()
    else this.#rings.delete(account)
  }
}
