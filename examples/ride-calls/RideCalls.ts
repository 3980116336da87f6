/**
 * Rider and driver reach each other by one masked number for as long as their trip takes.
 */
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/** What the ride application keeps with a trip. It holds no one's own number, so it can be stored and logged. */
export interface Line {
  readonly session: ProxySessionId
  /** What both of them dial. */
  readonly number: PhoneNumber
  readonly until: DateTime.Utc | undefined
}

/** No masked number could be had or kept; `retryable` tells whether to try again in a moment. */
export class NoLine extends Schema.TaggedError<NoLine>()("NoLine", {
  reason: Schema.String,
  retryable: Schema.Boolean,
}) {
  override get message(): string {
    return `No masked number: ${this.reason}`
  }
}

/** The trip is over, or its time was: there is nothing to extend. */
export class LineClosed extends Schema.TaggedError<LineClosed>()("LineClosed", { session: ProxySessionId }) {}

export class RideCalls extends Context.Service<
  RideCalls,
  {
    /** Gives rider and driver a number for a trip of so many minutes. */
    readonly connect: (trip: {
      readonly rider: string
      readonly driver: string
      readonly minutes: number
    }) => Effect.Effect<Line, NoLine>
    /** Keeps the number for so many minutes since the beginning of the trip. */
    readonly extend: (line: Line, minutes: number) => Effect.Effect<Line, LineClosed | NoLine>
    /** Gives the number back. That it is gone already is as good. */
    readonly hangUp: (line: Line) => Effect.Effect<void, NoLine>
  }
>()("ride-calls/RideCalls") {
  /** For one Voice Connector, named by the configuration; works over any repository. */
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const repo = yield* ProxySessionRepo
      const voiceConnectorId = yield* Config.schema(VoiceConnectorId, "VOICE_CONNECTOR_ID")
      const keyOf = ({ session }: Line) => ({ voiceConnectorId, proxySessionId: session })

      const connect = Effect.fn("RideCalls.connect")(function* (trip: {
        readonly rider: string
        readonly driver: string
        readonly minutes: number
      }) {
        const session = yield* repo.create({
          voiceConnectorId,
          participantPhoneNumbers: [trip.rider, trip.driver],
          capabilities: ["Voice", "SMS"],
          expiryMinutes: trip.minutes,
          numberSelectionBehavior: "AvoidSticky",
          geoMatchLevel: "AreaCode",
        })
        return yield* toLine(session)
      }, Effect.mapError(toNoLine))

      const extend = Effect.fn("RideCalls.extend")(function* (line: Line, minutes: number) {
        const closed = Effect.fail(new LineClosed({ session: line.session }))
        const session = yield* repo.get(keyOf(line)).pipe(
          Effect.catchTag("NotFoundException", () => closed),
          Effect.filterOrElse(
            ({ status }) => status !== "Closed",
            () => closed,
          ),
          Effect.flatMap(({ capabilities }) => repo.update({ ...keyOf(line), capabilities, expiryMinutes: minutes })),
          Effect.mapError((error) => (error._tag === "LineClosed" ? error : toNoLine(error))),
        )
        return yield* toLine(session)
      })

      const hangUp = Effect.fn("RideCalls.hangUp")(
        (line: Line) => repo.delete(keyOf(line)),
        Effect.catchTag("NotFoundException", () => Effect.void),
        Effect.mapError(toNoLine),
      )

      return { connect, extend, hangUp }
    }),
  )
}

/** The errors of the service are all the application needs to know: their messages hold no number. */
const toNoLine = (error: NoLine | ProxySessionError): NoLine =>
  error._tag === "NoLine" ? error : new NoLine({ reason: error.message, retryable: error.retryable })

const toLine = (session: ProxySession): Effect.Effect<Line, NoLine> => {
  const number = session.participants[0]?.proxyPhoneNumber
  return number === undefined
    ? Effect.fail(new NoLine({ reason: "the session has no number", retryable: false }))
    : Effect.succeed({ session: session.proxySessionId, number, until: Lifecycle.expiresAt(session) })
}
