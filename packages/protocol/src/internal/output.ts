import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { instant, type Members } from "./members.ts"

export const proxySession = (session: ProxySession) => {
  const created = instant(session.createdTimestamp)
  return {
    Capabilities: session.capabilities,
    CreatedTimestamp: created,
    EndedTimestamp: instant(session.endedTimestamp),
    ExpiryMinutes: session.expiryMinutes ?? null,
    GeoMatchLevel: session.geoMatchLevel ?? null,
    GeoMatchParams:
      session.geoMatchParams === undefined
        ? null
        : { AreaCode: session.geoMatchParams.areaCode, Country: session.geoMatchParams.country },
    Name: session.name ?? null,
    NumberSelectionBehavior: session.numberSelectionBehavior ?? null,
    Participants: session.participants.map(({ phoneNumber, proxyPhoneNumber }) => ({
      PhoneNumber: phoneNumber,
      ProxyPhoneNumber: proxyPhoneNumber,
    })),
    ProxySessionId: session.proxySessionId,
    Status: session.status,
    UpdatedTimestamp:
      session.updatedTimestamp === session.createdTimestamp ? created : instant(session.updatedTimestamp),
    VoiceConnectorId: session.voiceConnectorId,
  } satisfies Members<ProxySession>
}

export const page = ({ nextToken, proxySessions }: ProxySessionPage) =>
  ({ NextToken: nextToken ?? null, ProxySessions: proxySessions.map(proxySession) }) satisfies Members<ProxySessionPage>

export const proxy = (configuration: ProxyConfiguration) =>
  ({
    DefaultSessionExpiryMinutes: configuration.defaultSessionExpiryMinutes ?? null,
    Disabled: configuration.disabled,
    FallBackPhoneNumber: configuration.fallBackPhoneNumber ?? null,
    PhoneNumberCountries: configuration.phoneNumberCountries,
  }) satisfies Members<ProxyConfiguration>
