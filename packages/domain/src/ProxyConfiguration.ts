/**
 * How a Voice Connector makes proxy sessions: from which numbers, for how long, or not at all.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { hiding } from "./internal/hiding.ts"
import { Country } from "./GeoMatch.ts"
import { PhoneNumber } from "./PhoneNumber.ts"

/**
 * A Voice Connector's proxy configuration as the service answers it.
 *
 * While `disabled`, no session can be created; those that exist live on. Calls to a proxy number after its session
 * has ended go to `fallBackPhoneNumber`, which is hidden when a configuration is printed.
 *
 * Source: shape `Proxy`. Its `PhoneNumberCountries` is what a request calls `PhoneNumberPoolCountries`.
 *
 * @category models
 */
export class ProxyConfiguration extends hiding(
  Schema.Class<ProxyConfiguration>("ProxyConfiguration")({
    defaultSessionExpiryMinutes: Schema.optionalKey(Schema.Int),
    disabled: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
    fallBackPhoneNumber: Schema.optionalKey(PhoneNumber),
    phoneNumberCountries: Schema.Array(Country).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  }),
  "fallBackPhoneNumber",
) {}
