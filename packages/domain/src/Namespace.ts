/**
 * The two AWS namespaces that have carried the same operations.
 */
import * as Schema from "effect/Schema"

/**
 * An API by the name that SDKs and the AWS CLI give it: the older `chime` or the newer `chime-sdk-voice`.
 *
 * They keep separate resources: what was made through one cannot be addressed through the other.
 *
 * @category models
 */
export const Namespace = Schema.Literals(["chime", "chime-sdk-voice"])

/**
 * The type of a namespace.
 *
 * @category models
 */
export type Namespace = typeof Namespace.Type

/**
 * The largest page of a listing: 99 sessions in `chime`, 100 in `chime-sdk-voice`.
 *
 * Source: shape `ResultMax` of each model.
 *
 * @category constants
 */
export const maxResults: Readonly<Record<Namespace, number>> = { chime: 99, "chime-sdk-voice": 100 }
