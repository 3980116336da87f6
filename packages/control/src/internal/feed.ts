/**
 * Those who read events as they happen. None of them holds up a request, and what waits for a slow one is bounded.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type ControlEvent, EventsMissed, Listening } from "../ControlEvent.ts"

/** How many events wait for one reader. */
export const capacity = 1000

interface Reader {
  readonly account: string | undefined
  readonly offer: (event: ControlEvent) => boolean
  missed: number
}

export class Feed {
  readonly #readers = new Set<Reader>()

  /** Tells whoever reads the events of an account. The event is made only if somebody does. */
  tell(account: string | undefined, make: () => ControlEvent): void {
    if (this.#readers.size === 0) return
    let event: ControlEvent | undefined
    for (const reader of this.#readers) {
      if (reader.account !== undefined && reader.account !== account) continue
      event ??= make()
      if (reader.missed > 0) {
        const missed = new EventsMissed({ at: event.at, count: reader.missed })
        if (!reader.offer(missed)) {
          reader.missed++
          continue
        }
        reader.missed = 0
      }
      if (!reader.offer(event)) reader.missed++
    }
  }

  /** The events of an account, or of all. A reader is told at once that it will be told, or a client would wait for its answer. */
  events(account: string | undefined): Stream.Stream<ControlEvent> {
    return Stream.callback<ControlEvent>(
      (queue) =>
        Effect.acquireRelease(
          Effect.map(DateTime.now, (at) => {
            const reader: Reader = { account, offer: (event) => Queue.offerUnsafe(queue, event), missed: 0 }
            this.#readers.add(reader)
            reader.offer(new Listening({ at }))
            return reader
          }),
          (reader) => Effect.sync(() => this.#readers.delete(reader)),
        ),
      { bufferSize: capacity, strategy: "dropping" },
    )
  }
}
