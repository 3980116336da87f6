import { assert, it } from "@effect/vitest"
import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
import type { Fault } from "@proxy-session/replay/Fault"
import * as Effect from "effect/Effect"
import { defectOf, nobody, shelf } from "./support.ts"

it.effect("two faults for one call are told when the Layer is built, since the second could never be met", () =>
  Effect.gen(function* () {
    const { cassettes, record, replay } = shelf()
    yield* record(nobody)
    const twice: ReadonlyArray<Fault> = [
      { operation: "GetProxySession", call: 1, fault: new ThrottledClientException({ message: "busy" }) },
      { operation: "GetProxySession", call: 1, fault: "hang" },
    ]
    const told = "there are two faults for call 1 of GetProxySession, which can meet only one"
    const calls = { made: 0 }
    const counted = Effect.andThen(
      Effect.sync(() => calls.made++),
      nobody,
    )
    assert.include(String(defectOf(yield* replay(counted, { faults: twice }))), told)
    cassettes.clear()
    assert.include(String(defectOf(yield* record(counted, { faults: twice }))), told)
    assert.deepStrictEqual([calls.made, cassettes.size], [0, 0])
  }),
)
