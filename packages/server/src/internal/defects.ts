import type { WireError } from "@proxy-session/protocol/ErrorFormat"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Refusal from "./refusal.ts"

/**
 * Turns a defect into the service's own failure and logs where it happened.
 *
 * A defect's message is somebody else's text and may hold what was sent, a telephone number for one, so only its kind
 * and its stack frames are logged.
 */
export const reportDefects =
  (requestId: string) =>
  <A, R>(effect: Effect.Effect<A, WireError, R>): Effect.Effect<A, WireError, R> =>
    Effect.catchCause(effect, (cause) => {
      const refusal = Cause.findError(cause)
      return Result.isSuccess(refusal)
        ? Effect.fail(refusal.success)
        : Effect.logError("A request failed with a defect").pipe(
            Effect.annotateLogs({ requestId, defects: cause.reasons.filter(Cause.isDieReason).map(describe) }),
            Effect.andThen(Effect.fail(Refusal.failure)),
          )
    })

const describe = ({ defect }: Cause.Die): string => {
  if (!(defect instanceof Error)) return typeof defect
  const stack = defect.stack ?? ""
  const frames = stack.slice(stack.indexOf(defect.message) + defect.message.length)
  return [defect.constructor.name, ...(frames.match(/^ +at .+$/gmu) ?? [])].join("\n")
}
