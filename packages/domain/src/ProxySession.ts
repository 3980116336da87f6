/**
 * A proxy session: two people, one proxy number that stands between them, and a time after which it ends.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { hiding } from "./internal/hiding.ts"
import { Capability } from "./Capability.ts"
import { ExpiryMinutes } from "./ExpiryMinutes.ts"
import { GeoMatchLevel, GeoMatchParams } from "./GeoMatch.ts"
import { NumberSelectionBehavior } from "./NumberSelectionBehavior.ts"
import { Participant } from "./Participant.ts"
import { ProxySessionId } from "./ProxySessionId.ts"
import * as Role from "./Role.ts"
import { Timestamp } from "./Timestamp.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/**
 * Where a session is in its life: open, in use, or ended.
 *
 * A session starts `Open` and ends `Closed`, for good. AWS has no text on `InProgress`; it is taken to mean that a
 * first call or message went through.
 *
 * Source: shape `ProxySessionStatus`. The API is frozen, so the enumeration is closed.
 *
 * @category models
 */
export const ProxySessionStatus = Schema.Literals(["Open", "InProgress", "Closed"])

/**
 * The type of a session's status.
 *
 * @category models
 */
export type ProxySessionStatus = typeof ProxySessionStatus.Type

/**
 * A proxy session as the service answers it.
 *
 * The five members that identify and date a session are always there, lists may be empty, and everything else is an
 * optional key. `endedTimestamp` is there exactly when the status is `Closed`. Timestamps are instants in UTC; encoded,
 * they are ISO 8601 text. The name and all numbers are hidden when a session is printed, inspected or put through
 * `JSON.stringify`; encode it with this schema to get them.
 *
 * Source: shape `ProxySession`.
 *
 * **Example** (Printing tells no secret)
 *
 * ```ts
 * import * as DateTime from "effect/DateTime"
 * import { Participant } from "@proxy-session/domain/Participant"
 * import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
 * import { ProxySession } from "@proxy-session/domain/ProxySession"
 * import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
 * import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
 *
 * const at = DateTime.makeUnsafe("2020-04-15T16:10:10.288Z")
 * const session = new ProxySession({
 *   voiceConnectorId: VoiceConnectorId.make("abcdef1ghij2klmno3pqr4"),
 *   proxySessionId: ProxySessionId.make("123a4bc5-67d8-901e-2f3g-h4ghjk56789l"),
 *   status: "Open",
 *   capabilities: ["SMS", "Voice"],
 *   createdTimestamp: at,
 *   updatedTimestamp: at,
 *   participants: [
 *     new Participant({
 *       phoneNumber: PhoneNumber.make("+12065550100"),
 *       proxyPhoneNumber: PhoneNumber.make("+19135550199")
 *     })
 *   ]
 * })
 *
 * JSON.stringify(session).includes("555") // => false
 * ```
 *
 * @category models
 */
export class ProxySession extends hiding(
  Schema.Class<ProxySession>("ProxySession")({
    voiceConnectorId: VoiceConnectorId,
    proxySessionId: ProxySessionId,
    name: Schema.optionalKey(
      Schema.String.check(Schema.isBetweenCodePoints(0, 128, { expected: "at most 128 characters" })).annotate(
        Role.annotation("name"),
      ),
    ),
    status: ProxySessionStatus,
    expiryMinutes: Schema.optionalKey(ExpiryMinutes),
    capabilities: Schema.Array(Capability).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    createdTimestamp: Timestamp,
    updatedTimestamp: Timestamp,
    endedTimestamp: Schema.optionalKey(Timestamp),
    participants: Schema.Array(Participant).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    numberSelectionBehavior: Schema.optionalKey(NumberSelectionBehavior),
    geoMatchLevel: Schema.optionalKey(GeoMatchLevel),
    geoMatchParams: Schema.optionalKey(GeoMatchParams),
  }),
  "name",
) {}
