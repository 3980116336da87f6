/**
 * Random requests, sessions and courses of events that are valid, for property tests.
 *
 * Each is an `Arbitrary` of Effect's own kind, for `it.effect.prop` or `Arbitrary.checkEffect`; failures shrink.
 */
import { Capability } from "@proxy-session/domain/Capability"
import { ExpiryMinutes, maximum } from "@proxy-session/domain/ExpiryMinutes"
import { GeoMatchLevel, GeoMatchParams } from "@proxy-session/domain/GeoMatch"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import { NumberSelectionBehavior } from "@proxy-session/domain/NumberSelectionBehavior"
import { ProxySession, ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as Fixtures from "./Fixtures.ts"

/**
 * Any request for a session that the model allows.
 *
 * @category requests
 */
export const createProxySession = Arbitrary.schema(CreateProxySession)

/**
 * Any key that the model allows.
 *
 * @category requests
 */
export const proxySessionKey = Arbitrary.schema(ProxySessionKey)

/**
 * Any request for a page that the model allows.
 *
 * @category requests
 */
export const listProxySessions = Arbitrary.schema(ListProxySessions)

/**
 * Any update that the model allows.
 *
 * @category requests
 */
export const updateProxySession = Arbitrary.schema(UpdateProxySession)

/**
 * Any configuration that the model allows to be put.
 *
 * @category requests
 */
export const putVoiceConnectorProxy = Arbitrary.schema(PutVoiceConnectorProxy)

/**
 * A session whose members agree with one another: created from 1970 to 2099, updated no earlier, ended exactly if it is
 * closed.
 *
 * @category models
 */
export const proxySession: Arbitrary.Arbitrary<ProxySession> = Arbitrary.all({
  session: Arbitrary.schema(ProxySession),
  created: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_102_444_799_999 }))),
  sinceThen: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: maximum * 60_000 }))),
}).pipe(
  Arbitrary.map(({ created, session, sinceThen }) => {
    const { endedTimestamp: _, ...members } = session
    const updated = DateTime.makeUnsafe(created + sinceThen)
    const alive = new ProxySession({
      ...members,
      createdTimestamp: DateTime.makeUnsafe(created),
      updatedTimestamp: updated,
    })
    return session.status === "Closed" ? Lifecycle.close(alive, updated) : alive
  }),
)

const Person = Schema.Literals([0, 1, 2, 3])

const Minutes = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maximum + 1 }))

/** Which of the sessions that were created before; beyond the last, one that does not exist. */
const Nth = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))

const Create = Schema.TaggedStruct("Create", {
  people: Schema.Tuple([Person, Person]),
  capabilities: Schema.Array(Capability),
  minutes: Schema.optionalKey(Minutes),
  name: Schema.optionalKey(Schema.Literals(["", "B", "Trip 7"])),
  numberSelectionBehavior: Schema.optionalKey(NumberSelectionBehavior),
  geoMatchLevel: Schema.optionalKey(GeoMatchLevel),
  geoMatchParams: Schema.optionalKey(GeoMatchParams),
})

/**
 * One event in the course of a connector's life, with what came before it told by its place.
 *
 * People are four, and sessions are told by the order of their creation, so that events collide: the same pair again, an
 * update of what is gone, a pool that runs dry. `Sleep` lets minutes pass.
 *
 * @category models
 */
export const Event = Schema.Union([
  Schema.TaggedStruct("Put", { minutes: Minutes, disabled: Schema.Boolean }),
  Create,
  Schema.TaggedStruct("Get", { session: Nth }),
  Schema.TaggedStruct("Update", {
    session: Nth,
    capabilities: Schema.Array(Capability),
    minutes: Schema.optionalKey(Minutes),
  }),
  Schema.TaggedStruct("Delete", { session: Nth }),
  Schema.TaggedStruct("List", {
    status: Schema.optionalKey(ProxySessionStatus),
    maxResults: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))),
  }),
  Schema.TaggedStruct("Sleep", { minutes: Minutes }),
])

/**
 * The type of an event.
 *
 * @category models
 */
export type Event = typeof Event.Type

/**
 * A course of events on one connector, to be run against two implementations that should agree. It begins with a few
 * sessions, so that what follows has something to work on.
 *
 * @category models
 */
export const events: Arbitrary.Arbitrary<ReadonlyArray<Event>> = Arbitrary.all([
  Arbitrary.array(Arbitrary.schema(Create), { maxLength: 6 }),
  Arbitrary.array(Arbitrary.schema(Event), { minLength: 1, maxLength: 40 }),
]).pipe(Arbitrary.map(([opening, rest]) => [...opening, ...rest]))

/**
 * The request that a `Create` event stands for, on a connector.
 *
 * @category combinators
 */
export const toRequest = (
  voiceConnectorId: CreateProxySession["voiceConnectorId"],
  event: Extract<Event, { readonly _tag: "Create" }>,
): CreateProxySession => {
  const { _tag, minutes, people: who, ...members } = event
  const [one, other] = who
  return new CreateProxySession({
    ...members,
    voiceConnectorId,
    participantPhoneNumbers: [Fixtures.person(one), Fixtures.person(other)],
    ...(minutes === undefined ? {} : { expiryMinutes: ExpiryMinutes.make(minutes) }),
  })
}
