/**
 * What can be asked about a Voice Connector's proxy configuration.
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { Country } from "./GeoMatch.ts"
import * as InvalidRequest from "./InvalidRequest.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/**
 * Sets a connector's proxy configuration, all of it: a member that is left out loses what it had.
 *
 * Countries are those whose numbers may be used, 1 to 100 of them. `disabled` stops new sessions. The fallback number
 * is hidden when a request is printed.
 *
 * Source: shape `PutVoiceConnectorProxyRequest`; the model gives `DefaultSessionExpiryMinutes` no range.
 *
 * @category models
 */
export class PutVoiceConnectorProxy extends hiding(
  Schema.Class<PutVoiceConnectorProxy>("PutVoiceConnectorProxy")({
    voiceConnectorId: VoiceConnectorId,
    defaultSessionExpiryMinutes: Schema.Int,
    phoneNumberPoolCountries: Schema.Array(Country).check(
      Schema.isBetweenLength(1, 100, { expected: "1 to 100 countries" }),
    ),
    fallBackPhoneNumber: Schema.optionalKey(PhoneNumber),
    disabled: Schema.optionalKey(Schema.Boolean),
  }),
  "fallBackPhoneNumber",
) {
  /** Reads plain input, telling every violation at once. */
  static readonly decode: (
    input: typeof PutVoiceConnectorProxy.Encoded,
  ) => Effect.Effect<PutVoiceConnectorProxy, InvalidRequest.InvalidRequest> = InvalidRequest.decoder(
    PutVoiceConnectorProxy,
    "PutVoiceConnectorProxy",
  )
}

/**
 * Names the connector whose proxy configuration to get or delete.
 *
 * Source: shapes `GetVoiceConnectorProxyRequest` and `DeleteVoiceConnectorProxyRequest`.
 *
 * @category models
 */
export class VoiceConnectorProxyKey extends explainedClass(
  Schema.Class<VoiceConnectorProxyKey>("VoiceConnectorProxyKey")({
    voiceConnectorId: VoiceConnectorId,
  }),
) {
  /** Reads plain input, telling every violation at once. */
  static readonly decode: (
    input: typeof VoiceConnectorProxyKey.Encoded,
  ) => Effect.Effect<VoiceConnectorProxyKey, InvalidRequest.InvalidRequest> =
    InvalidRequest.decoder(VoiceConnectorProxyKey)
}
