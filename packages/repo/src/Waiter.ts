/**
 * Waiting until a session is what one waits for.
 */
import * as Input from "@proxy-session/domain/Input"
import { type ProxySession, ProxySessionStatus } from "@proxy-session/domain/ProxySession"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { ProxySessionRepo } from "./ProxySessionRepo.ts"

/**
 * The wait was in vain: the time (or the schedule) ran out, or the session has `Closed`, after which nothing about it
 * changes any more.
 *
 * `status` is the one that was seen last; it is absent if no answer came in time.
 *
 * @category errors
 */
export class WaiterError extends Schema.TaggedError<WaiterError>()("WaiterError", {
  reason: Schema.Literals(["Timeout", "Closed"]),
  voiceConnectorId: VoiceConnectorId,
  proxySessionId: ProxySessionId,
  status: Schema.optionalKey(ProxySessionStatus),
}) {
  override get message(): string {
    return this.reason === "Closed"
      ? `Proxy session ${this.proxySessionId} closed before it became what was waited for`
      : `Proxy session ${this.proxySessionId} did not become what was waited for in time (last seen: ${this.status ?? "nothing"})`
  }
}

/**
 * How long to wait, and how often to look.
 *
 * - `timeout`: after which the wait ends with a {@link WaiterError}, even amid a request
 * - `schedule`: when to look again, every two seconds by default; when it ends, so does the wait
 *
 * @category models
 */
export interface WaiterOptions {
  readonly timeout: Duration.Input
  readonly schedule?: Schedule.Schedule<unknown, ProxySession>
}

/**
 * Reads a session until it has a status, or until a predicate holds, and returns it as it then is.
 *
 * The first look is immediate. A failing read ends the wait with that failure: what is worth repeating is repeated by the
 * Layer. A session that has `Closed` cannot change any more, so a wait for anything else ends there.
 *
 * **Example** (Until the first call went through)
 *
 * ```ts
 * import * as Waiter from "@proxy-session/repo/Waiter"
 *
 * export const firstCall = (voiceConnectorId: string, proxySessionId: string) =>
 *   Waiter.untilStatus({ voiceConnectorId, proxySessionId }, "InProgress", { timeout: "5 minutes" })
 * ```
 *
 * @category combinators
 */
export const untilStatus: (
  key: Input.Input<typeof ProxySessionKey>,
  goal: ProxySessionStatus | ((session: ProxySession) => boolean),
  options: WaiterOptions,
) => Effect.Effect<ProxySession, ErrorOf["GetProxySession"] | WaiterError, ProxySessionRepo> = Effect.fn(
  "Waiter.untilStatus",
)(function* (input, goal, { schedule = Schedule.spaced("2 seconds"), timeout }) {
  const key = yield* Effect.fromResult(read(input))
  const repo = yield* ProxySessionRepo
  const reached = typeof goal === "function" ? goal : (session: ProxySession) => session.status === goal
  let status: ProxySessionStatus | undefined
  const inVain = (reason: WaiterError["reason"]) =>
    new WaiterError({
      reason,
      voiceConnectorId: key.voiceConnectorId,
      proxySessionId: key.proxySessionId,
      ...(status === undefined ? {} : { status }),
    })
  const session = yield* repo.get(key).pipe(
    Effect.tap((session) => {
      status = session.status
      return Effect.void
    }),
    Effect.repeat({ schedule, until: (session) => reached(session) || session.status === "Closed" }),
    Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(inVain("Timeout")) }),
  )
  return reached(session) ? session : yield* inVain(session.status === "Closed" ? "Closed" : "Timeout")
})

const read = Input.reader(ProxySessionKey, "GetProxySession")
