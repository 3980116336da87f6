/**
 * The control API: what a tester of any language can ask of a stand-in, below `/_proxy-session`.
 *
 * Every call takes an `account`. State, time, faults and requests are those of the account, so that tests that run in
 * parallel do not disturb each other; without it a call is about all accounts.
 */
import { Violation } from "@proxy-session/domain/InvalidRequest"
import { Snapshot } from "@proxy-session/repo/Snapshot"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Account } from "../Account.ts"
import { ClockChange } from "../ClockChange.ts"
import { ControlEvent } from "../ControlEvent.ts"
import { Fault, WaitingFault } from "../Fault.ts"
import { JournalEntry, JournalQuery } from "../Journal.ts"

/**
 * The path that all calls are below, whatever path the operations of the service are below.
 */
export const prefix = "/_proxy-session"

/**
 * A call that breaks a rule: which rules, and where. Nothing has changed. HTTP 400.
 */
export class BadCall extends Schema.Error<BadCall>("BadCall")(
  { message: Schema.String, violations: Schema.Array(Violation) },
  { httpApiStatus: 400, description: "The call breaks a rule; nothing has changed" },
) {}

/**
 * The caller may not do this. HTTP 403.
 */
export class Refused extends Schema.Error<Refused>("Refused")(
  { message: Schema.String },
  { httpApiStatus: 403, description: "The caller may not do this" },
) {}

/**
 * The store cannot do this, or there is too much of something. HTTP 409.
 */
export class NotHere extends Schema.Error<NotHere>("NotHere")(
  { message: Schema.String },
  { httpApiStatus: 409, description: "The store cannot do this, or there is too much of something" },
) {}

/**
 * The store gives no answer. HTTP 503.
 */
export class Unreachable extends Schema.Error<Unreachable>("Unreachable")(
  { message: Schema.String },
  { httpApiStatus: 503, description: "The store gives no answer" },
) {}

/**
 * Turns what is malformed into `BadCall`.
 */
export class Malformed extends HttpApiMiddleware.Service<Malformed>()("@proxy-session/control/Malformed", {
  error: BadCall,
}) {}

/**
 * The token is missing or wrong. HTTP 401.
 */
export class Unauthorized extends Schema.Error<Unauthorized>("Unauthorized")(
  { message: Schema.String },
  { httpApiStatus: 401, description: "The token is missing or wrong" },
) {}

/**
 * The body is longer than 16 MiB. HTTP 413.
 */
export class TooLarge extends Schema.Error<TooLarge>("TooLarge")(
  { message: Schema.String },
  { httpApiStatus: 413, description: "The body is longer than 16 MiB" },
) {}

/**
 * The body is not `application/json`. HTTP 415.
 */
export class NoJson extends Schema.Error<NoJson>("NoJson")(
  { message: Schema.String },
  { httpApiStatus: 415, description: "The body is not application/json" },
) {}

const account = { account: Schema.optionalKey(Account) }
const reads = [Refused, Unauthorized]
const writes = [...reads, NoJson, TooLarge]

/**
 * How the server and its store are.
 *
 * - `schema`: the version of a database's tables, `null` in memory
 */
const Health = Schema.Struct({
  status: Schema.Literal("ok"),
  version: Schema.String,
  store: Schema.Literals(["memory", "postgres", "sqlite"]),
  schema: Schema.NullOr(Schema.Int),
})

const health = HttpApiEndpoint.get("health", "/health", { success: Health, error: [Unreachable] }).annotate(
  OpenApi.Summary,
  "Whether the server answers and reaches its store; open to all",
)

const ready = HttpApiEndpoint.get("ready", "/ready", {
  success: Schema.Struct({ status: Schema.Literal("ready") }),
  error: [Unreachable],
}).annotate(OpenApi.Summary, "Whether the server takes requests, 503 once it is told to stop; open to all")

/** Whose a call is, in a body. */
export const Target = Schema.Struct(account)

const reset = HttpApiEndpoint.post("reset", "/reset", {
  query: account,
  payload: Target,
  error: [...writes, NotHere, Unreachable],
}).annotate(OpenApi.Summary, "Goes back to the seed: state, time, faults and journal")

