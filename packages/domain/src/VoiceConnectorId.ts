/**
 * The identifier of the Amazon Chime Voice Connector that a proxy session belongs to.
 */
import * as Schema from "effect/Schema"
import { explained } from "./internal/explained.ts"
import { pathSegment } from "./internal/pathSegment.ts"
import * as Role from "./Role.ts"

/**
 * Names a Voice Connector: 1 to 128 characters, at least one of them not white space.
 *
 * This is the rule that the API had for most of its life. It issued ids such as `abcdef1ghij2klmno3pqr4`; the narrower
 * pattern that the model declares since 2026-07-16 is {@link isIssuedForm}. Ids that are `.` or `..` are refused since
 * every HTTP transport rewrites them into another path.
 *
 * Source: shape `NonEmptyString128` (`.*\S.*`) and its successor `VoiceConnectorId`.
 *
 * @category models
 */
export const VoiceConnectorId = pathSegment
  .pipe(Schema.brand("VoiceConnectorId"))
  .annotate(Role.annotation("id"))
  .pipe(explained)

/**
 * The type of a checked Voice Connector id.
 *
 * @category models
 */
export type VoiceConnectorId = typeof VoiceConnectorId.Type

/**
 * Tells whether an id has the form that the newest model asks for: 21 or 22 lower-case letters and digits, or a
 * lower-case UUID.
 *
 * @category predicates
 */
export const isIssuedForm = (id: string): boolean =>
  /^(?:[a-z0-9]{21,22}|[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})$/u.test(id)
