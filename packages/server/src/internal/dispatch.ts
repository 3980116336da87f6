/**
 * From an operation's wire request to its repository and back.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
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
) => Effect.Effect<Success, ErrorFormat.WireError, ProxySessionRepo | VoiceConnectorProxyRepo>

const handler =
  <Request extends object, A, E extends ErrorOf[OperationName]>(
    operation: Operation.Operation<Request, A, E>,
    run: (request: Request) => Effect.Effect<A, E, ProxySessionRepo | VoiceConnectorProxyRepo>,
  ): Handler =>
  (labels, query, body, options) => {
    const request = WireRequest.decode(operation, labels, query, body)
    if (Result.isFailure(request)) return Effect.fail(ErrorFormat.encode(request.failure))
    return Effect.mapBoth(run(request.success), {
      onFailure: ErrorFormat.encode,
      onSuccess: (value) => ({ status: operation.status, body: WireResponse.encode(operation, value, options) }),
    })
  }

/** One handler for each operation; the compiler asks for all of them. */
export const handlers: Readonly<Record<OperationName, Handler>> = {
  CreateProxySession: handler(Operation.operations.CreateProxySession, (request) =>
    ProxySessionRepo.use((repo) => repo.create(request)),
  ),
  GetProxySession: handler(Operation.operations.GetProxySession, (key) =>
    ProxySessionRepo.use((repo) => repo.get(key)),
  ),
  ListProxySessions: handler(Operation.operations.ListProxySessions, (request) =>
    ProxySessionRepo.use((repo) => repo.list(request)),
  ),
  UpdateProxySession: handler(Operation.operations.UpdateProxySession, (request) =>
    ProxySessionRepo.use((repo) => repo.update(request)),
  ),
  DeleteProxySession: handler(Operation.operations.DeleteProxySession, (key) =>
    ProxySessionRepo.use((repo) => repo.delete(key)),
  ),
  PutVoiceConnectorProxy: handler(Operation.operations.PutVoiceConnectorProxy, (request) =>
    VoiceConnectorProxyRepo.use((repo) => repo.put(request)),
  ),
  GetVoiceConnectorProxy: handler(Operation.operations.GetVoiceConnectorProxy, (key) =>
    VoiceConnectorProxyRepo.use((repo) => repo.get(key)),
  ),
  DeleteVoiceConnectorProxy: handler(Operation.operations.DeleteVoiceConnectorProxy, (key) =>
    VoiceConnectorProxyRepo.use((repo) => repo.delete(key)),
  ),
}
