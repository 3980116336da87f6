/**
 * What happens on a stand-in, as it happens: sessions, calls and requests.
 */
import { SessionEvent } from "@proxy-session/domain/SessionEvent"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { JournalEntry } from "./Journal.ts"

/**
 * The first event of each reader: whatever happens from now on is told.
 *
 * @category models
 */
export class Listening extends Schema.TaggedClass<Listening>()("Listening", {
  at: Schema.DateTimeUtcFromString,
}) {}

/**
 * A request is over: what the journal says of it, but for its bodies.
 *
 * @category models
 */
export class RequestAnswered extends Schema.TaggedClass<RequestAnswered>()(
  "RequestAnswered",
  Struct.omit(JournalEntry.fields, ["requestBody", "responseBody"]),
) {}

/**
 * A reader was too slow, and so many events were lost to it.
 *
 * @category models
 */
export class EventsMissed extends Schema.TaggedClass<EventsMissed>()("EventsMissed", {
  at: Schema.DateTimeUtcFromString,
  count: Schema.Int,
}) {}

/**
 * What a reader is told.
 *
 * @category models
 */
export const ControlEvent = Schema.Union([Listening, ...SessionEvent.members, RequestAnswered, EventsMissed])

/**
 * The type of an event.
 *
 * @category models
 */
export type ControlEvent = typeof ControlEvent.Type
