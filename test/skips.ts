/**
 * A reporter that lists at the end of a run which tests were skipped, and why.
 */
import type { Reporter, TestModule } from "vitest/node"

export const skips: Reporter = {
  onTestRunEnd: (modules: ReadonlyArray<TestModule>) => {
    const lines = modules.flatMap(({ children, relativeModuleId }) =>
      [...children.allTests("skipped")].flatMap((test) => {
        const result = test.result()
        const reason = result.state === "skipped" ? result.note : undefined
        return reason === undefined ? [] : [`  ${relativeModuleId} > ${test.fullName}: ${reason}\n`]
      }),
    )
    if (lines.length > 0) process.stdout.write(`\nSkipped, for want of something:\n${lines.join("")}\n`)
  },
}
