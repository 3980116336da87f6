/**
 * The faults that wait, in queues by account and operation, so that a call looks at four of them whatever their length.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { Fault, WaitingFault } from "../Fault.ts"

/** How many faults may wait at once. */
export const capacity = 10_000

interface Entry {
  /** The order in which faults came. */
  readonly id: number
  readonly fault: Fault
  /** The number of the first call of its queue that meets it. */
  readonly due: number
  left: number
}

/** The faults for one account, or for all, and one operation, or all. */
class Queue {
  /** How many matching calls there have been since the queue began. */
  calls = 0
  /** By the call that is to meet them, and then as they came. */
  readonly entries: Array<Entry> = []

  add(entry: Entry): void {
    let at = this.entries.length
    while (at > 0 && (this.entries[at - 1]?.due ?? 0) > entry.due) at--
    this.entries.splice(at, 0, entry)
  }

  count(): void {
    this.calls++
  }

  get first(): Entry | undefined {
    const [first] = this.entries
    return first !== undefined && first.due <= this.calls ? first : undefined
  }
}

const all = ""

export class Faults {
  readonly #queues = new Map<string, Map<string, Queue>>()
  #ids = 0
  #size = 0

  /** Adds a fault, unless there are too many; `false` if so. */
  add(fault: Fault): boolean {
    if (this.#size >= capacity) return false
    const { account = all, after = 0, operation = all, times = 1 } = fault
    const byOperation = this.#queues.get(account) ?? new Map<string, Queue>()
    this.#queues.set(account, byOperation)
    const queue = byOperation.get(operation) ?? new Queue()
    byOperation.set(operation, queue)
    queue.add({ id: this.#ids++, fault, due: queue.calls + after, left: times })
    this.#size++
    return true
  }

  /** The fault that a call meets, if any; the call is counted by all faults that it matches. */
  take(account: string, operation: OperationName): Fault | undefined {
    if (this.#size === 0) return undefined
    const [own, common] = [this.#queues.get(account), this.#queues.get(all)]
    let met: Queue | undefined
    let entry: Entry | undefined
    for (const queue of [own?.get(operation), own?.get(all), common?.get(operation), common?.get(all)]) {
      const first = queue?.first
      if (first !== undefined && (entry === undefined || first.id < entry.id)) [met, entry] = [queue, first]
      queue?.count()
    }
    if (met === undefined || entry === undefined) return undefined
    if (--entry.left < 1) {
      met.entries.shift()
      this.#size--
    }
    return entry.fault
  }

  /** The faults that wait, as they came: those for an account, or all. */
  list(account?: string): ReadonlyArray<WaitingFault> {
    return this.#of(account)
      .flatMap(({ calls, entries }) =>
        entries.map(({ due, fault, id, left }) => ({
          id,
          fault: { ...fault, times: left, after: Math.max(0, due - calls) },
        })),
      )
      .toSorted((one, other) => one.id - other.id)
      .map(({ fault }) => fault)
  }

  /** Drops the faults for an account, or all. */
  clear(account?: string): void {
    this.#size -= this.#of(account).reduce((sum, { entries }) => sum + entries.length, 0)
    if (account === undefined) this.#queues.clear()
    else this.#queues.delete(account)
  }

  #of(account: string | undefined): ReadonlyArray<Queue> {
    const found = account === undefined ? [...this.#queues.values()] : [this.#queues.get(account) ?? new Map()]
    return found.flatMap((byOperation) => [...byOperation.values()])
  }
}
