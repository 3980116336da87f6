import { Bytes } from "./bytes.ts"
import { type Progress, type Received, tooLarge } from "./exchange.ts"

/** Takes an answer as it comes, and is what has come of it. It is an object of its own for each call, and one only. */
export class Reception implements Received {
  readonly done: (received: Received) => void
  readonly limit: number
  readonly progress: Progress
  readonly bytes = new Bytes()
  status = 0
  headers: Received["headers"] = {}
  failure: unknown = undefined
  isDone = false

  constructor(done: (received: Received) => void, limit: number, progress: Progress) {
    this.done = done
    this.limit = limit
    this.progress = progress
  }

  get body(): Uint8Array {
    return this.bytes.whole()
  }

  /** Answers whether the body is within its limit still; if not, that has been told. */
  add(chunk: Uint8Array): boolean {
    this.bytes.add(chunk)
    if (this.bytes.size <= this.limit) return true
    this.end(tooLarge)
    return false
  }

  /** Of several ends the first is told: what is given up for its size breaks off, too. */
  end(failure: unknown): void {
    if (this.isDone) return
    this.isDone = true
    this.failure = failure
    this.done(this)
  }
}

/** Why the client of the platform is told to end a request. */
export const givenUp = new Error("the request was given up")
