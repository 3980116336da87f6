import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"

/**
 * Logs where the defects of a request happened.
 *
 * A defect's message is somebody else's text and may hold what was sent, a telephone number for one, so only its kind
 * and its stack frames are logged.
 */
export const reportDefects = (requestId: string, cause: Cause.Cause<unknown>): Effect.Effect<void> =>
  Effect.logError("A request failed with a defect").pipe(
    Effect.annotateLogs({ requestId, defects: cause.reasons.filter(Cause.isDieReason).map(describe) }),
  )

const describe = ({ defect }: Cause.Die): string => {
  if (!(defect instanceof Error)) return typeof defect
  const stack = defect.stack ?? ""
  const frames = stack.slice(stack.indexOf(defect.message) + defect.message.length)
  return [defect.constructor.name, ...(frames.match(/^ +at .+$/gmu) ?? [])].join("\n")
}
