import { type IncomingMessage, ServerResponse } from "node:http"
import { setImmediate } from "node:timers"

/** The answers that were ended in this turn of the event loop, each as it will be sent. */
let waiting: Array<() => void> = []

/** Sends what waits, without waiting for the end of the turn. */
export const sendAll = (): void => {
  const ready = waiting
  waiting = []
  for (const send of ready) send()
}

type Sent = (error: Error | null | undefined) => void

/**
 * An answer that leaves together with the others of its turn of the event loop, each in one write.
 *
 * A write costs most where it wakes a client that sleeps. One after the other, the first write wakes it and the others
 * find it awake, while with the work for the next request in between each of them would find it asleep.
 */
export class GatheredResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** Whether it is sent piece by piece, as only a stream is. */
  isStream = false

  override write(piece: unknown, encoding?: BufferEncoding | Sent, sent?: Sent): boolean {
    this.isStream = true
    return typeof encoding === "string" ? super.write(piece, encoding, sent) : super.write(piece, encoding ?? sent)
  }

  override end(body?: unknown, encoding?: BufferEncoding | (() => void), sent?: () => void): this {
    const send =
      typeof encoding === "string" ? () => super.end(body, encoding, sent) : () => super.end(body, encoding ?? sent)
    if (waiting.push(send) === 1) setImmediate(sendAll)
    return this
  }
}

// Where Node checks the length of a body, it writes head and body apart. Effect works the length out from the body, so
// there is nothing to check. A property of the prototype takes what Node's constructor and Effect would assign.
Object.defineProperty(GatheredResponse.prototype, "strictContentLength", { get: () => false, set: () => {} })
