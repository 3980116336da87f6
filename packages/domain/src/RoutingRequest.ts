/**
 * What can be asked about calls and texts: whom to connect, and what became of it.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Capability } from "./Capability.ts"
import * as CallerNumber from "./CallerNumber.ts"
import { Outcome, Provider, ProviderId } from "./Interaction.ts"
import { explainedClass } from "./internal/explained.ts"
import { hiding } from "./internal/hiding.ts"
import { InvalidRequest } from "./InvalidRequest.ts"
import type { PhoneNumber } from "./PhoneNumber.ts"
import { ProxySessionId } from "./ProxySessionId.ts"
import {
  Attestation,
  decide as decideInbound,
  type Decision,
  defaultRoutingRules,
  type Inbound,
  Refuse,
  RoutingRules,
} from "./Routing.ts"
import { VoiceConnectorId } from "./VoiceConnectorId.ts"

/** The calling code that national numbers get. */
const CallingCode = Schema.String.check(
  Schema.isPattern(/^\+[1-9]\d{0,3}$/u, { expected: "a + and 1 to 4 digits that do not begin with 0" }),
)

/**
 * Asks whom to connect for a call or text that comes in.
 *
 * - `channel`: a call (`"Voice"`) or a text (`"SMS"`)
 * - `caller`, `dialled`: as the carrier spells them; `CallerNumber.parse` reads both. A number, a SIP URI, a word such
 *   as `anonymous`, or nothing at all
 * - `provider`, `providerId`: who delivers the call, and by which id. The id must not hold the caller's number
 * - `voiceConnectorId`: the connector that the call is for; by default it follows from the dialled number
 * - `attestation`: how far the carrier vouches for the caller's number; absent where it does not say or the check failed
 * - `text`: the body of a message. Only opt-out words are looked for; the text is never stored
 * - `nationalPrefix`: the calling code of numbers without one, such as `+44`
 * - `rules`: the operator's choices
 * - `dryRun`: decides, and neither changes nor remembers anything; `false` by default
 *
 * Caller, dialled number and text are hidden when a request is printed.
 *
 * @category models
 */
export class RouteRequest extends hiding(
  Schema.Class<RouteRequest>("RouteRequest")({
    channel: Capability,
    caller: Schema.String,
    dialled: Schema.String,
    provider: Provider,
    providerId: ProviderId,
    voiceConnectorId: Schema.optionalKey(VoiceConnectorId),
    attestation: Schema.optionalKey(Attestation),
    text: Schema.optionalKey(Schema.String),
    nationalPrefix: Schema.optionalKey(CallingCode),
    rules: Schema.optionalKey(RoutingRules),
    dryRun: Schema.optionalKey(Schema.Boolean),
  }),
  "caller",
  "dialled",
  "text",
) {}

/**
 * A call or text whose numbers have been read: the input of a store.
 *
 * `dialled` is `undefined` where it is no telephone number.
 *
 * @category models
 */
export interface ParsedRoute {
  readonly request: RouteRequest
  readonly caller: CallerNumber.CallerNumber
  readonly dialled: PhoneNumber | undefined
}

/**
 * Reads the numbers of a request. It fails where the provider's id holds the caller's number, since ids are kept and shown.
 *
 * @category combinators
 */
export const parse = (request: RouteRequest): Result.Result<ParsedRoute, InvalidRequest> => {
  const { nationalPrefix, providerId } = request
  const caller = CallerNumber.parse(request.caller, nationalPrefix)
  const dialled = CallerNumber.parse(request.dialled, nationalPrefix)
  if (caller._tag === "Number" && providerId.includes(caller.number.slice(1))) {
    return Result.fail(
      new InvalidRequest({ violations: [{ path: "providerId", rule: "must not hold the caller's number" }] }),
    )
  }
  return Result.succeed({ request, caller, dialled: dialled._tag === "Number" ? dialled.number : undefined })
}

/**
 * Decides a request by what a store knows about it. See `Routing.decide` for the order of the checks.
 *
 * @category rules
 */
export const decide = (
  { caller, dialled, request: { attestation, channel, rules = defaultRoutingRules, text } }: ParsedRoute,
  facts: Pick<Inbound, "connectors" | "fallback" | "held" | "isProxyNumber">,
): Decision =>
  dialled === undefined
    ? new Refuse({ reason: "UnknownNumber" })
    : decideInbound({ ...facts, attestation, caller, channel, dialled, rules, text })

/**
 * Reports what became of a call or text that was connected: never a number, never a text.
 *
 * `channel`, `provider` and `providerId` are those of the {@link RouteRequest}. A call is `Answered` or `Failed`, a text
 * `Sending`, `Delivered` or `Failed`. `seconds` is how long a call lasted, and says that it is over.
 *
 * @category models
 */
export class RecordRequest extends explainedClass(
  Schema.Class<RecordRequest>("RecordRequest")(
    Schema.Struct({
      channel: Capability,
      provider: Provider,
      providerId: ProviderId,
      outcome: Outcome,
      seconds: Schema.optionalKey(
        Schema.Int.check(
          Schema.isBetween({ minimum: 0, maximum: 2_147_483_647 }, { expected: "a whole number of seconds" }),
        ),
      ),
    }).check(
      Schema.makeFilter(({ channel, outcome, seconds }) => {
        const issues: Array<Schema.FilterIssue> = []
        if (channel === "Voice" ? outcome === "Delivered" || outcome === "Sending" : outcome === "Answered") {
          issues.push({ path: ["outcome"], issue: `must not be ${outcome} for ${channel}` })
        }
        if (channel === "SMS" && seconds !== undefined) {
          issues.push({ path: ["seconds"], issue: "must not be there for SMS" })
        }
        return issues
      }),
    ),
  ),
) {}

/**
 * Asks for the calls and texts of a session. Without `voiceConnectorId` the session is found by its own id, which every store makes
 * unique.
 *
 * @category models
 */
export class InteractionsRequest extends explainedClass(
  Schema.Class<InteractionsRequest>("InteractionsRequest")({
    voiceConnectorId: Schema.optionalKey(VoiceConnectorId),
    proxySessionId: ProxySessionId,
  }),
) {}
