import * as Effect from "effect/Effect"

/** By this name the requests of `NodeServer` hand over their body in one piece. They are another package's, which is not needed here. */
const whole = Symbol.for("@proxy-session/server/whole")

interface Whole {
  readonly [whole]: (limit: number, tell: (body: Uint8Array | undefined) => void) => (() => void) | undefined
}

const isWhole = (source: object): source is Whole => whole in source

/**
 * Reads a body in one piece where the platform's request can hand it over; it fails with the error where the body is
 * longer than the limit. Where it can only be read as a stream, that is done.
 */
export const read = <E>(
  source: object,
  limit: number,
  tooLong: E,
  streamed: Effect.Effect<Uint8Array, E>,
): Effect.Effect<Uint8Array, E> =>
  isWhole(source)
    ? Effect.callback<Uint8Array, E>((resume) => {
        const giveUp = source[whole](limit, (body) =>
          resume(body === undefined ? Effect.fail(tooLong) : Effect.succeed(body)),
        )
        return giveUp === undefined ? resume(streamed) : Effect.sync(giveUp)
      })
    : streamed
