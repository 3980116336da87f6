import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fault } from "../Fault.ts"
import type { Recording } from "./engine.ts"

/** Faults over operations, and those that no call has met yet. */
export interface Overlay {
  readonly lay: Recording
  readonly unmet: () => ReadonlyArray<string>
}

/** A test that lays two faults over one call is wrong, whatever is recorded: it throws. */
export const overlay = (faults: ReadonlyArray<Fault> = []): Overlay => {
  const calls = new Set<string>()
  for (const { call, operation } of faults) {
    const name = `call ${call} of ${operation}`
    if (calls.has(name)) throw new Error(`there are two faults for ${name}, which can meet only one`)
    calls.add(name)
  }
  const left = new Set(faults)
  const made = new Map<string, number>()
  return {
    unmet: () => Array.from(left, ({ call, operation }) => `the fault of ${operation} ${call}`),
    lay: ({ error, operation }, run) => {
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
    },
  }
}
