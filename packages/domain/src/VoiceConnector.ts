/**
 * A Voice Connector: what it was made with.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { wellFormed } from "./internal/pathSegment.ts"
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
  Schema.isBetweenCodePoints(1, 256, { expected: "1 to 256 characters" }),
  wellFormed,
)

/**
 * The region that a connector's media stays in. The namespace `chime` has the first two only.
 *
 * Source: shape `VoiceConnectorAwsRegion` of each model.
 *
 * @category models
 */
export const VoiceConnectorAwsRegion = Schema.Literals([
  "us-east-1",
  "us-west-2",
  "ca-central-1",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "ap-northeast-2",
  "ap-northeast-1",
  "ap-southeast-1",
  "ap-southeast-2",
])

/**
 * What a connector is used with, besides telephones. Kept and returned, and of no other effect here.
 *
 * Source: shape `VoiceConnectorIntegrationType`, newer than the namespace `chime`.
 *
 * @category models
 */
export const VoiceConnectorIntegrationType = Schema.Literals([
  "CONNECT_CALL_TRANSFER_CONNECTOR",
  "CONNECT_ANALYTICS_CONNECTOR",
])

/**
 * The addresses that a connector's hosts have. Kept and returned, and of no other effect here.
 *
 * Source: shape `NetworkType`, newer than the namespace `chime`.
 *
 * @category models
 */
export const NetworkType = Schema.Literals(["IPV4_ONLY", "DUAL_STACK"])

/**
 * A Voice Connector as the service returns it.
 *
 * A connector that came into being on demand, and one that was seeded by its id alone, has nothing but the id.
 *
 * Source: shape `VoiceConnector`.
 *
 * @category models
 */
export class VoiceConnector extends explainedClass(
  Schema.Class<VoiceConnector>("VoiceConnector")({
    voiceConnectorId: VoiceConnectorId,
    awsRegion: Schema.optionalKey(VoiceConnectorAwsRegion),
    name: Schema.optionalKey(VoiceConnectorName),
    outboundHostName: Schema.optionalKey(Schema.String),
    requireEncryption: Schema.optionalKey(Schema.Boolean),
    createdTimestamp: Schema.optionalKey(Timestamp),
    updatedTimestamp: Schema.optionalKey(Timestamp),
    voiceConnectorArn: Schema.optionalKey(Schema.String),
    integrationType: Schema.optionalKey(VoiceConnectorIntegrationType),
    networkType: Schema.optionalKey(NetworkType),
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
    voiceConnectors: Schema.Array(VoiceConnector).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    nextToken: Schema.optionalKey(Schema.String),
  }),
) {}
