/**
 * A real browser, where this machine has one.
 */
import * as Effect from "effect/Effect"
import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The command that starts it, or `undefined`. */
export const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"], { timeout: 20_000 }).status === 0,
)

/** It asks nobody on the network for anything. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
]

/** Opens a page for as long as the scope is open, with a profile of its own. */
export const browse = (url: string, ...more: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const profile = mkdtempSync(join(tmpdir(), "proxy-session-browser-"))
      const argv = [...flags, ...more, `--user-data-dir=${profile}`, url]
      // It is the leader of a group of its own, so that all of its processes end with it.
      return { profile, child: spawn(chromium ?? "chromium", argv, { stdio: "ignore", detached: true }) }
    }),
    ({ child, profile }) =>
      Effect.promise(async () => {
        const closed = new Promise((resolve) => child.once("close", resolve))
        if (child.pid !== undefined && child.exitCode === null) {
          process.kill(-child.pid, "SIGKILL")
          await closed
        }
        rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      }),
  )