const getState = HttpApiEndpoint.get("getState", "/state", {
  query: { ...account, reveal: Schema.optionalKey(Schema.Boolean) },
  success: Snapshot,
  error: [...reads, Unreachable],
}).annotate(
  OpenApi.Summary,
  "The whole content, as it can be put back; with numbers that are not fictional only if reveal=true",
)

const putState = HttpApiEndpoint.put("putState", "/state", {
  query: account,
  payload: Snapshot,
  error: [...writes, NotHere, Unreachable],
}).annotate(OpenApi.Summary, "Puts a snapshot in the place of the content")

const Now = Schema.Struct({ now: Schema.DateTimeUtcFromString })

const getClock = HttpApiEndpoint.get("getClock", "/clock", {
  query: account,
  success: Now,
  error: [...reads, NotHere],
}).annotate(OpenApi.Summary, "The service's time")

const moveClock = HttpApiEndpoint.post("moveClock", "/clock", {
  query: account,
  payload: ClockChange,
  success: Now,
  error: [...writes, NotHere],
}).annotate(OpenApi.Summary, "Moves the service's time; signatures keep the server's own")

const getFaults = HttpApiEndpoint.get("getFaults", "/faults", {
  query: account,
  success: Schema.Struct({ faults: Schema.Array(WaitingFault) }),
  error: reads,
}).annotate(OpenApi.Summary, "The faults that wait for their calls")

const addFault = HttpApiEndpoint.post("addFault", "/faults", {
  query: account,
  payload: Fault,
  success: Fault.pipe(HttpApiSchema.status(201)),
  error: [...writes, NotHere],
}).annotate(OpenApi.Summary, "Adds a fault that the next matching calls meet")

const deleteFaults = HttpApiEndpoint.delete("deleteFaults", "/faults", { query: account, error: reads }).annotate(
  OpenApi.Summary,
  "Drops the faults that wait",
)

const getJournal = HttpApiEndpoint.get("getJournal", "/journal", {
  query: JournalQuery,
  success: Schema.Struct({ requests: Schema.Array(JournalEntry) }),
  error: reads,
}).annotate(OpenApi.Summary, "The latest requests, oldest first")

const deleteJournal = HttpApiEndpoint.delete("deleteJournal", "/journal", { query: account, error: reads }).annotate(
  OpenApi.Summary,
  "Forgets the requests",
)

/**
 * An event, in the form in which applications are told of sessions: `type` says what has happened, `data` to what.
 */
const Event = Schema.Struct({
  type: Schema.Literals(ControlEvent.members.map((member) => member.fields._tag.schema.literal)),
  timestamp: Schema.String,
  data: Schema.Record(Schema.String, Schema.Json),
})

const getEvents = HttpApiEndpoint.get("getEvents", "/events", {
  query: account,
  success: HttpApiSchema.StreamSse({ data: Event }),
  error: reads,
}).annotate(OpenApi.Summary, "Sessions, calls and requests as they happen, as server-sent events")

/**
 * The calls.
 */
const calls = HttpApiGroup.make("control", { topLevel: true })
  .add(
    health,
    ready,
    reset,
    getState,
    putState,
    getClock,
    moveClock,
    getFaults,
    addFault,
    deleteFaults,
    getJournal,
    deleteJournal,
    getEvents,
  )
  .prefix(prefix)
  .middleware(Malformed)

/**
 * The whole API. Every violation is reported, and a member that there is not is one.
 */
export const api = HttpApi.make("proxy-session-control")
  .add(calls)
  .annotate(HttpApi.ParseOptions, { errors: "all", onExcessProperty: "error" })
  .annotateMerge(
    OpenApi.annotations({
      title: "The control API of the Proxy Session stand-in",
      version: "1",
      description:
        "State, time, faults and requests, of one account or of all. Without a token it is served by a server in memory on a " +
        "loopback address only; otherwise each call but health and ready needs the token as Authorization: Bearer.",
    }),
  )
