import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import goldens from "./goldens/query.json" with { type: "json" }
import { connector, layerAnswer, run } from "./harness.ts"

const answer = layerAnswer(200, JSON.stringify(goldens.answer))

describe("--query does what the AWS CLI does", () => {
  for (const format of ["json", "text"] as const) {
    for (const [group, cases] of Map.groupBy(goldens.cases, ({ group }) => group)) {
      const recorded = cases.flatMap(({ query, ...expect }) => {
        const expected = expect[format]
        return expected === undefined ? [] : [{ query, expected: { stderr: "", ...expected } }]
      })
      it.effect(`in ${format}: ${group}, ${recorded.length} of ${recorded.length}`, () =>
        Effect.gen(function* () {
          for (const { expected, query } of recorded) {
            const argv = ["list-proxy-sessions", ...connector, "--output", format, "--query", query]
            const { code, stderr, stdout } = yield* run(argv)
            assert.deepStrictEqual({ query, exitCode: code, stdout, stderr }, { query, ...expected })
          }
        }).pipe(Effect.provide(answer)),
      )
    }
  }
})
