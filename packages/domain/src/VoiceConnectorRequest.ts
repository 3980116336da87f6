/**
 * What can be asked about Voice Connectors and their telephone numbers.
 */
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import * as Redaction from "./Redaction.ts"
import { VoiceConnectorName } from "./VoiceConnector.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/**
 * Asks for a new connector.
 *
 * Source: shape `CreateVoiceConnectorRequest`.
 *
 * @category models
 */
export class CreateVoiceConnector extends explainedClass(
  Schema.Class<CreateVoiceConnector>("CreateVoiceConnector")({
    name: VoiceConnectorName,
    requireEncryption: Schema.Boolean,
  }),
) {}

/**
 * Names a connector, to get or delete it.
 *
 * Source: shapes `GetVoiceConnectorRequest` and `DeleteVoiceConnectorRequest`.
 *
 * @category models
 */
export class VoiceConnectorKey extends explainedClass(
  Schema.Class<VoiceConnectorKey>("VoiceConnectorKey")({
    voiceConnectorId: VoiceConnectorId,
  }),
) {}

/**
 * Asks for a page of the tenant's connectors.
 *
 * Source: shape `ListVoiceConnectorsRequest`.
 *
 * @category models
 */
export class ListVoiceConnectors extends explainedClass(
  Schema.Class<ListVoiceConnectors>("ListVoiceConnectors")({
    nextToken: Schema.optionalKey(Schema.String),
    maxResults: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }, { expected: "a whole number from 1 to 100" })),
    ),
  }),
) {}

/**
 * Gives numbers to a connector, after those that it has. The numbers are hidden when a request is printed.
 *
 * Source: shape `AssociatePhoneNumbersWithVoiceConnectorRequest`.
 *
 * @category models
 */
export class AssociatePhoneNumbersWithVoiceConnector extends explainedClass(
  Schema.Class<AssociatePhoneNumbersWithVoiceConnector>("AssociatePhoneNumbersWithVoiceConnector")({
    voiceConnectorId: VoiceConnectorId,
    e164PhoneNumbers: Schema.Array(PhoneNumber),
  }),
) {
  toJSON(): unknown {
    return Redaction.hide(this, "e164PhoneNumbers")
  }
  override toString(): string {
    return Redaction.print("AssociatePhoneNumbersWithVoiceConnector", this.toJSON())
  }
  [Redaction.inspect](): unknown {
    return this.toJSON()
  }
}

/**
 * Asks for the tenant's numbers: all of them, or those that have an association.
 *
 * Source: shape `ListPhoneNumbersRequest`.
 *
 * @category models
 */
export class ListPhoneNumbers extends explainedClass(
  Schema.Class<ListPhoneNumbers>("ListPhoneNumbers")({
    filterName: Schema.optionalKey(Schema.Literal("VoiceConnectorId")),
    filterValue: Schema.optionalKey(Schema.String),
  }),
) {}
