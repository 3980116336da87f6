import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession, type ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { DatabaseError } from "../DatabaseError.ts"

/** `ends` of a session that never ends. */
export const never = Number.MAX_SAFE_INTEGER

/** A row of the table `session`. Postgres returns its integers as `bigint`, SQLite as numbers. */
export interface Row {
  readonly id: string
  readonly state: bigint | number
  readonly created: bigint | number
  readonly updated: bigint | number
  readonly ends: bigint | number
  readonly first: string
  readonly second: string
  readonly proxy: string
  readonly rest: string
}

const states = ["Open", "InProgress", "Closed"] as const

/** How a status is written. A live state says nothing once `ends` has passed. */
export const stateOf = (status: ProxySessionStatus): number => states.indexOf(status)

const { capabilities, expiryMinutes, geoMatchLevel, geoMatchParams, name, numberSelectionBehavior } =
  ProxySession.fields
const Rest = Schema.fromJsonString(
  Schema.Struct({ capabilities, expiryMinutes, geoMatchLevel, geoMatchParams, name, numberSelectionBehavior }),
)
const decodeRest = Schema.decodeUnknownResult(Rest)
const encodeRest = Schema.encodeSync(Rest)

const trusted = { disableChecks: true } as const

/** The session of a row as it was last written: it may have expired since. */
export const toSession = (voiceConnectorId: VoiceConnectorId, row: Row): Result.Result<ProxySession, DatabaseError> => {
  const status = states[Number(row.state)]
  const rest = decodeRest(row.rest)
  if (status === undefined || Result.isFailure(rest)) return Result.fail(unreadable)
  const instant = (milliseconds: bigint | number) => DateTime.makeUnsafe(Number(milliseconds))
  const proxyPhoneNumber = PhoneNumber.make(row.proxy, trusted)
  return Result.succeed(
    new ProxySession(
      {
        ...rest.success,
        voiceConnectorId,
        proxySessionId: ProxySessionId.make(row.id, trusted),
        status,
        createdTimestamp: instant(row.created),
        updatedTimestamp: instant(row.updated),
        ...(status === "Closed" ? { endedTimestamp: instant(row.ends) } : {}),
        participants: [row.first, row.second].map(
          (number) => new Participant({ phoneNumber: PhoneNumber.make(number, trusted), proxyPhoneNumber }, trusted),
        ),
      },
      trusted,
    ),
  )
}

const unreadable = new DatabaseError({ reason: "Unreadable", hint: "A row of the table session is not as written." })

/** When a session ends: in the past for one that has ended, `never` for one that does not. */
export const endsOf = (session: ProxySession): number => {
  const end = session.endedTimestamp ?? Lifecycle.expiresAt(session)
  return end === undefined ? never : Math.min(never, DateTime.toEpochMillis(end))
}

/** The columns of a session that an update can change. */
export const changeable = (session: ProxySession) => ({
  state: stateOf(session.status),
  updated: DateTime.toEpochMillis(session.updatedTimestamp),
  ends: endsOf(session),
  rest: encodeRest(session),
})
