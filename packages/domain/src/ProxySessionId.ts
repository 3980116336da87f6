/**
 * The identifier of a proxy session within its Voice Connector.
 */
import * as Schema from "effect/Schema"
import { explained } from "./internal/explained.ts"
import { pathSegment } from "./internal/pathSegment.ts"
import * as Role from "./Role.ts"

/**
 * Names a proxy session: 1 to 128 characters, at least one of them not white space.
 *
 * It looks like a UUID but is not one (the service's own example has letters beyond `f`), so treat it as opaque. Ids
 * that are `.` or `..` are refused since every HTTP transport rewrites them into another path.
 *
 * Source: shape `NonEmptyString128`.
 *
 * @category models
 */
export const ProxySessionId = pathSegment
  .pipe(Schema.brand("ProxySessionId"))
  .annotate(Role.annotation("id"))
  .pipe(explained)

/**
 * The type of a checked proxy session id.
 *
 * @category models
 */
export type ProxySessionId = typeof ProxySessionId.Type
