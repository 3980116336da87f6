/**
 * What can be asked about Voice Connectors.
 */
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { pageToken } from "./internal/pathSegment.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import {
  NetworkType,
  VoiceConnectorAwsRegion,
  VoiceConnectorIntegrationType,
  VoiceConnectorName,
} from "./VoiceConnector.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/**
 * Asks for a new connector. `awsRegion` defaults to `us-east-1`.
 *
 * Source: shape `CreateVoiceConnectorRequest`. A store of this project refuses `tags`.
 *
 * @category models
 */
export class CreateVoiceConnector extends explainedClass(
  Schema.Class<CreateVoiceConnector>("CreateVoiceConnector")({
    name: VoiceConnectorName,
    awsRegion: Schema.optionalKey(VoiceConnectorAwsRegion),
    requireEncryption: Schema.Boolean,
    tags: Schema.optionalKey(Schema.Array(Schema.Struct({ key: Schema.String, value: Schema.String }))),
    integrationType: Schema.optionalKey(VoiceConnectorIntegrationType),
    networkType: Schema.optionalKey(NetworkType),
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
 * Asks for a page of the tenant's connectors. `maxResults` is 1 to 100 (1 to 99 in the older `chime` namespace).
 *
 * Source: shape `ListVoiceConnectorsRequest`.
 *
 * @category models
 */
export class ListVoiceConnectors extends explainedClass(
  Schema.Class<ListVoiceConnectors>("ListVoiceConnectors")({
    nextToken: Schema.optionalKey(pageToken),
    maxResults: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }, { expected: "a whole number from 1 to 100" })),
    ),
  }),
) {}

/**
 * Replaces a connector's name, and whether it wants encryption. Nothing else about a connector can change.
 *
 * Source: shape `UpdateVoiceConnectorRequest`.
 *
 * @category models
 */
export class UpdateVoiceConnector extends explainedClass(
  Schema.Class<UpdateVoiceConnector>("UpdateVoiceConnector")({
    voiceConnectorId: VoiceConnectorId,
    name: VoiceConnectorName,
    requireEncryption: Schema.Boolean,
  }),
) {}

/**
 * Gives numbers of the inventory to a connector, after those that it has. With `forceAssociate`, those that another
 * connector has are taken from it. The numbers are hidden when a request is printed.
 *
 * Source: shape `AssociatePhoneNumbersWithVoiceConnectorRequest`.
 *
 * @category models
 */
export class AssociatePhoneNumbersWithVoiceConnector extends hiding(
  Schema.Class<AssociatePhoneNumbersWithVoiceConnector>("AssociatePhoneNumbersWithVoiceConnector")({
    voiceConnectorId: VoiceConnectorId,
    e164PhoneNumbers: Schema.Array(PhoneNumber),
    forceAssociate: Schema.optionalKey(Schema.Boolean),
  }),
  "e164PhoneNumbers",
) {}

/**
 * Takes numbers from a connector; they stay in the inventory. The numbers are hidden when a request is printed.
 *
 * Source: shape `DisassociatePhoneNumbersFromVoiceConnectorRequest`.
 *
 * @category models
 */
export class DisassociatePhoneNumbersFromVoiceConnector extends hiding(
  Schema.Class<DisassociatePhoneNumbersFromVoiceConnector>("DisassociatePhoneNumbersFromVoiceConnector")({
    voiceConnectorId: VoiceConnectorId,
    e164PhoneNumbers: Schema.Array(PhoneNumber),
  }),
  "e164PhoneNumbers",
) {}
