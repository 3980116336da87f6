/**
 * Servers of the command, each a process of its own.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import * as Http from "node:http"
import * as Path from "node:path"
import { createInterface } from "node:readline"

export interface Replica {
  readonly port: number
  readonly monitoring: number
  readonly stop: (signal: "SIGKILL" | "SIGTERM") => void
  readonly ended: Promise<unknown>
  readonly agent: Http.Agent
  isReady: boolean
}

const main = Path.join(import.meta.dirname, "../../packages/cli/src/bin.ts")

/** A server over a database, or in memory for `memory:`, that serves on for a second when it is told to stop. */
export const start = async (url: string): Promise<Replica> => {
  const argv = ["serve", "--port", "0", "--monitoring-port", "0", "--no-auth", "--drain", "1 second"]
  const child = spawn(process.execPath, [main, ...argv], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, PROXY_SESSION_DATABASE_URL: url },
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const portOf = async () => Number(new URL(String((await lines.next()).value).split(" on ")[1] ?? "").port)
  const port = await portOf()
  const monitoring = await portOf()
  const agent = new Http.Agent({ keepAlive: true })
  return {
    port,
    monitoring,
    isReady: true,
    agent,
    ended: once(child, "exit"),
    stop: (signal) => void child.kill(signal),
  }
}
