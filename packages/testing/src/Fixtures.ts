/**
 * AWS's own examples of every payload, as domain values and as the JSON of the wire; all numbers are fictional.
 */
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { CreateProxySession, ProxySessionKey, UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { NotFoundException } from "@proxy-session/domain/ServiceError"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as DateTime from "effect/DateTime"

/**
 * The connector of all fixtures.
 *
 * @category fixtures
 */
export const voiceConnectorId = VoiceConnectorId.make("abcdef1ghij2klmno3pqr4")

/**
 * The session of all fixtures.
 *
 * @category fixtures
 */
export const proxySessionId = ProxySessionId.make("123a4bc5-67d8-901e-2f3g-h4ghjk56789l")

/**
 * Names that session.
 *
 * @category fixtures
 */
export const key = new ProxySessionKey({ voiceConnectorId, proxySessionId })

const areaCodes = ["206", "401", "503", "617", "702", "804", "907", "919"] as const

/**
 * The nth of 800 people: a number that is reserved for fiction (`555-0100` to `555-0199` in eight US area codes).
 *
 * @category fixtures
 */
export const person = (n: number): PhoneNumber =>
  PhoneNumber.make(`+1${areaCodes[Math.floor(n / 100) % 8]}55501${String(n % 100).padStart(2, "0")}`)

const series = (country: string, prefix: string, count: number): ReadonlyArray<PoolNumber> =>
  Array.from({ length: count }, (_, last) => ({ country, phoneNumber: PhoneNumber.make(`${prefix}${last}`) }))

/**
 * Seven numbers that a connector could have: three with the US area code 913, two with 212, two Canadian ones with 416.
 *
 * None of them is a {@link person}'s.
 *
 * @category fixtures
 */
export const pool: ReadonlyArray<PoolNumber> = [
  ...series("US", "+1913555019", 3),
  ...series("US", "+1212555018", 2),
  ...series("CA", "+1416555017", 2),
]

/**
 * Sets the configuration of the examples: sessions of 60 minutes with numbers of the United States.
 *
 * @category fixtures
 */
export const putVoiceConnectorProxy = new PutVoiceConnectorProxy({
  voiceConnectorId,
  defaultSessionExpiryMinutes: 60,
  phoneNumberPoolCountries: ["US"],
})

/**
 * What that request sets.
 *
 * @category fixtures
 */
export const proxyConfiguration = new ProxyConfiguration({
  defaultSessionExpiryMinutes: 60,
  disabled: false,
  phoneNumberCountries: ["US"],
})

/**
 * Asks for the session of the examples, with nothing but what is required.
 *
 * @category fixtures
 */
export const createProxySession = new CreateProxySession({
  voiceConnectorId,
  participantPhoneNumbers: [PhoneNumber.make("+14015550101"), PhoneNumber.make("+12065550100")],
  capabilities: ["Voice", "SMS"],
})

/**
 * Asks for a session with every member that a request can have.
 *
 * @category fixtures
 */
export const createProxySessionInFull = new CreateProxySession({
  ...createProxySession,
  name: "Trip 1",
  expiryMinutes: ExpiryMinutes.make(60),
  numberSelectionBehavior: "PreferSticky",
  geoMatchLevel: "AreaCode",
  geoMatchParams: { country: "US", areaCode: "206" },
})

/**
 * The session of the examples, as it is when it is new.
 *
 * @category fixtures
 */
export const proxySession = new ProxySession({
  ...key,
  status: "Open",
  expiryMinutes: ExpiryMinutes.make(60),
  capabilities: ["SMS", "Voice"],
  createdTimestamp: DateTime.makeUnsafe("2020-04-15T16:10:10.288Z"),
  updatedTimestamp: DateTime.makeUnsafe("2020-04-15T16:10:10.288Z"),
  participants: ["+12065550100", "+14015550101"].map(
    (number) =>
      new Participant({
        phoneNumber: PhoneNumber.make(number),
        proxyPhoneNumber: PhoneNumber.make("+19135550199"),
      }),
  ),
})

/**
 * A listing of that session alone.
 *
 * @category fixtures
 */
export const proxySessionPage = new ProxySessionPage({ proxySessions: [proxySession] })

/**
 * Leaves that session nothing but calls.
 *
 * @category fixtures
 */
export const updateProxySession = new UpdateProxySession({ ...key, capabilities: ["Voice"] })

/**
 * The answer to anything that does not exist.
 *
 * @category fixtures
 */
export const notFound = new NotFoundException({
  code: "NotFound",
  message: "Unable to find the requested identifier",
})

const wireSession = {
  VoiceConnectorId: "abcdef1ghij2klmno3pqr4",
  ProxySessionId: "123a4bc5-67d8-901e-2f3g-h4ghjk56789l",
  Status: "Open",
  ExpiryMinutes: 60,
  Capabilities: ["SMS", "Voice"],
  CreatedTimestamp: "2020-04-15T16:10:10.288Z",
  UpdatedTimestamp: "2020-04-15T16:10:10.288Z",
  Participants: [
    { PhoneNumber: "+12065550100", ProxyPhoneNumber: "+19135550199" },
    { PhoneNumber: "+14015550101", ProxyPhoneNumber: "+19135550199" },
  ],
} as const

const wireCreate = {
  ParticipantPhoneNumbers: ["+14015550101", "+12065550100"],
  Capabilities: ["Voice", "SMS"],
} as const

/**
 * The same payloads as the JSON of the wire: request bodies, answers, and an error with its status and header.
 *
 * Source: the AWS CLI's examples; the listing and the request in full are constructed from the model.
 *
 * @category fixtures
 */
export const wire = {
  putVoiceConnectorProxy: { DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] },
  proxyConfiguration: { Proxy: { DefaultSessionExpiryMinutes: 60, Disabled: false, PhoneNumberCountries: ["US"] } },
  createProxySession: wireCreate,
  createProxySessionInFull: {
    ...wireCreate,
    Name: "Trip 1",
    ExpiryMinutes: 60,
    NumberSelectionBehavior: "PreferSticky",
    GeoMatchLevel: "AreaCode",
    GeoMatchParams: { Country: "US", AreaCode: "206" },
  },
  proxySession: { ProxySession: wireSession },
  proxySessionPage: { NextToken: null, ProxySessions: [wireSession] },
  updateProxySession: { Capabilities: ["Voice"] },
  notFound: {
    status: 404,
    headers: { "x-amzn-errortype": "NotFoundException:" },
    body: { Code: "NotFound", Message: "Unable to find the requested identifier" },
  },
} as const
