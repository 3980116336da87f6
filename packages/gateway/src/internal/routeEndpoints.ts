import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Form from "../Form.ts"
import * as RouteApi from "../RouteApi.ts"
import * as Json from "./json.ts"
import { Members } from "./members.ts"
import type { Seen } from "./observation.ts"
import * as Request from "./request.ts"
import type { Inbound, Router, RouterError } from "./router.ts"
import { isEqual } from "./signature.ts"
import { nameOf } from "./webhooks.ts"

/** What the endpoint is answered by: without a token there is none. */
export interface RouteEndpointOptions {
  readonly routeTokens?: ReadonlyArray<Redacted.Redacted> | undefined
  readonly ringSeconds?: number | undefined
}

const readCall = Json.reader(RouteApi.RouteCall, "error")
const readOutcome = Json.reader(RouteApi.RouteOutcome, "error")
const isConnector = Schema.is(VoiceConnectorId)
const isSession = Schema.is(ProxySessionId)

const json = (value: unknown, status = 200) => HttpServerResponse.jsonUnsafe(value, { status })

const inboundOf = (call: RouteApi.RouteCall, dryRun: boolean): Inbound => ({
  channel: call.Channel,
  provider: call.Provider ?? "sip",
  providerId: call.CallId,
  caller: call.Caller,
  dialled: call.Dialled,
  voiceConnectorId: call.VoiceConnectorId,
  attestation: call.Attestation,
  text: call.Text,
  dryRun,
})

/** Handles `/route`, `/outcome` and `/interactions`; `undefined` for any other path, and for all where there is no token. */
export const make = ({ ringSeconds = 30, routeTokens = [] }: RouteEndpointOptions, router: Router) => {
  const isAuthorized = ({ headers }: HttpServerRequest) => {
    const sent = /^Bearer +([!-~]+)$/iu.exec(headers["authorization"] ?? "")?.[1]
    return sent !== undefined && routeTokens.some((token) => isEqual(Redacted.value(token), sent))
  }

  const route = Effect.fnUntraced(function* (query: Form.Form, request: HttpServerRequest, seen: Seen) {
    if (request.method !== "POST") return Request.empty(405, { allow: "POST" })
    const body = yield* Request.body(request, ["application/json"])
    const call = readCall(body)
    if (Result.isFailure(call)) return json({ violations: call.failure }, 400)
    const dryRun = query.values("dry-run").length > 0
    const decision = yield* Effect.catchTag(
      router.route(inboundOf(call.success, dryRun)),
      "StoreUnavailable",
      (unavailable) => Effect.succeed(unavailable),
    )
    if (decision._tag !== "StoreUnavailable" && !dryRun) seen.decision = nameOf(decision)
    return json(RouteApi.answer(decision, ringSeconds), decision._tag === "StoreUnavailable" ? 503 : 200)
  })

  const outcome = Effect.fnUntraced(function* (_: Form.Form, request: HttpServerRequest) {
    if (request.method !== "POST") return Request.empty(405, { allow: "POST" })
    const told = readOutcome(yield* Request.body(request, ["application/json"]))
    if (Result.isFailure(told)) return json({ violations: told.failure }, 400)
    const { CallId, Channel, Outcome, Provider = "sip", Seconds } = told.success
    const report = { channel: Channel, provider: Provider, providerId: CallId, outcome: Outcome }
    yield* router.record({ ...report, ...(Seconds === undefined ? {} : { seconds: Seconds }) })
    return HttpServerResponse.empty()
  })

  const interactions = Effect.fnUntraced(function* (query: Form.Form, request: HttpServerRequest) {
    if (request.method !== "GET") return Request.empty(405, { allow: "GET" })
    const members = new Members(query)
    const [voiceConnectorId, proxySessionId] = [members.optional("connector"), members.required("session")]
    if (voiceConnectorId !== undefined && !isConnector(voiceConnectorId))
      members.violation("connector", "must be an id")
    if (members.has("session") && !isSession(proxySessionId)) members.violation("session", "must be an id")
    const key = members.result({ proxySessionId, ...(voiceConnectorId === undefined ? {} : { voiceConnectorId }) })
    if (Result.isFailure(key)) return json({ violations: key.failure }, 400)
    const found = yield* router.interactions(key.success)
    return json(RouteApi.interactions(found))
  })

  const ofError = (error: Request.Unread | RouterError) => {
    if (error instanceof Request.Unread) return Request.empty(error.status)
    switch (error._tag) {
      case "InvalidRequest":
        return json({ violations: error.violations }, 400)
      case "NotFoundException":
        return Request.empty(404)
      case "StoreUnavailable":
        return Request.empty(503)
    }
  }

  const endpoints = { route, outcome, interactions }
  const isName = (step = ""): step is keyof typeof endpoints => Object.hasOwn(endpoints, step)

  return (
    [name, ...rest]: ReadonlyArray<string>,
    url: string,
    request: HttpServerRequest,
    seen: Seen,
  ): Effect.Effect<HttpServerResponse.HttpServerResponse> | undefined => {
    if (routeTokens.length === 0 || rest.length > 0 || !isName(name)) return undefined
    seen.source = "route"
    seen.webhook = name
    if (!isAuthorized(request)) return Effect.succeed(Request.empty(401, { "www-authenticate": "Bearer" }))
    const query = Form.ofQuery(url)
    if (query === undefined) return Effect.succeed(Request.empty(400))
    const answer: Effect.Effect<HttpServerResponse.HttpServerResponse, Request.Unread | RouterError> = endpoints[name](
      query,
      request,
      seen,
    )
    return Effect.catch(answer, (error) => Effect.succeed(ofError(error)))
  }
}
