import { Buffer } from "node:buffer"
import { IncomingMessage } from "node:http"
import { type Tell, whole, type Whole } from "./whole.ts"

/** A body that somebody waits for. */
class Waiting {
  readonly limit: number
  readonly tell: Tell
  readonly #pieces: Array<Uint8Array> = []
  #length = 0

  constructor(limit: number, tell: Tell) {
    this.limit = limit
    this.tell = tell
  }

  /** Adds a piece; `false` if there are too many. */
  add(piece: Uint8Array): boolean {
    this.#pieces.push(piece)
    this.#length += piece.length
    return this.#length <= this.limit
  }

  get body(): Uint8Array {
    const [first] = this.#pieces
    return first !== undefined && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces)
  }
}

/**
 * A request whose body is handed over by the parser itself. As a stream tells of it, it is there several turns of the
 * queue later, and a create takes a fifth longer.
 *
 * The stream has the body all the same, for whoever reads it after that.
 */
export class WholeRequest extends IncomingMessage implements Whole {
  #waiting: Waiting | undefined;

  [whole](limit: number, tell: Tell): (() => void) | undefined {
    if (this.readableDidRead || this.readableLength > 0 || this.complete || this.destroyed) return undefined
    this.#waiting = new Waiting(limit, tell)
    return () => {
      this.#waiting = undefined
      this.destroy()
    }
  }

  override push(piece: Uint8Array | null, encoding?: BufferEncoding): boolean {
    const isWanted = super.push(piece, encoding)
    const waiting = this.#waiting
    if (waiting === undefined) return isWanted
    if (piece !== null && waiting.add(piece)) return true
    this.#waiting = undefined
    waiting.tell(piece === null ? waiting.body : undefined)
    return isWanted
  }
}
