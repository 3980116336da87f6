import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { CassetteUnused } from "../CassetteError.ts"
import type { Fault } from "../Fault.ts"
import type { Recording } from "./engine.ts"

/** Lays faults over operations. Those that were not met when the scope closes well are told. */
export const overlay = Effect.fnUntraced(function* (
  cassette: string,
  faults: ReadonlyArray<Fault>,
): Effect.fn.Return<Recording, never, Scope.Scope> {
  const left = new Set(faults)
  const made = new Map<string, number>()
  yield* Effect.addFinalizer((exit) => {
    const remaining = Array.from(left, ({ call, operation }) => `the fault of ${operation} ${call}`)
    return Exit.isSuccess(exit) && remaining.length > 0
      ? Effect.die(new CassetteUnused({ cassette, remaining }))
      : Effect.void
  })
  return ({ error, operation }, run) => {
    const own = faults.filter((each) => each.operation === operation)
    if (own.length === 0) return run
    const isOwn = Schema.is(error)
    return (request) =>
      Effect.suspend(() => {
        const call = (made.get(operation) ?? 0) + 1
        made.set(operation, call)
        const met = own.find((each) => each.call === call)
        if (met === undefined) return run(request)
        left.delete(met)
        if (met.fault === "hang") return Effect.never
        return isOwn(met.fault) ? Effect.fail(met.fault) : Effect.die(met.fault)
      })
  }
})
