/**
 * An AWS CLI to call, where there is one.
 *
 * It starts slowly, so one process runs all commands where it is a Python package; the bundle that Amazon ships is none, and
 * starts anew for each.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import * as OurCli from "../../packages/cli/test/harness.ts"
import { environment, programs } from "./programs.ts"
import { findPython, start } from "./python.ts"

/** The network for our own command, which is not what is tried here. */
export const network = Layer.effect(
  OurCli.Network,
  Effect.map(HttpClient.HttpClient, (client) => ({ client, requests: [], timeouts: [] })),
).pipe(Layer.provide(FetchHttpClient.layer))

export type Namespace = "chime" | "chime-sdk-voice"

export interface Command {
  readonly argv: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
}

export interface Printed {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Run = (command: Command) => Effect.Effect<Printed>

export class AwsCli extends Context.Service<AwsCli, { readonly run: Run }>()("test/interop/AwsCli") {}

const script = join(import.meta.dirname, "call_awscli.py")

const alone =
  (aws: string): Run =>
  ({ argv, env }) =>
    Effect.callback<Printed>((resume) => {
      const child = spawn(aws, argv, { env })
      let [stdout, stderr] = ["", ""]
      child.stdout.on("data", (chunk) => void (stdout += chunk))
      child.stderr.on("data", (chunk) => void (stderr += chunk))
      child.on("close", (code) => resume(Effect.succeed({ code, stderr, stdout })))
      return Effect.sync(() => child.kill())
    })

const knows = (aws: string, namespace: Namespace): boolean =>
  spawnSync(aws, [namespace, "create-proxy-session", "--generate-cli-skeleton", "input"], { env: environment })
    .status === 0

const layerOf = (run: Effect.Effect<Run, never, Scope.Scope>) =>
  Layer.effect(
    AwsCli,
    Effect.map(run, (run) => ({ run })),
  )

/** The first AWS CLI here that knows proxy sessions in the namespace, and its version; `undefined` if there is none. */
export const findAwsCli = (namespace: Namespace) => {
  const found = findPython(script, ({ namespaces }) => namespaces.includes(namespace))
  if (found !== undefined) {
    return { version: String(found.introduction.version), layer: layerOf(start(found.python, script)) }
  }
  const aws = programs("aws").find((aws) => knows(aws, namespace))
  if (aws === undefined) return undefined
  const { stdout } = spawnSync(aws, ["--version"], { env: environment, encoding: "utf8" })
  return { version: stdout.replace(/^aws-cli\//u, ""), layer: layerOf(Effect.succeed(alone(aws))) }
}
