import type { Entry, Listed } from "@proxy-session/domain/Inventory"
import { normalize, PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { PhoneNumberOrderId } from "@proxy-session/domain/PhoneNumberOrderId"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as DateTime from "effect/DateTime"

const trusted = { disableChecks: true } as const

type Instant = bigint | number | null

/** A row of the table `inventory`. */
export interface Row {
  readonly number: string
  readonly country: string
  readonly place: bigint | number
  readonly order_id: string | null
  readonly created: Instant
  readonly updated: Instant
}

/** A number that a connector has. */
export interface AssociationRow {
  readonly id: bigint | number
  readonly voice_connector_id: string
  readonly number: string
  readonly associated: Instant
}

/** A number of a connector in its order. */
export type PoolRow = Pick<AssociationRow, "associated" | "number"> & Pick<Row, "country">

export const toPoolNumber = ({ associated, country, number }: PoolRow) => ({
  phoneNumber: PhoneNumber.make(number, trusted),
  country,
  ...(associated === null ? {} : { associatedTimestamp: DateTime.makeUnsafe(Number(associated)) }),
})

/** An instant as it is kept. */
export const millis = (at: DateTime.Utc | undefined): number | null =>
  at === undefined ? null : DateTime.toEpochMillis(at)

export const toEntry = ({ country, created, number, order_id, updated }: Row): Entry => ({
  phoneNumber: PhoneNumber.make(number, trusted),
  country,
  ...(order_id === null ? {} : { orderId: PhoneNumberOrderId.make(order_id, trusted) }),
  ...(created === null ? {} : { createdTimestamp: DateTime.makeUnsafe(Number(created)) }),
  ...(updated === null ? {} : { updatedTimestamp: DateTime.makeUnsafe(Number(updated)) }),
})

export const fromEntry = ({ country, createdTimestamp, orderId, phoneNumber, updatedTimestamp }: Entry) => ({
  number: normalize(phoneNumber),
  country,
  order_id: orderId ?? null,
  created: millis(createdTimestamp),
  updated: millis(updatedTimestamp),
})

export const toListed = (row: Row, owners: ReadonlyArray<AssociationRow>): Listed => ({
  ...toEntry(row),
  place: Number(row.place),
  associations: owners
    .filter(({ number }) => number === row.number)
    .map(({ associated, voice_connector_id }) => ({
      voiceConnectorId: VoiceConnectorId.make(voice_connector_id, trusted),
      ...(associated === null ? {} : { associatedTimestamp: DateTime.makeUnsafe(Number(associated)) }),
    })),
})
