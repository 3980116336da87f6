/**
 * Runs an example that is a whole program, such as a server, in a process of its own.
 */
import { spawn } from "node:child_process"

/** What became of a program: its URL if it serves, and else how it ended and what it said. */
export type Outcome =
  | { readonly url: string; readonly stop: () => Promise<number | null> }
  | { readonly code: number | null; readonly said: string }

/** Starts the program, and waits until it says where it listens, or ends. */
export const start = (file: string): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] })
    const ended = new Promise<number | null>((end) => child.on("close", end))
    let said = ""
    const stop = () => {
      child.kill("SIGTERM")
      return ended
    }
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const url = /Listening on (?<url>http:\/\/[\w.:]+)/u.exec(said)?.groups?.["url"]
      if (url !== undefined) resolve({ url, stop })
    }
    child.stdout.on("data", hear)
    child.stderr.on("data", hear)
    child.on("error", reject)
    void ended.then((code) => resolve({ code, said }))
  })
