/**
 * A Voice Connector, and the telephone numbers that it has.
 */
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { Country } from "./GeoMatch.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import * as Redaction from "./Redaction.ts"
import { Timestamp } from "./Timestamp.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/**
 * The name of a connector: 1 to 256 characters.
 *
 * Source: shape `VoiceConnectorName`.
 *
 * @category models
 */
export const VoiceConnectorName = Schema.String.check(
  Schema.isMinLength(1, { expected: "1 to 256 characters" }),
  Schema.isMaxCodePoints(256, { expected: "1 to 256 characters" }),
)

/**
 * A Voice Connector as the service returns it.
 *
 * A connector that came into being on demand, and one that was seeded by its id alone, has nothing but the id.
 *
 * Source: shape `VoiceConnector`. Members about media and regions are not kept.
 *
 * @category models
 */
export class VoiceConnector extends explainedClass(
  Schema.Class<VoiceConnector>("VoiceConnector")({
    voiceConnectorId: VoiceConnectorId,
    name: Schema.optionalKey(VoiceConnectorName),
    requireEncryption: Schema.optionalKey(Schema.Boolean),
    createdTimestamp: Schema.optionalKey(Timestamp),
    updatedTimestamp: Schema.optionalKey(Timestamp),
  }),
) {}

/**
 * Some of a tenant's connectors, and the token that continues the listing if there are more.
 *
 * Source: shape `ListVoiceConnectorsResponse`.
 *
 * @category models
 */
export class VoiceConnectorPage extends explainedClass(
  Schema.Class<VoiceConnectorPage>("VoiceConnectorPage")({
    voiceConnectors: Schema.Array(VoiceConnector),
    nextToken: Schema.optionalKey(Schema.String),
  }),
) {}

/**
 * What a number is associated with: the name of the kind of thing, which is `VoiceConnectorId` here, and its id.
 *
 * Source: shape `PhoneNumberAssociation`.
 *
 * @category models
 */
export const PhoneNumberAssociation = Schema.Struct({
  name: Schema.Literal("VoiceConnectorId"),
  value: VoiceConnectorId,
})

/**
 * A telephone number of a tenant's inventory. The number is hidden when it is printed.
 *
 * Source: shape `PhoneNumber`, the structure.
 *
 * @category models
 */
export class InventoryNumber extends explainedClass(
  Schema.Class<InventoryNumber>("InventoryNumber")({
    e164PhoneNumber: PhoneNumber,
    country: Country,
    associations: Schema.Array(PhoneNumberAssociation),
  }),
) {
  toJSON(): unknown {
    return Redaction.hide(this, "e164PhoneNumber")
  }
  override toString(): string {
    return Redaction.print("InventoryNumber", this.toJSON())
  }
  [Redaction.inspect](): unknown {
    return this.toJSON()
  }
}

/**
 * Some of a tenant's numbers.
 *
 * Source: shape `ListPhoneNumbersResponse`.
 *
 * @category models
 */
export class PhoneNumberPage extends explainedClass(
  Schema.Class<PhoneNumberPage>("PhoneNumberPage")({
    phoneNumbers: Schema.Array(InventoryNumber),
  }),
) {}

/**
 * Why one number of several was not associated. The number is hidden when it is printed.
 *
 * Source: shape `PhoneNumberError`.
 *
 * @category models
 */
export class PhoneNumberError extends explainedClass(
  Schema.Class<PhoneNumberError>("PhoneNumberError")({
    phoneNumberId: PhoneNumber,
    errorCode: Schema.String,
    errorMessage: Schema.String,
  }),
) {
  toJSON(): unknown {
    return Redaction.hide(this, "phoneNumberId")
  }
  override toString(): string {
    return Redaction.print("PhoneNumberError", this.toJSON())
  }
  [Redaction.inspect](): unknown {
    return this.toJSON()
  }
}

/**
 * The numbers that could not be associated; none of them where all could.
 *
 * Source: shape `AssociatePhoneNumbersWithVoiceConnectorResponse`.
 *
 * @category models
 */
export class PhoneNumberErrors extends explainedClass(
  Schema.Class<PhoneNumberErrors>("PhoneNumberErrors")({
    phoneNumberErrors: Schema.Array(PhoneNumberError),
  }),
) {}
