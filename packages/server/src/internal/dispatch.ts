/**
 * From an operation's wire request to its repository and back.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { operations } from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { calls, type Services } from "@proxy-session/repo/Calls"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Result from "effect/Result"

/** A successful answer; without a body, it has none on the wire. */
export interface Success {
  readonly status: number
  readonly body: string | undefined
}

type Handler = (
  labels: WireRequest.Route["labels"],
  query: string,
  body: Uint8Array,
  options: WireResponse.WriteOptions,
) => Effect.Effect<Success, ErrorOf[OperationName], Services>

// oxlint-disable-next-line no-unnecessary-type-parameters -- the name ties the request to the call that takes it
const handler = <Name extends OperationName>(name: Name): Handler => {
  const operation = operations[name]
  const call = calls[name]
  return (labels, query, body, options) => {
    const request = WireRequest.decode(operation, labels, query, body)
    if (Result.isFailure(request)) return Effect.fail(request.failure)
    return Effect.map(call(request.success), (value) => ({
      status: operation.status,
      body: WireResponse.encode(operation, value, options),
    }))
  }
}

/** One handler for each operation. */
export const handlers: Readonly<Record<OperationName, Handler>> = Record.map(operations, (_, name) => handler(name))
