/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { expectTypeOf } from "@effect/vitest"
import type * as Effect from "effect/Effect"
import type { HttpServer } from "effect/http/HttpServer"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import type * as Layer from "effect/Layer"

type Repos = ProxySessionRepo | VoiceConnectorProxyRepo

// A server needs a platform's server and any implementation; as a handler, a request instead. It never fails.
export const served = ProxySessionServer.layer({ authentication: "none" })
expectTypeOf<typeof served>().toEqualTypeOf<Layer.Layer<never, never, HttpServer | Repos>>()
export const handler = ProxySessionServer.app({ authentication: { keys: Authentication.fromRecord({}) } })
expectTypeOf<typeof handler>().toEqualTypeOf<Effect.Effect<HttpServerResponse, never, HttpServerRequest | Repos>>()

// Who is let in has to be said.
// @ts-expect-error -- `authentication` is missing
export const open = ProxySessionServer.layer({})
