/**
 * The calls of the control API, over a `Control`. A module of its own, so that a server starts without it.
 */
import * as InvalidRequest from "@proxy-session/domain/InvalidRequest"
import { Snapshot } from "@proxy-session/repo/Snapshot"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as Stream from "effect/Stream"
import { ControlEvent } from "../ControlEvent.ts"
import { Control, type StoreError, type Unsupported } from "../Control.ts"
import { api, BadCall, Malformed, NotHere, prefix, Refused, Target, Unreachable } from "./api.ts"
import type { ControlServerOptions } from "../ControlServer.ts"
import { isFictional } from "./fictional.ts"

const badCall = (violations: BadCall["violations"]) =>
  new BadCall({ message: InvalidRequest.describe(violations, "the call"), violations })

const malformed = (issue: SchemaIssue.Issue) => badCall(InvalidRequest.violations(issue))

const notHere = ({ message }: Unsupported) => Effect.fail(new NotHere({ message }))

const unreachable = ({ _tag }: StoreError) =>
  Effect.fail(new Unreachable({ message: `The store gives no answer (${_tag})` }))

const decodeState = Schema.decodeEffect(Schema.fromJsonString(Snapshot), { errors: "all", onExcessProperty: "error" })

const decodeTarget = Schema.decodeEffect(Schema.fromJsonString(Target), { errors: "all", onExcessProperty: "error" })

/** A fault of the store, which says nothing of what was sent. */
const storeErrors = { ServiceFailureException: unreachable, ServiceUnavailableException: unreachable }

/** The account of a call, which its query or its body can name, but not two of them. */
const accountOf = (query: { readonly account?: string }, body: { readonly account?: string }) =>
  query.account !== undefined && body.account !== undefined && query.account !== body.account
    ? Effect.fail(badCall([{ path: "account", rule: "must be the same in the query and in the body" }]))
    : Effect.succeed(body.account ?? query.account)

const encodeEvent = Schema.encodeEffect(ControlEvent)

const told = (event: ControlEvent) =>
  Effect.map(encodeEvent(event), ({ _tag, at, ...data }) => ({ type: _tag, timestamp: at, data }))

const revealed = Effect.logWarning("The control API was asked to reveal telephone numbers and names, and did")

const calls = ({ isReady = Effect.succeed(true), schema, version }: ControlServerOptions) =>
  HttpApiBuilder.group(api, "control", (handlers) =>
    Effect.map(Control, (control) =>
      // Its body is read here, since a union of one, which a payload is, does not say where it differs.
      handlers
        .handleRaw("putState", ({ query, request }) =>
          Effect.orDie(request.text).pipe(
            Effect.flatMap(decodeState),
            Effect.flatMap((state) => Effect.orDie(Schema.encodeEffect(Snapshot)(state))),
            Effect.flatMap((state) => control.restore(state, query.account)),
            Effect.catchTags({
              ...storeErrors,
              Unsupported: notHere,
              SchemaError: ({ issue }) => Effect.fail(malformed(issue)),
            }),
          ),
        )
        // It may have no body.
        .handleRaw("reset", ({ query, request }) =>
          Effect.orDie(request.text).pipe(
            Effect.flatMap((text) => (text === "" ? Effect.succeed({}) : decodeTarget(text))),
            Effect.mapError(({ issue }) => malformed(issue)),
            Effect.flatMap((body) => accountOf(query, body)),
            Effect.flatMap((account) => control.reset(account)),
            Effect.catchTags({ ...storeErrors, Unsupported: notHere }),
          ),
        )
        .handleAll({
          health: () =>
            Effect.as(control.ping, {
              status: "ok" as const,
              version,
              store: control.store,
              schema: schema ?? null,
            }).pipe(Effect.catchTags(storeErrors)),
          ready: () =>
            Effect.flatMap(isReady, (ready) =>
              ready
                ? Effect.succeed({ status: "ready" as const })
                : Effect.fail(new Unreachable({ message: "The server has been told to stop" })),
            ),
          getState: ({ query }) =>
            Effect.gen(function* () {
              const state = yield* control.state(query.account)
              if (!isFictional(state)) {
                if (query.reveal !== true) {
                  const message =
                    "The state has telephone numbers that are not fictional: ask for reveal=true to see them"
                  return yield* new Refused({ message })
                }
                yield* revealed
              }
              return HttpServerResponse.jsonUnsafe(state)
            }).pipe(Effect.catchTags(storeErrors)),
          getClock: ({ query }) =>
            Effect.map(control.now(query.account), (now) => ({ now })).pipe(Effect.catchTag("Unsupported", notHere)),
          moveClock: ({ payload, query }) =>
            Effect.gen(function* () {
              const account = yield* accountOf(query, payload)
              const { advance, set } = payload
              if (advance !== undefined) yield* control.advance(advance, account)
              if (set !== undefined) yield* control.setTime(set, account)
              return { now: yield* control.now(account) }
            }).pipe(Effect.catchTag("Unsupported", notHere)),
          getFaults: ({ query }) => Effect.map(control.faults(query.account), (faults) => ({ faults })),
          addFault: ({ payload, query }) =>
            Effect.gen(function* () {
              const account = yield* accountOf(query, payload)
              const fault = account === undefined ? payload : { ...payload, account }
              yield* control.fail(fault)
              return fault
            }).pipe(Effect.catchTag("Unsupported", notHere)),
          deleteFaults: ({ query }) => control.clearFaults(query.account),
          getJournal: ({ query }) =>
            Effect.andThen(
              query.reveal === true ? revealed : Effect.void,
              Effect.map(control.journal(query), (requests) => ({ requests })),
            ),
          getEvents: ({ query }) =>
            Effect.succeed(Stream.mapEffect(control.events(query.account), (event) => Effect.orDie(told(event)))),
          deleteJournal: ({ query }) => control.clearJournal(query.account),
        }),
    ),
  )

const Violations = HttpApiMiddleware.layerSchemaErrorTransform(Malformed, (error) =>
  error.kind === "Body" || error.kind === "ResponseHeaders"
    ? Effect.die(error)
    : Effect.fail(malformed(error.cause.issue)),
)

const specification = OpenApi.fromApi(api)

/** What there is to call, for somebody who has found the place. */
const index = HttpServerResponse.jsonUnsafe({
  openapi: `${prefix}/openapi.json`,
  calls: Object.entries(specification.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      does: "summary" in operation ? operation.summary : undefined,
    })),
  ),
})

const notFound = HttpServerResponse.jsonUnsafe(
  { message: `There is no such call; GET ${prefix}/ lists those that there are` },
  { status: 404 },
)

/** The handler of every path below the prefix, for callers that may call. */
export const make = (options: ControlServerOptions) =>
  Effect.map(
    HttpRouter.toHttpEffect(
      Layer.mergeAll(
        HttpApiBuilder.layer(api, { openapiPath: `${prefix}/openapi.json` }).pipe(
          Layer.provide(calls(options)),
          Layer.provide(Violations),
        ),
        HttpRouter.add("GET", `${prefix}/`, Effect.succeed(index)),
      ).pipe(Layer.provide(HttpServer.layerServices)),
    ),
    (handler) =>
      Effect.catch(handler, (error) =>
        error.reason._tag === "RouteNotFound" ? Effect.succeed(notFound) : Effect.die(error),
      ),
  )
