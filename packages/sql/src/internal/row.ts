import { Participant } from "@proxy-session/domain/Participant"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession, type ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import type { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import * as Brand from "effect/Brand"
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

/** Whether a row was live when it was last written. */
export const isLive = ({ state }: Row): boolean => Number(state) < 2

const { capabilities, expiryMinutes, geoMatchLevel, geoMatchParams, name, numberSelectionBehavior } =
  ProxySession.fields
const Rest = Schema.fromJsonString(
  Schema.Struct({ capabilities, expiryMinutes, geoMatchLevel, geoMatchParams, name, numberSelectionBehavior }),
)
const decodeRest = Schema.decodeUnknownResult(Rest)
const encodeRest = Schema.encodeSync(Rest)

/** Sessions have few different rests, so that most are decoded already. One with a name is not kept: it is somebody's. */
const decoded = new Map<string, typeof Rest.Type>()

/** What the column `rest` says. */
export const readRest = (text: string): Result.Result<typeof Rest.Type, DatabaseError> => {
  const known = decoded.get(text)
  if (known !== undefined) return Result.succeed(known)
  const rest = decodeRest(text)
  if (Result.isFailure(rest)) return Result.fail(unreadable)
  if (rest.success.name === undefined && decoded.size < 1000) decoded.set(text, rest.success)
  return Result.succeed(rest.success)
}

/** What was checked before it was written. */
const phoneNumber = Brand.nominal<PhoneNumber>()
const sessionId = Brand.nominal<ProxySessionId>()

/** An instance of a class without its constructor, which takes longer than reading the row. */
const instance = <A extends object>(prototype: A, members: Partial<A>): A =>
  Object.assign(Object.create(prototype), members)

const instant = (milliseconds: bigint | number) => DateTime.makeUnsafe(Number(milliseconds))

/** The session of a row as it was last written: it may have expired since. It shares nothing with another. */
export const toSession = (voiceConnectorId: VoiceConnectorId, row: Row): Result.Result<ProxySession, DatabaseError> => {
  const status = states[Number(row.state)]
  const read = readRest(row.rest)
  if (Result.isFailure(read)) return Result.fail(read.failure)
  if (status === undefined) return Result.fail(unreadable)
  const rest = read.success
  const createdTimestamp = instant(row.created)
  const proxyPhoneNumber = phoneNumber(row.proxy)
  const participant = (number: string) =>
    instance(Participant.prototype, { phoneNumber: phoneNumber(number), proxyPhoneNumber })
  return Result.succeed(
    instance(ProxySession.prototype, {
      ...rest,
      voiceConnectorId,
      proxySessionId: sessionId(row.id),
      status,
      capabilities: [...rest.capabilities],
      createdTimestamp,
      updatedTimestamp: row.updated === row.created ? createdTimestamp : instant(row.updated),
      ...(status === "Closed" ? { endedTimestamp: instant(row.ends) } : undefined),
      participants: [participant(row.first), participant(row.second)],
      ...(rest.geoMatchParams === undefined ? undefined : { geoMatchParams: { ...rest.geoMatchParams } }),
    }),
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
