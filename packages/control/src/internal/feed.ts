/**
 * Those who read events as they happen. None of them holds up a request, and what waits for a slow one is bounded.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type ControlEvent, EventsMissed, Listening } from "../ControlEvent.ts"

/** How many events wait for one reader. */
const capacity = 1000

/** Makes an event, once somebody reads it: what nobody reads costs a request next to nothing. */
type Make = () => ControlEvent

interface Reader {
  readonly account: string | undefined
  readonly offer: (make: Make) => boolean
  missed: number
}

export class Feed {
  readonly #readers = new Set<Reader>()

  /** Tells whoever reads the events of an account. */
  tell(account: string | undefined, make: Make): void {
    for (const reader of this.#readers) {
      if (reader.account !== undefined && reader.account !== account) continue
      const { missed } = reader
      const isTold = missed === 0 || reader.offer(() => new EventsMissed({ at: make().at, count: missed }))
      if (isTold) reader.missed = 0
      if (!isTold || !reader.offer(make)) reader.missed++
    }
  }

  /** The events of an account, or of all. A reader is told at once that it will be told, or a client would wait for its answer. */
  events(account: string | undefined): Stream.Stream<ControlEvent> {
    return Stream.callback<Make>(
      (queue) =>
        Effect.acquireRelease(
          Effect.map(DateTime.now, (at) => {
            const reader: Reader = { account, offer: (make) => Queue.offerUnsafe(queue, make), missed: 0 }
            this.#readers.add(reader)
            reader.offer(() => new Listening({ at }))
            return reader
          }),
          (reader) => Effect.sync(() => this.#readers.delete(reader)),
        ),
      { bufferSize: capacity, strategy: "dropping" },
    ).pipe(Stream.map((make) => make()))
  }
}
