import type { Entry } from "@proxy-session/domain/Inventory"
import { Participant } from "@proxy-session/domain/Participant"
import { normalize } from "@proxy-session/domain/PhoneNumber"
import { OrderedPhoneNumber, PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import type { ConnectorSnapshot } from "@proxy-session/repo/Snapshot"
import * as DateTime from "effect/DateTime"

/**
 * A session that shares nothing with another but its text, so that nobody can change the one through the other.
 *
 * It is also four times smaller than what a schema class's constructor makes, so copies are what is kept. Before its
 * first update a session has one instant in two places, and so has its copy.
 */
export const session = (value: ProxySession): ProxySession => {
  const { createdTimestamp, endedTimestamp, geoMatchParams, updatedTimestamp } = value
  const created = instant(createdTimestamp)
  return again(value, ProxySession.prototype, {
    capabilities: [...value.capabilities],
    participants: value.participants.map((each) => again(each, Participant.prototype)),
    createdTimestamp: created,
    updatedTimestamp: updatedTimestamp === createdTimestamp ? created : instant(updatedTimestamp),
    ...(endedTimestamp === undefined ? undefined : { endedTimestamp: instant(endedTimestamp) }),
    ...(geoMatchParams === undefined ? undefined : { geoMatchParams: { ...geoMatchParams } }),
  })
}

/** A configuration that shares nothing with another. */
export const configuration = (value: ProxyConfiguration): ProxyConfiguration => {
  const { fallBackPhoneNumber, phoneNumberCountries } = value
  return again(value, ProxyConfiguration.prototype, {
    phoneNumberCountries: [...phoneNumberCountries],
    ...(fallBackPhoneNumber === undefined ? undefined : { fallBackPhoneNumber: normalize(fallBackPhoneNumber) }),
  })
}

/** What a connector was made with, sharing nothing with another. */
export const connector = (value: VoiceConnector): VoiceConnector => {
  const { createdTimestamp, updatedTimestamp } = value
  return again(value, VoiceConnector.prototype, {
    ...(createdTimestamp === undefined ? undefined : { createdTimestamp: instant(createdTimestamp) }),
    ...(updatedTimestamp === undefined ? undefined : { updatedTimestamp: instant(updatedTimestamp) }),
  })
}

/** Numbers that share nothing with others, each with its `+`. */
export const pool = (value: NonNullable<ConnectorSnapshot["pool"]>): NonNullable<ConnectorSnapshot["pool"]> =>
  value.map(({ associatedTimestamp, country, phoneNumber }) => ({
    country,
    phoneNumber: normalize(phoneNumber),
    ...(associatedTimestamp === undefined ? undefined : { associatedTimestamp: instant(associatedTimestamp) }),
  }))

/** A number of the inventory that shares nothing with another, with its `+`. */
export const entry = (value: Entry): Entry => {
  const { country, createdTimestamp, orderId, phoneNumber, updatedTimestamp } = value
  return {
    phoneNumber: normalize(phoneNumber),
    country,
    ...(orderId === undefined ? undefined : { orderId }),
    ...(createdTimestamp === undefined ? undefined : { createdTimestamp: instant(createdTimestamp) }),
    ...(updatedTimestamp === undefined ? undefined : { updatedTimestamp: instant(updatedTimestamp) }),
  }
}

/** An order that shares nothing with another, its numbers with their `+`. */
export const order = (value: PhoneNumberOrder): PhoneNumberOrder => {
  const { createdTimestamp, orderedPhoneNumbers, updatedTimestamp } = value
  return again(value, PhoneNumberOrder.prototype, {
    orderedPhoneNumbers: orderedPhoneNumbers.map((each) =>
      again(each, OrderedPhoneNumber.prototype, { e164PhoneNumber: normalize(each.e164PhoneNumber) }),
    ),
    ...(createdTimestamp === undefined ? undefined : { createdTimestamp: instant(createdTimestamp) }),
    ...(updatedTimestamp === undefined ? undefined : { updatedTimestamp: instant(updatedTimestamp) }),
  })
}

/** A session as somebody wrote it down: its numbers get their `+`. */
export const written = (value: ProxySession): ProxySession =>
  again(value, ProxySession.prototype, {
    participants: value.participants.map(({ phoneNumber, proxyPhoneNumber }) =>
      again(
        { phoneNumber: normalize(phoneNumber), proxyPhoneNumber: normalize(proxyPhoneNumber) },
        Participant.prototype,
      ),
    ),
  })

const instant = (value: DateTime.Utc): DateTime.Utc => DateTime.makeUnsafe(DateTime.toEpochMillis(value))

/** A second instance of a class with the same members but for some: they were checked when the first was made. */
const again = <A extends object>(value: Partial<A>, prototype: A, members?: Partial<A>): A =>
  Object.assign(Object.create(prototype), value, members)
