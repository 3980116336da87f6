/**
 * What one `get` allocates. Time is noise on a shared machine; the bytes of the same calls in the same order are not.
 */
import { assert, it } from "vitest"
import { execFileSync } from "node:child_process"
import * as Path from "node:path"

/** Bytes for each call, as of the last change that was meant to change them; on Node 24. */
const kept = { smithy: 47_500, fastSigner: 28_200 }

/** Compiling happens where the program waits for it, so it happens at the same call; no collection takes place between. */
const flags = ["--predictable", "--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"]

const counted: typeof kept = JSON.parse(
  execFileSync(process.execPath, [...flags, Path.join(import.meta.dirname, "count.ts")], { encoding: "utf8" }),
)

it.each(["smithy", "fastSigner"] as const)(
  "a get signed by %s allocates no more than it did, give or take 15 %",
  (key) => {
    const share = counted[key] / kept[key]
    const found = `${counted[key]} bytes where ${kept[key]} are kept`
    assert.isAtMost(share, 1.15, found)
    assert.isAtLeast(share, 0.7, `${found}: keep the lower number`)
  },
)
