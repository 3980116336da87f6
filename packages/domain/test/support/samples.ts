import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as DateTime from "effect/DateTime"

const voiceConnectorId = VoiceConnectorId.make("abcdef1ghij2klmno3pqr4")
const proxySessionId = ProxySessionId.make("123a4bc5-67d8-901e-2f3g-h4ghjk56789l")
export const rider = PhoneNumber.make("+12065550100")
export const driver = PhoneNumber.make("+14015550101")
const proxyNumber = PhoneNumber.make("+19135550199")
export const fallBack = PhoneNumber.make("+18005550142")
export const created = DateTime.makeUnsafe("2020-04-15T16:10:10.288Z")

/** A session of 60 minutes between the rider and the driver. */
export const session = new ProxySession({
  voiceConnectorId,
  proxySessionId,
  name: "Canary Trip",
  status: "Open",
  expiryMinutes: ExpiryMinutes.make(60),
  capabilities: ["SMS", "Voice"],
  createdTimestamp: created,
  updatedTimestamp: created,
  participants: [rider, driver].map((phoneNumber) => new Participant({ phoneNumber, proxyPhoneNumber: proxyNumber })),
})

export const page = new ProxySessionPage({ proxySessions: [session], nextToken: "next" })

export const configuration = new ProxyConfiguration({
  defaultSessionExpiryMinutes: 60,
  disabled: false,
  fallBackPhoneNumber: fallBack,
  phoneNumberCountries: ["US"],
})

export const createRequest = new CreateProxySession({
  voiceConnectorId,
  participantPhoneNumbers: [rider, driver],
  name: "Canary Trip",
  capabilities: ["Voice", "SMS"],
})

export const putRequest = new PutVoiceConnectorProxy({
  voiceConnectorId,
  defaultSessionExpiryMinutes: 60,
  phoneNumberPoolCountries: ["US"],
  fallBackPhoneNumber: fallBack,
})

/** What must not be read in anything printed: the name, and the digits of every number above. */
export const secrets = ["Canary Trip", "2065550100", "4015550101", "9135550199", "8005550142"]
