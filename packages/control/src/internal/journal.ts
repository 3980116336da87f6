/**
 * The latest requests, in a ring for each account, so that a busy one leaves the others their own.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import type { Answered } from "@proxy-session/server/Call"
import * as DateTime from "effect/DateTime"
import { capacity, type JournalEntry, type JournalQuery } from "../Journal.ts"
import { type Bodies, bodiesOf, Room, shown } from "./bodies.ts"

/** How many accounts have a ring. The one that was quiet for longest makes room for another. */
const maxAccounts = 100

/** How many characters are kept of a text. */
const maxLength = 256

/** Somebody else's text: whatever looks like a telephone number is taken out, and it is cut. */
const safe = (text: string): string => Redaction.scrub(text).slice(0, maxLength)

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A text that is kept: a long one is cut now, and copied, since a part of a text keeps the whole of it. */
const kept = (text: string): string => (text.length <= maxLength ? text : decoder.decode(encoder.encode(safe(text))))

/** What is needed of a request, member by member, since this is done for each. */
export class Row {
  /** Whose request it is: that of an account, of a key that is not known, or nobody's. */
  readonly owner: string
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
  /** None once those of later requests need the room. */
  bodies: Bodies | undefined

  constructor(id: number, answered: Answered, hasBodies: boolean) {
    const accessKeyId = answered.accessKeyId === undefined ? null : kept(answered.accessKeyId)
    this.owner = answered.tenant?.account ?? accessKeyId ?? ""
    this.id = id
    this.at = answered.at
    this.seconds = answered.seconds
    this.method = answered.method
    this.path = kept(answered.path)
    this.query = kept(answered.query)
    this.operation = answered.operation
    this.status = answered.response?.status ?? null
    this.requestId = answered.requestId
    this.account = answered.tenant?.account ?? null
    this.accessKeyId = accessKeyId
    this.error = answered.error
    this.bodies = hasBodies ? bodiesOf(answered) : undefined
  }
}

/** What is told of a request, without its bodies. */
export const entry = (row: Row): JournalEntry => ({
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

const withBodies = (row: Row, reveal: boolean): JournalEntry =>
  row.bodies === undefined
    ? entry(row)
    : {
        ...entry(row),
        requestBody: shown(row.bodies.request, row.account, reveal),
        responseBody: shown(row.bodies.response, row.account, reveal),
      }

/** The latest requests of one account, the oldest of which gives way. */
class Ring {
  readonly #rows: Array<Row> = []
  #next = 0

  /** Adds a row, and returns the one that gives way to it. */
  add(row: Row): Row | undefined {
    const oldest = this.#rows[this.#next]
    this.#rows[this.#next] = row
    this.#next = (this.#next + 1) % capacity
    return oldest
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
  readonly #hasBodies: boolean
  readonly #room = new Room()
  #ids = 0

  constructor(hasBodies: boolean) {
    this.#hasBodies = hasBodies
  }

  add(answered: Answered): Row {
    const row = new Row(this.#ids++, answered, this.#hasBodies)
    const ring = this.#rings.get(row.owner) ?? this.#begin(row.owner)
    const oldest = ring.add(row)
    if (oldest !== undefined) this.#room.leave(oldest)
    if (this.#hasBodies) this.#room.take(row)
    return row
  }

  list({ account, limit = capacity, operation, reveal = false, status }: JournalQuery): ReadonlyArray<JournalEntry> {
    const rings = account === undefined ? [...this.#rings.values()] : [this.#rings.get(account) ?? new Ring()]
    return rings
      .flatMap(({ rows }) => rows)
      .filter((row) => operation === undefined || row.operation === operation)
      .filter((row) => status === undefined || row.status === status)
      .toSorted((one, other) => one.id - other.id)
      .slice(-limit)
      .map((row) => withBodies(row, reveal))
  }

  clear(account?: string): void {
    for (const each of account === undefined ? [...this.#rings.keys()] : [account]) this.#forget(each)
  }

  #forget(account: string): void {
    for (const row of this.#rings.get(account)?.rows ?? []) this.#room.leave(row)
    this.#rings.delete(account)
  }

  #begin(account: string): Ring {
    if (this.#rings.size >= maxAccounts) {
      const [quietest] = [...this.#rings].toSorted(([, one], [, other]) => one.latest - other.latest)
      if (quietest !== undefined) this.#forget(quietest[0])
    }
    const ring = new Ring()
    this.#rings.set(account, ring)
    return ring
  }
}
