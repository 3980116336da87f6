/**
 * The bodies of requests and of their answers, for as long as there is room for them.
 */
import type { Answered } from "@proxy-session/server/Call"
import { isFictionalText } from "./fictional.ts"

/** How many bytes are kept of one body, and of all of them. */
const maxBodyBytes = 16 * 1024
const maxBytes = 64 * 1024 * 1024

/** How many bytes the bodies of a request need beside their own. */
const overhead = 512

export interface Bodies {
  readonly request: Uint8Array
  readonly response: Uint8Array
}

const none = new Uint8Array()

/** A copy, since a part of a buffer keeps the whole of it. */
const start = (bytes: Uint8Array) => new Uint8Array(bytes.subarray(0, maxBodyBytes))

export const bodiesOf = ({ body, response }: Answered): Bodies => ({
  request: start(body ?? none),
  response: response?.body._tag === "Uint8Array" ? start(response.body.body) : none,
})

const decoder = new TextDecoder()

/** A body as it may be shown, `null` if it is empty. */
export const shown = (bytes: Uint8Array, account: string | null, reveal: boolean): string | null => {
  if (bytes.length === 0) return null
  const text = decoder.decode(bytes)
  return reveal || isFictionalText(text, account) ? text : "<redacted>"
}

interface Holder {
  bodies: Bodies | undefined
}

const sizeOf = ({ bodies }: Holder): number =>
  overhead + (bodies === undefined ? 0 : bodies.request.length + bodies.response.length)

/** The room for bodies, where the oldest make room for others. */
export class Room {
  readonly #holders = new Set<Holder>()
  #bytes = 0

  take(holder: Holder): void {
    this.#holders.add(holder)
    this.#bytes += sizeOf(holder)
    for (const oldest of this.#holders) {
      if (this.#bytes <= maxBytes) return
      this.leave(oldest)
    }
  }

  /** Lets go of bodies, if they are still kept. */
  leave(holder: Holder): void {
    if (!this.#holders.delete(holder)) return
    this.#bytes -= sizeOf(holder)
    holder.bodies = undefined
  }
}
