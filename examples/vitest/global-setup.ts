/**
 * One stand-in for all tests of a run: the one that STAND_IN_URL names, or one that is started by the command in
 * STAND_IN_COMMAND.
 */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    readonly standIn: string
  }
}

export default async ({ provide }: TestProject) => {
  const given = process.env["STAND_IN_URL"]
  if (given !== undefined) return provide("standIn", given)
  const command = process.env["STAND_IN_COMMAND"] ?? "npx -y ./proxy-session-cli-0.0.0.tgz"
  const [program = "", ...argv] = command.split(" ")
  const server = spawn(program, [...argv, "serve", "--port", "0", "--accounts", "any"], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  for await (const line of createInterface(server.stdout)) {
    provide("standIn", line.replace("listening on ", ""))
    break
  }
  return () => void server.kill()
}
