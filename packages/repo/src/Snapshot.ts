/**
 * The whole content of a store as plain data: what a test imports, and what a server is seeded with.
 */
import { Country } from "@proxy-session/domain/GeoMatch"
import { eitherViaOrReason, Interaction } from "@proxy-session/domain/Interaction"
import { Namespace } from "@proxy-session/domain/Namespace"
import { normalize, PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import { PhoneNumberOrderId } from "@proxy-session/domain/PhoneNumberOrderId"
import { Timestamp } from "@proxy-session/domain/Timestamp"
import { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import * as Schema from "effect/Schema"
import { Tenant } from "./Tenant.ts"

/** A list in which nothing is named twice. */
const distinct = <A>(what: string, name: (value: A) => string) =>
  Schema.makeFilter<ReadonlyArray<A>>((values) => new Set(values.map(name)).size === values.length, {
    expected: `each ${what} once`,
  })

/** The places at which a person has a number that the person has in an earlier session of the list, neither of them ended. */
const heldTwice = (sessions: ReadonlyArray<ProxySession>): Array<Schema.FilterIssue> => {
  const held = new Set<string>()
  return sessions.flatMap(({ participants, status }, session) =>
    status === "Closed"
      ? []
      : participants.flatMap(({ phoneNumber, proxyPhoneNumber }, participant) => {
          const hold = `${normalize(phoneNumber)} ${normalize(proxyPhoneNumber)}`
          const path = [session, "participants", participant, "proxyPhoneNumber"]
          return held.size === held.add(hold).size
            ? [{ path, issue: "must be a number that the participant has in no other session that is not Closed" }]
            : []
        }),
  )
}

/** The places at which a session is not one of two people with one proxy number between them. */
const notBetweenTwo = ({ participants }: ProxySession): Array<Schema.FilterIssue> => {
  if (participants.length !== 2) return [{ path: ["participants"], issue: "must be exactly two participants" }]
  const [first, second] = participants.map(({ proxyPhoneNumber }) => normalize(proxyPhoneNumber))
  const path = ["participants", 1, "proxyPhoneNumber"]
  return first === second ? [] : [{ path, issue: "must be the proxy number of the other participant" }]
}

/**
 * A number that sessions may use, the country it counts for, and since when its connector has it, where that is known.
 *
 * @category models
 */
export const PoolNumber = Schema.Struct({
  phoneNumber: PhoneNumber,
  country: Country,
  associatedTimestamp: Schema.optionalKey(Timestamp),
})

/**
 * A number that a tenant has ordered, whether it is associated or not. The associations are the pools of the connectors.
 *
 * @category models
 */
export const NumberSnapshot = Schema.Struct({
  phoneNumber: PhoneNumber,
  country: Country,
  orderId: Schema.optionalKey(PhoneNumberOrderId),
  createdTimestamp: Schema.optionalKey(Timestamp),
  updatedTimestamp: Schema.optionalKey(Timestamp),
})

/**
 * A call or text, and the session that it belongs to.
 *
 * @category models
 */
export const InteractionSnapshot = Schema.Struct({ proxySessionId: ProxySessionId, ...Interaction.fields }).check(
  eitherViaOrReason,
)

/** The places at which an interaction belongs to no session of the list. */
const strayInteractions = ({
  interactions = [],
  sessions = [],
}: {
  readonly interactions?: ReadonlyArray<typeof InteractionSnapshot.Type>
  readonly sessions?: ReadonlyArray<ProxySession>
}): Array<Schema.FilterIssue> => {
  const ids = new Set(sessions.map(({ proxySessionId }) => proxySessionId))
  return interactions.flatMap(({ proxySessionId }, place) =>
    ids.has(proxySessionId)
      ? []
      : [{ path: ["interactions", place, "proxySessionId"], issue: "must be a session of the connector" }],
  )
}

/**
 * One Voice Connector: what it was made with, its numbers, its configuration if it has one, its sessions, their calls and texts, and the
 * number that each pair of people had last.
 *
 * Only the id is required. Without a `pool` the connector has the default pool of fictional numbers, if the rules allow
 * it. Its sessions are its own, each with its own id, between two people with one proxy number, and ended exactly where they are `Closed`. Nobody
 * has one number in two sessions that are not.
 *
 * **Example** (A connector to begin with)
 *
 * ```ts
 * import { ConnectorSnapshot } from "@proxy-session/repo/Snapshot"
 * import * as Schema from "effect/Schema"
 *
 * const connector = Schema.decodeSync(ConnectorSnapshot)({
 *   voiceConnectorId: "abcdef1ghij2klmno3pqr4",
 *   pool: [{ phoneNumber: "+19135550199", country: "US" }],
 *   configuration: { defaultSessionExpiryMinutes: 60, phoneNumberCountries: ["US"] }
 * })
 *
 * connector.configuration?.disabled // => false
 * ```
 *
 * @category models
 */
export const ConnectorSnapshot = Schema.Struct({
  ...VoiceConnector.fields,
  pool: Schema.optionalKey(
    Schema.Array(PoolNumber).check(distinct("number", ({ phoneNumber }) => normalize(phoneNumber))),
  ),
  configuration: Schema.optionalKey(ProxyConfiguration),
  sessions: Schema.optionalKey(
    Schema.Array(
      ProxySession.check(
        Schema.makeFilter(({ endedTimestamp, status }) => (status === "Closed") === (endedTimestamp !== undefined), {
          expected: "a session that has an end exactly if it is Closed",
        }),
        Schema.makeFilter(notBetweenTwo),
      ),
    ).check(
      distinct("session", ({ proxySessionId }) => proxySessionId),
      Schema.makeFilter(heldTwice),
    ),
  ),
  interactions: Schema.optionalKey(Schema.Array(InteractionSnapshot)),
  lastNumbers: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({ participants: Schema.Tuple([PhoneNumber, PhoneNumber]), proxyPhoneNumber: PhoneNumber }),
    ),
  ),
}).check(
  Schema.makeFilter(
    ({ sessions = [], voiceConnectorId }) => sessions.every((session) => session.voiceConnectorId === voiceConnectorId),
    { expected: "a connector with no sessions but its own" },
  ),
  Schema.makeFilter(strayInteractions),
)

