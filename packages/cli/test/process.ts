/**
 * The command as a process of its own: the bundle that is published, which starts in a third of the time.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { spawn as spawnProcess } from "node:child_process"
import { join } from "node:path"
import { command } from "../../../scripts/bundle.ts"

let bundled: string | undefined
const bin = () => (bundled ??= join(command(), "proxy-session.cjs"))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the command; when the scope closes, it is killed if it still runs. */
export const spawn = (argv: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const lines = [yield* Deferred.make<string, Ended>(), yield* Deferred.make<string, Ended>()] as const
    const ended = yield* Deferred.make<Ended>()
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => {
        // Nothing of this machine's own configuration gets in.
        const child = spawnProcess(process.execPath, [bin(), ...argv], { env: { HOME: "/nonexistent", ...env } })
        let stdout = ""
        let stderr = ""
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          stderr += text
        })
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          stdout += text
          for (const [index, line] of stdout.split("\n").slice(0, -1).entries()) {
            const awaited = lines[index]
            if (awaited !== undefined) Deferred.doneUnsafe(awaited, Effect.succeed(line))
          }
        })
        child.on("close", (code) => {
          for (const line of lines) Deferred.doneUnsafe(line, Effect.fail({ code, stdout, stderr }))
          Deferred.doneUnsafe(ended, Effect.succeed({ code, stdout, stderr }))
        })
        return child
      }),
      (child) => Effect.sync(() => void (child.exitCode === null && child.kill("SIGKILL"))),
    )
    return {
      firstLine: Deferred.await(lines[0]),
      secondLine: Deferred.await(lines[1]),
      ended: Deferred.await(ended),
      stop: (signal: "SIGINT" | "SIGKILL" | "SIGTERM") =>
        Effect.andThen(
          Effect.sync(() => child.kill(signal)),
          Deferred.await(ended),
        ),
    }
  })

/** Runs the command to its end. */
export const execute = (argv: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) =>
  Effect.scoped(Effect.flatMap(spawn(argv, env), ({ ended }) => ended))

/** Starts a server and answers its URL, once it says that it listens. */
export const serve = (argv: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const server = yield* spawn(["serve", "--port", "0", ...argv], env)
    const line = yield* server.firstLine
    return { ...server, line, url: line.replace("listening on ", "") }
  })
