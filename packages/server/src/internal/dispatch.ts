/**
 * From an operation's wire request to its repository and back.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf, InputOf, SuccessOf } from "@proxy-session/domain/Operations"
import { UnmodeledServiceError } from "@proxy-session/domain/ServiceError"
import { connectorOperations } from "@proxy-session/protocol/ConnectorOperation"
import type { Rows } from "@proxy-session/protocol/Operation"
import { sessionOperations } from "@proxy-session/protocol/SessionOperation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as VoiceConnectors from "@proxy-session/repo/VoiceConnectors"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Result from "effect/Result"

/** A successful answer; without a body, it has none on the wire. */
export interface Success {
  readonly status: number
  readonly body: string | undefined
}

type Repositories = ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo

type Handler<R> = (
  labels: WireRequest.Route["labels"],
  query: string,
  body: Uint8Array,
  options: WireResponse.WriteOptions,
) => Effect.Effect<Success, ErrorOf[OperationName], R>

type Calls<Names extends OperationName, R> = {
  readonly [Name in Names]: (input: InputOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name], R>
}

const handlerOf =
  <Names extends OperationName, R>(operations: Rows<Names>, calls: Calls<Names, R>) =>
  // oxlint-disable-next-line no-unnecessary-type-parameters -- the name ties the request to the call that takes it
  <Name extends Names>(name: Name): Handler<R> => {
    const operation = operations[name]
    const call = calls[name]
    return (labels, query, body, options) => {
      const request = WireRequest.decode(operation, labels, query, body)
      if (Result.isFailure(request)) return Effect.fail(request.failure)
      return Effect.map(call(request.success), (value) => ({
        status: operation.status,
        body: WireResponse.encode(name, value, options),
      }))
    }
  }

const sessionHandler = handlerOf<keyof typeof sessionOperations, Repositories>(sessionOperations, {
  ...ProxySessionRepo.calls,
  ...VoiceConnectorProxyRepo.calls,
})

const connectorHandler = handlerOf(connectorOperations, VoiceConnectors.calls)

/** Provisioning is optional: a server of an implementation without it says so. */
const optional =
  (run: Handler<VoiceConnectors.VoiceConnectors>): Handler<never> =>
  (...request) =>
    Effect.flatMap(Effect.serviceOption(VoiceConnectors.VoiceConnectors), (connectors) =>
      Option.isSome(connectors)
        ? Effect.provideService(run(...request), VoiceConnectors.VoiceConnectors, connectors.value)
        : Effect.fail(notProvided()),
    )

const notProvided = () =>
  new UnmodeledServiceError({
    status: 501,
    type: "NotImplementedException",
    code: "NotImplemented",
    message: "The store behind this server does not keep Voice Connectors and phone numbers",
  })

/** One handler for each operation. */
export const handlers: Readonly<Record<OperationName, Handler<Repositories>>> = {
  ...Record.map(sessionOperations, (_, name) => sessionHandler(name)),
  ...Record.map(connectorOperations, (_, name) => optional(connectorHandler(name))),
}
