import { availableParallelism } from "node:os"
import { configDefaults, defineConfig } from "vitest/config"
import { skips } from "./test/skips.ts"

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/docs/.generated", "examples/vitest"],
    passWithNoTests: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", skips],
    // No module here keeps state, so the files of a worker share what they have loaded: most of a run was loading Effect.
    isolate: false,
    // Vitest leaves one processor free, which is half of a small machine.
    maxWorkers: availableParallelism(),
  },
})
