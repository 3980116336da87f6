import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import { type Head, type Request, Response, type Send, type TransportFailure } from "../Exchange.ts"
import { Bytes } from "./bytes.ts"
import { cut, headFailure, lost, timedOut, tooLarge, unsent } from "./diagnosis.ts"
import { callbackUntil } from "./timeout.ts"

/** Is told how a request has ended, once. */
export type Done = (result: Effect.Effect<Response, TransportFailure>) => void

/**
 * Receives the response to one request from a platform's callbacks, and is told how far the request has come.
 *
 * It is a class because thousands may wait at once: a closure for each callback would take more memory.
 */
export abstract class Receiver {
  readonly limit: number
  readonly onBegin: () => void
  readonly done: Done
  readonly bytes = new Bytes()
  isBegun = false
  isDone = false
  head: Head | undefined

  constructor(limit: number, onBegin: () => void, done: Done) {
    this.limit = limit
    this.onBegin = onBegin
    this.done = done
  }

  /** Ends the request on the platform. */
  abstract abort(): void

  /** From now on, something of the request may have been sent. */
  begin(): void {
    if (this.isBegun) return
    this.isBegun = true
    this.onBegin()
  }

  receiveHead(status: number, headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>): void {
    this.head = {
      status,
      headers: Record.map(headers, (value) => (typeof value === "object" ? value.join(", ") : value)),
    }
    const failure = headFailure(this.head, this.limit)
    if (failure !== undefined) this.refuse(failure)
  }

  receiveData(chunk: Uint8Array): void {
    this.bytes.add(chunk)
    if (this.head !== undefined && this.bytes.size > this.limit) this.refuse(tooLarge(this.head))
  }

  refuse(failure: TransportFailure): void {
    this.end(Effect.fail(failure))
    this.abort()
  }

  whole(): void {
    if (this.head !== undefined) this.end(Effect.succeed(new Response(this.head, this.bytes.whole())))
  }

  broken(cause: unknown): void {
    if (this.isDone) return
    const failure = this.head === undefined ? (this.isBegun ? lost(cause) : unsent(cause)) : cut(cause, this.head)
    this.end(Effect.fail(failure))
  }

  /** Of several ends, the first counts: what is aborted breaks off as well. */
  end(result: Parameters<Done>[0]): void {
    if (this.isDone) return
    this.isDone = true
    this.done(result)
  }
}

/** Sends a request by starting it on a platform, with a receiver. */
export const sendWith =
  (start: (request: Request, limit: number, onBegin: () => void, done: Done) => Receiver): Send =>
  (request, limit, deadline, onBegin) => {
    let receiver: Receiver | undefined
    return callbackUntil(
      deadline,
      (resume: Done) => {
        const started = start(request, limit, onBegin, resume)
        receiver = started
        return () =>
          Effect.sync(() => {
            started.isDone = true
            started.abort()
          })
      },
      () => Effect.fail(timedOut(receiver?.isBegun === true)),
    )
  }
