/**
 * What becomes of tests that need a program which npm does not bring, where it is not installed.
 */
import { assert, it } from "vitest"

/**
 * Registers a test of this title that is skipped, and says why. `test/skips.ts` lists all of these when the run ends.
 *
 * With `CI` in the environment the test fails instead, since `.ci/run` installs everything that tests need.
 */
export const lacking = (title: string, reason: string): void => {
  it(title, (context) => {
    if ((process.env["CI"] ?? "") !== "") assert.fail(`${reason}, and with CI set nothing may be skipped for that`)
    context.skip(reason)
  })
}
