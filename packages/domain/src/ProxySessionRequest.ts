/**
 * What can be asked about proxy sessions.
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { Capability } from "./Capability.ts"
import { ExpiryMinutes } from "./ExpiryMinutes.ts"
import { GeoMatchLevel, GeoMatchParams } from "./GeoMatch.ts"
import { pageToken } from "./internal/pathSegment.ts"
import * as InvalidRequest from "./InvalidRequest.ts"
import { NumberSelectionBehavior } from "./NumberSelectionBehavior.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import { ProxySessionId } from "./ProxySessionId.ts"
import { ProxySessionStatus } from "./ProxySession.ts"
import * as Role from "./Role.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/**
 * The name that a request gives a session: up to 30 letters, digits and spaces, or nothing at all. A secret.
 *
 * Source: shape `ProxySessionNameString` (`^$|^[a-zA-Z0-9 ]{0,30}$`, sensitive).
 *
 * @category models
 */
export const ProxySessionName = Schema.String.check(
  Schema.isPattern(/^[a-zA-Z0-9 ]{0,30}$/u, { expected: "at most 30 letters, digits and spaces" }),
).annotate(Role.annotation("name"))

/**
 * Asks for a new session between two people.
 *
 * Exactly two numbers; the service answers with both behind one proxy number. `expiryMinutes` defaults to the
 * connector's own default. `geoMatchLevel` asks for a number near the first participant, or near `geoMatchParams`.
 * The name and the numbers are hidden when a request is printed. The model has no idempotency token, so a request that
 * is sent twice may make two sessions.
 *
 * Source: shape `CreateProxySessionRequest`.
 *
 * **Example** (From plain input)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
 *
 * const error = Effect.runSync(Effect.flip(CreateProxySession.decode({
 *   voiceConnectorId: "abcdef1ghij2klmno3pqr4",
 *   participantPhoneNumbers: ["+12065550100", "0"],
 *   capabilities: ["Voice"]
 * })))
 * error.violations[0].path // => "participantPhoneNumbers[1]"
 * ```
 *
 * @category models
 */
export class CreateProxySession extends hiding(
  Schema.Class<CreateProxySession>("CreateProxySession")({
    voiceConnectorId: VoiceConnectorId,
    participantPhoneNumbers: Schema.Tuple([PhoneNumber, PhoneNumber]),
    name: Schema.optionalKey(ProxySessionName),
    expiryMinutes: Schema.optionalKey(ExpiryMinutes),
    capabilities: Schema.Array(Capability),
    numberSelectionBehavior: Schema.optionalKey(NumberSelectionBehavior),
    geoMatchLevel: Schema.optionalKey(GeoMatchLevel),
    geoMatchParams: Schema.optionalKey(GeoMatchParams),
  }),
  "name",
  "participantPhoneNumbers",
) {
  /** Reads plain input, telling every violation at once. */
  static readonly decode: (
    input: typeof CreateProxySession.Encoded,
  ) => Effect.Effect<CreateProxySession, InvalidRequest.InvalidRequest> = InvalidRequest.decoder(
    CreateProxySession,
    "CreateProxySession",
  )
}

/**
 * Names one session of one Voice Connector, to get or delete it.
 *
 * A {@link ProxySession} has both members, so it can be passed wherever its key is asked for.
 *
 * Source: shapes `GetProxySessionRequest` and `DeleteProxySessionRequest`.
 *
 * @category models
 */
export class ProxySessionKey extends explainedClass(
  Schema.Class<ProxySessionKey>("ProxySessionKey")({
    voiceConnectorId: VoiceConnectorId,
    proxySessionId: ProxySessionId,
  }),
) {
  /** Reads plain input, telling every violation at once. */
  static readonly decode: (
    input: typeof ProxySessionKey.Encoded,
  ) => Effect.Effect<ProxySessionKey, InvalidRequest.InvalidRequest> = InvalidRequest.decoder(ProxySessionKey)
}

/**
 * Asks for a page of a connector's sessions, all of them or those of one status.
 *
 * `maxResults` is 1 to 100 (1 to 99 in the older `chime` namespace). `nextToken` is what the page before answered; it
 * belongs to the same connector and status.
 *
 * Source: shape `ListProxySessionsRequest`.
 *
 * @category models
 */
export class ListProxySessions extends explainedClass(
  Schema.Class<ListProxySessions>("ListProxySessions")({
    voiceConnectorId: VoiceConnectorId,
    status: Schema.optionalKey(ProxySessionStatus),
    nextToken: Schema.optionalKey(pageToken.annotate(Role.annotation("token"))),
    maxResults: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }, { expected: "a whole number from 1 to 100" })),
    ),
  }),
) {
  /** Reads plain input, telling every violation at once. */
  static readonly decode: (
    input: typeof ListProxySessions.Encoded,
  ) => Effect.Effect<ListProxySessions, InvalidRequest.InvalidRequest> = InvalidRequest.decoder(
    ListProxySessions,
    "ListProxySessions",
  )
}

/**
 * Replaces a session's capabilities and, if given, its life in minutes. Nothing else about a session can change.
 *
 * Source: shape `UpdateProxySessionRequest`.
 *
 * @category models
 */
export class UpdateProxySession extends explainedClass(
  Schema.Class<UpdateProxySession>("UpdateProxySession")({
    voiceConnectorId: VoiceConnectorId,
    proxySessionId: ProxySessionId,
    capabilities: Schema.Array(Capability),
    expiryMinutes: Schema.optionalKey(ExpiryMinutes),
  }),
) {
  /** Reads plain input, telling every violation at once. */
  static readonly decode: (
    input: typeof UpdateProxySession.Encoded,
  ) => Effect.Effect<UpdateProxySession, InvalidRequest.InvalidRequest> = InvalidRequest.decoder(
    UpdateProxySession,
    "UpdateProxySession",
  )
}