/**
 * The connectors of one tenant, its numbers and its orders, how many connectors, sessions and orders it has ever made, so
 * that no id is given twice, and whether it is provisioned, which decides by default what an unknown connector is.
 *
 * The numbers of the connectors' pools are the tenant's numbers, too, and need not be among `numbers`. Namespace, region and account default to those of the default tenant. A tenant with connectors is provisioned unless it
 * says otherwise.
 *
 * @category models
 */
export const StoreSnapshot = Schema.Struct({
  namespace: Schema.optionalKey(Namespace),
  region: Schema.optionalKey(Schema.String),
  account: Schema.optionalKey(Schema.String),
  created: Schema.optionalKey(Schema.Int),
  provisioned: Schema.optionalKey(Schema.Boolean),
  connectors: Schema.Array(ConnectorSnapshot).check(distinct("connector", ({ voiceConnectorId }) => voiceConnectorId)),
  numbers: Schema.optionalKey(
    Schema.Array(NumberSnapshot).check(distinct("number", ({ phoneNumber }) => normalize(phoneNumber))),
  ),
  orders: Schema.optionalKey(
    Schema.Array(PhoneNumberOrder).check(distinct("order", ({ phoneNumberOrderId }) => phoneNumberOrderId)),
  ),
})

const tenantName = (store: StoreSnapshot) => {
  const { account, namespace, region } = { ...Tenant.defaultValue(), ...store }
  return JSON.stringify([namespace, region, account])
}

/**
 * The content of a store, all tenants of it, and the secret that page tokens are sealed with.
 *
 * Page tokens stay valid where a snapshot goes if it has its `secret`. One without it, as somebody writes it by hand, makes
 * all earlier page tokens invalid.
 *
 * Encoded it is JSON, and it holds telephone numbers and names: keep it where those may be kept.
 *
 * @category models
 */
export const Snapshot = Schema.Struct({
  format: Schema.Literal("proxy-session-memory/1"),
  secret: Schema.optionalKey(Schema.NonEmptyString),
  stores: Schema.Array(StoreSnapshot).check(distinct("tenant", tenantName)),
})

/**
 * The type of a snapshot.
 *
 * @category models
 */
export type Snapshot = typeof Snapshot.Type

/**
 * The type of one connector in a snapshot.
 *
 * @category models
 */
export type ConnectorSnapshot = typeof ConnectorSnapshot.Type

/**
 * The type of one tenant's part of a snapshot.
 *
 * @category models
 */
export type StoreSnapshot = typeof StoreSnapshot.Type
