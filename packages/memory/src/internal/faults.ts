import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** What the next calls of an operation are to suffer, each taken once, in the order in which they were told. */
interface Queue<Error> {
  readonly failures: Array<Error>
  readonly delays: Array<Duration.Input>
}

export type Faults = { readonly [Name in OperationName]: Queue<ErrorOf[Name]> }

export const make = (): Faults => {
  const queue = () => ({ failures: [], delays: [] })
  return {
    CreateProxySession: queue(),
    GetProxySession: queue(),
    ListProxySessions: queue(),
    UpdateProxySession: queue(),
    DeleteProxySession: queue(),
    PutVoiceConnectorProxy: queue(),
    GetVoiceConnectorProxy: queue(),
    DeleteVoiceConnectorProxy: queue(),
  }
}

/** A call that first suffers what is due. */
export const suffer = <A, Error>(queue: Queue<Error>, call: Effect.Effect<A, Error>): Effect.Effect<A, Error> =>
  Effect.suspend(() => {
    const delay = queue.delays.shift()
    const failure = queue.failures.shift()
    const outcome = failure === undefined ? call : Effect.fail(failure)
    return delay === undefined ? outcome : Effect.delay(outcome, delay)
  })
