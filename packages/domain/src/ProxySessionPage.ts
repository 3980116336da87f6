/**
 * One page of a listing of proxy sessions.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { explainedClass } from "./internal/explained.ts"
import { ProxySession } from "./ProxySession.ts"
import * as Role from "./Role.ts"

/**
 * Some of a connector's sessions, and the token that continues the listing if there are more.
 *
 * A page may be empty and still carry a token; only its absence ends a listing.
 *
 * Source: shape `ListProxySessionsResponse`.
 *
 * @category models
 */
export class ProxySessionPage extends explainedClass(
  Schema.Class<ProxySessionPage>("ProxySessionPage")({
    proxySessions: Schema.Array(ProxySession).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
    nextToken: Schema.optionalKey(Schema.String.annotate(Role.annotation("token"))),
  }),
) {}
