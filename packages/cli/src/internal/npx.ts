/**
 * The end of the npx that has started this command.
 *
 * npx passes a signal on to the shell between the two, which ends and does not pass it on: the command would go on alone.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Schedule from "effect/Schedule"
import { kill, pid, ppid } from "node:process"

interface Ancestor {
  readonly parent: number
  readonly title: string
}

/** Linux tells it in files. */
const statusOf = (pid: number) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(`/proc/${pid}/status`))

const inspect = (pid: number) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const parent = Number(/^PPid:\s*(\d+)/mu.exec(yield* statusOf(pid))?.[1])
    const title = yield* files.readFileString(`/proc/${pid}/cmdline`)
    return { parent, title: title.replaceAll("\0", " ") }
  }).pipe(
    Effect.catch(() =>
      Effect.flatMap(ChildProcessSpawner, (spawner) =>
        spawner.string(ChildProcess.make("ps", ["-o", "ppid=,args=", "-p", String(pid)])),
      ).pipe(
        Effect.map((line): Ancestor => {
          const [, parent, title = ""] = /^\s*(\d+)\s+(.*)/u.exec(line) ?? []
          return { parent: Number(parent), title }
        }),
      ),
    ),
  )

const isNpx = ({ title }: Ancestor): boolean => /^(?:npm exec|npx)\b|\bnpx-cli\.js\b|\bnpm-cli\.js exec\b/u.test(title)

/** npx and the shell that it has started; between that and this command may be a package manager and another shell. */
const find = Effect.gen(function* () {
  let child = pid
  let parent = ppid
  for (let steps = 0; steps < 8 && parent > 1; steps++) {
    const ancestor: Ancestor = yield* inspect(parent)
    if (isNpx(ancestor)) return [parent, child]
    child = parent
    parent = ancestor.parent
  }
  return []
}).pipe(Effect.orElseSucceed(() => []))

/** Signal 0 is not sent; it fails where there is no such process. */
const exists = (pid: number): boolean => {
  try {
    return kill(pid, 0)
  } catch {
    return false
  }
}

/** A process that nobody has waited for exists, but has ended. */
const isRunning = (pid: number) =>
  Effect.match(statusOf(pid), {
    onFailure: () => exists(pid),
    onSuccess: (status) => !/^State:\s*[XZ]/mu.test(status),
  })

/** Runs an effect, and interrupts it soon after npx or its shell has ended. Without npx it just runs it. */
export const whileItRuns = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E, ChildProcessSpawner | FileSystem.FileSystem | R> =>
  // They are looked for first: once the shell has ended, they are not found any more.
  Effect.flatMap(find, (processes) => {
    const areRunning = Effect.map(Effect.forEach(processes, isRunning), (running) => running.every(Boolean))
    const ended = Effect.repeat(areRunning, { schedule: Schedule.spaced("250 millis"), while: (running) => running })
    return processes.length === 0 ? effect : Effect.raceFirst(effect, Effect.andThen(ended, Effect.interrupt))
  })
