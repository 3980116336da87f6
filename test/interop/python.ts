/**
 * A Python script as a process that stays: it says first what it is, and then answers each line of JSON by another.
 */
import * as Effect from "effect/Effect"
import { spawn, spawnSync } from "node:child_process"
import { createInterface } from "node:readline"
import { environment, programs } from "./programs.ts"

const env = { ...environment, PYTHONWARNINGS: "ignore" }

const introduce = (python: string, script: string) => {
  const { status, stdout } = spawnSync(python, [script], { env, input: "", encoding: "utf8" })
  return status === 0 ? { python, introduction: JSON.parse(stdout) } : undefined
}

const introductions = new Map<string, ReturnType<typeof introduce>>()

/** Asks each once. */
const ask = (python: string, script: string) => {
  const key = `${python} ${script}`
  const known = introductions.has(key) ? introductions.get(key) : introduce(python, script)
  introductions.set(key, known)
  return known
}

/** The first Python here that can run a script and is fit for it, by what the script says of itself. */
export const findPython = (script: string, isFit: (introduction: ReturnType<typeof JSON.parse>) => boolean) => {
  for (const python of programs("python3")) {
    const found = ask(python, script)
    if (found !== undefined && isFit(found.introduction)) return found
  }
  return undefined
}

/** Starts the script and returns the function that asks it, one question at a time; it ends with the scope. */
export const start = (python: string, script: string) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(python, [script], { env, stdio: ["pipe", "pipe", "inherit"] })),
    (child) => Effect.sync(() => child.kill()),
  ).pipe(
    Effect.flatMap((child) => {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const line = Effect.promise(async () => {
        const { done, value } = await lines.next()
        if (done === true) throw new Error(`${script} has ended`)
        return JSON.parse(value)
      })
      const ask = (question: object) =>
        Effect.andThen(
          Effect.sync(() => child.stdin.write(`${JSON.stringify(question)}\n`)),
          line,
        )
      return Effect.as(line, ask)
    }),
  )
