/**
 * Every operation by its name, whichever service has it: for a server, a command or a test that treats all of them alike.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf, InputOf, SuccessOf } from "@proxy-session/domain/Operations"
import type * as Effect from "effect/Effect"
import * as ProxySessionRepo from "./ProxySessionRepo.ts"
import * as VoiceConnectorProxyRepo from "./VoiceConnectorProxyRepo.ts"
import * as VoiceConnectors from "./VoiceConnectors.ts"

/**
 * The services that have the operations.
 *
 * @category models
 */
export type Services =
  | ProxySessionRepo.ProxySessionRepo
  | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo
  | VoiceConnectors.VoiceConnectors

/**
 * All operations, each as a call of the service in the context.
 *
 * **Example** (A call whose operation is a parameter)
 *
 * ```ts
 * import type { OperationName } from "@proxy-session/domain/OperationName"
 * import type { InputOf } from "@proxy-session/domain/Operations"
 * import { calls } from "@proxy-session/repo/Calls"
 * import * as Effect from "effect/Effect"
 *
 * export const logged = <Name extends OperationName>(name: Name, input: InputOf[Name]) =>
 *   calls[name](input).pipe(Effect.tapError(({ _tag }) => Effect.logWarning(name, _tag)))
 * ```
 *
 * @category operations
 */
export const calls: {
  readonly [Name in OperationName]: (input: InputOf[Name]) => Effect.Effect<SuccessOf[Name], ErrorOf[Name], Services>
} = { ...ProxySessionRepo.calls, ...VoiceConnectorProxyRepo.calls, ...VoiceConnectors.calls }
