/**
 * The latest requests, in a ring for each account, so that a busy one leaves the others their own.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import type { Answered } from "@proxy-session/server/Call"
import * as DateTime from "effect/DateTime"
import { capacity, type JournalEntry, type JournalQuery } from "../Journal.ts"

/** How many accounts have a ring. The one that was quiet for longest makes room for another. */
const maxAccounts = 100

/** What is needed of a request; its body and its answer are not kept. Member by member, since this is done for each. */
class Row {
  /** The order in which requests ended. */
  readonly id: number
  readonly at: number
  readonly seconds: number
  readonly method: string
  readonly path: string
  readonly query: string
  readonly operation: Answered["operation"]
  readonly status: number | null
  readonly requestId: string
  readonly account: string | null
  readonly accessKeyId: string | null
  readonly error: Answered["error"]

  constructor(id: number, answered: Answered) {
    this.id = id
    this.at = answered.at
    this.seconds = answered.seconds
    this.method = answered.method
    this.path = answered.path
    this.query = answered.query
    this.operation = answered.operation
    this.status = answered.response?.status ?? null
    this.requestId = answered.requestId
    this.account = answered.tenant?.account ?? null
    this.accessKeyId = answered.accessKeyId ?? null
    this.error = answered.error
  }
}

/** Somebody else's text: whatever looks like a telephone number is taken out, and it is cut. */
const safe = (text: string): string => Redaction.scrub(text).slice(0, 256)

const entry = (row: Row): JournalEntry => ({
  at: DateTime.makeUnsafe(row.at),
  method: safe(row.method),
  path: safe(row.path),
  query: safe(row.query),
  operation: row.operation ?? null,
  status: row.status,
  milliseconds: Math.round(row.seconds * 1e6) / 1e3,
  requestId: row.requestId,
  account: row.account,
  accessKeyId: row.accessKeyId,
  error: row.error === undefined ? null : { type: row.error.type, message: safe(row.error.message) },
})

/** The latest requests of one account, the oldest of which gives way. */
class Ring {
  readonly #rows: Array<Row> = []
  #next = 0

  add(row: Row): void {
    this.#rows[this.#next] = row
    this.#next = (this.#next + 1) % capacity
  }

  /** The order in which its latest request ended. */
  get latest(): number {
    return this.#rows.at(this.#next - 1)?.id ?? -1
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
    const ring = this.#rings.get(account) ?? this.#begin(account)
    ring.add(new Row(this.#ids++, answered))
  }

  list({ account, limit = capacity, operation, status }: JournalQuery): ReadonlyArray<JournalEntry> {
    const rings = account === undefined ? [...this.#rings.values()] : [this.#rings.get(account) ?? new Ring()]
    return rings
      .flatMap(({ rows }) => rows)
      .filter((row) => operation === undefined || row.operation === operation)
      .filter((row) => status === undefined || row.status === status)
      .toSorted((one, other) => one.id - other.id)
      .slice(-limit)
      .map(entry)
  }

  clear(account?: string): void {
    if (account === undefined) this.#rings.clear()
    else this.#rings.delete(account)
  }

  #begin(account: string): Ring {
    if (this.#rings.size >= maxAccounts) {
      const [quietest] = [...this.#rings].toSorted(([, one], [, other]) => one.latest - other.latest)
      if (quietest !== undefined) this.#rings.delete(quietest[0])
    }
    const ring = new Ring()
    this.#rings.set(account, ring)
    return ring
  }
}
