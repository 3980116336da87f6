/**
 * A Python with boto3 as a process to call, where there is one.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { findPython, start } from "./python.ts"

export interface Call {
  readonly client: "chime" | "chime-sdk-voice"
  readonly endpoint: string
  readonly method: string
  readonly arguments: object
  /** How boto3 retries: `legacy`, once only, unless told otherwise. */
  readonly mode?: "legacy" | "standard"
}

type Members = Readonly<Record<string, unknown>>

export interface Outcome {
  readonly status: number
  readonly attempts: number
  readonly answer?: {
    readonly Proxy?: object
    readonly ProxySession?: { readonly ProxySessionId: string; readonly [member: string]: unknown }
    readonly ProxySessions?: ReadonlyArray<{ readonly ProxySessionId: string }>
    readonly NextToken?: string
    readonly E164PhoneNumbers?: ReadonlyArray<string>
    readonly PhoneNumber?: Members
    readonly PhoneNumbers?: ReadonlyArray<Members>
    readonly PhoneNumberErrors?: ReadonlyArray<{ readonly PhoneNumberId: string; readonly ErrorCode: string }>
    readonly PhoneNumberOrder?: Members
    readonly VoiceConnector?: Members
    readonly VoiceConnectors?: ReadonlyArray<Members>
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
export const findBoto3 = (client: Call["client"]): string | undefined =>
  findPython(script, ({ chime }) => client === "chime-sdk-voice" || chime)?.python

export const layerBoto3 = (python: string) =>
  Layer.effect(
    Boto3,
    Effect.map(start(python, script), (call) => ({ call })),
  )
