/** Is told of a body once it is there, or of none as soon as it is longer than it may be. */
export type Tell = (body: Uint8Array | undefined) => void

/** A name for all, so that another package finds it that does without this one. */
export const whole = Symbol.for("@proxy-session/server/whole")

/** A platform's request whose body can be had in one piece. */
export interface Whole {
  /**
   * Tells of the body if it has at most `limit` bytes. Returns how to give up, and the request with it; or nothing if some
   * of the body has been there before, so that it can be read as a stream only.
   */
  readonly [whole]: (limit: number, tell: Tell) => (() => void) | undefined
}

export const isWhole = (source: object): source is Whole => whole in source
