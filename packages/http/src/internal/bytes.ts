import type { Head } from "../Exchange.ts"

const none = new Uint8Array(0)

/**
 * The bytes of a body as they come in.
 *
 * They are put into one piece that grows, since a body may come a byte at a time, and an object for each piece would take
 * a hundred times what is in it. A body that comes in one piece is not copied.
 */
export class Bytes {
  #room: Uint8Array = none
  #size = 0

  get size(): number {
    return this.#size
  }

  add(chunk: Uint8Array): void {
    const size = this.#size + chunk.byteLength
    if (this.#size === 0) {
      this.#room = chunk
    } else {
      if (size > this.#room.byteLength) {
        const room = new Uint8Array(Math.max(size, 2 * this.#size))
        room.set(this.whole())
        this.#room = room
      }
      this.#room.set(chunk, this.#size)
    }
    this.#size = size
  }

  whole(): Uint8Array {
    return this.#room.subarray(0, this.#size)
  }
}

/**
 * A body of at most this declared length is read as one piece, which is cheaper than a stream. Should a browser have
 * unpacked it silently, its size is still bounded.
 */
const maxUnstreamed = 64 * 1024

export const isSmall = ({ headers }: Head): boolean =>
  Number(headers["content-length"]) <= maxUnstreamed && headers["content-encoding"] === undefined
