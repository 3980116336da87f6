/**
 * A Python with boto3 as a process to call, where there is one.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { environment, programs } from "./programs.ts"

export interface Call {
  readonly client: "chime" | "chime-sdk-voice"
  readonly endpoint: string
  readonly method: string
  readonly arguments: object
  /** How boto3 retries: `legacy`, once only, unless told otherwise. */
  readonly mode?: "legacy" | "standard"
}

export interface Outcome {
  readonly status: number
  readonly attempts: number
  readonly answer?: {
    readonly Proxy?: object
    readonly ProxySession?: { readonly ProxySessionId: string; readonly [member: string]: unknown }
    readonly ProxySessions?: ReadonlyArray<{ readonly ProxySessionId: string }>
    readonly NextToken?: string
  }
  readonly requestId?: string
  readonly error?: string
  readonly code?: string
  readonly message?: string
}

/** A boto3 to call, one call at a time. */
export class Boto3 extends Context.Service<Boto3, { readonly call: (call: Call) => Effect.Effect<Outcome> }>()(
  "test/interop/Boto3",
) {}

const script = join(import.meta.dirname, "call_boto3.py")

/** The first Python whose boto3 knows proxy sessions in the namespace; `undefined` if there is none. */
export const findPython = (client: Call["client"]): string | undefined =>
  programs("python3").find((python) => {
    const { status, stdout } = spawnSync(python, [script], { env: environment, input: "", encoding: "utf8" })
    return status === 0 && (client === "chime-sdk-voice" || JSON.parse(stdout).chime === true)
  })

export const layerBoto3 = (python: string) =>
  Layer.effect(
    Boto3,
    Effect.acquireRelease(
      Effect.sync(() => spawn(python, [script], { env: environment, stdio: ["pipe", "pipe", "ignore"] })),
      (child) => Effect.sync(() => child.kill()),
    ).pipe(
      Effect.flatMap((child) => {
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
        const line = Effect.promise(async (): Promise<Outcome> => {
          const { done, value } = await lines.next()
          return done === true ? { status: 0, attempts: 0, error: "boto3 is gone" } : JSON.parse(value)
        })
        const call = (call: Call) =>
          Effect.andThen(
            Effect.sync(() => child.stdin.write(`${JSON.stringify(call)}\n`)),
            line,
          )
        return Effect.as(line, { call })
      }),
    ),
  )
