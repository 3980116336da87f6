/**
 * One attempt on the wire: a signed request, and the whole response or the reason why there is none.
 */
import * as Redaction from "@proxy-session/domain/Redaction"
import type { Outcome, TransportReason } from "@proxy-session/domain/TransportError"
import type { WireRequest } from "@proxy-session/protocol/WireRequest"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"

/**
 * A signed request. `path` has the query with it. Both are percent-encoded and must be sent as they are, since they are
 * signed.
 *
 * Printed, it shows neither its path, its body nor what it is signed with.
 *
 * @category models
 */
export class Request extends Inspectable.Class {
  readonly method: WireRequest["method"]
  readonly origin: string
  readonly path: string
  /** By lower-case names. The transport adds `host`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined

  constructor(fields: Pick<Request, "body" | "headers" | "method" | "origin" | "path">) {
    super()
    this.method = fields.method
    this.origin = fields.origin
    this.path = fields.path
    this.headers = Object.assign(new SignedHeaders(), fields.headers)
    this.body = fields.body
  }
  toJSON(): unknown {
    return { _id: "@proxy-session/http/Request", method: this.method, origin: this.origin, headers: this.headers }
  }
}

/** The headers of a request, which hide the secrets among them from those who print headers alone. */
class SignedHeaders extends Inspectable.Class {
  toJSON(): unknown {
    const headers: Record<string, string> = Object.fromEntries(Object.entries(this))
    return Redaction.hide(headers, ...secretHeaders)
  }
}

/**
 * The headers of a request that hold secrets.
 *
 * @internal
 */
export const secretHeaders: ReadonlyArray<string> = ["authorization", "x-amz-security-token"]

/**
 * The head of a response. Headers are by lower-case names. One that was sent several times is one with all its values.
 *
 * @category models
 */
export interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

/**
 * A whole response. Printed, it shows its status alone.
 *
 * @category models
 */
export class Response extends Inspectable.Class implements Head {
  readonly status: number
  readonly headers: Head["headers"]
  readonly body: Uint8Array

  constructor({ headers, status }: Head, body: Uint8Array) {
    super()
    this.status = status
    this.headers = headers
    this.body = body
  }
  toJSON(): unknown {
    return { _id: "@proxy-session/http/Response", status: this.status }
  }
}

/**
 * There is no usable response.
 *
 * - `outcome`: `NotSent` is certain that nothing of the request arrived
 * - `code`: the error's own code, such as `ECONNREFUSED`, where it is known to be safe to log
 * - `head`: that of a response that cannot be used; it is not printed
 *
 * @category errors
 */
export class TransportFailure extends Data.TaggedError("TransportFailure")<{
  readonly reason: TransportReason
  readonly outcome: Outcome
  readonly code?: string
  readonly head?: Head
}> {
  override get message(): string {
    return `no usable response (${this.code ?? this.reason})`
  }
  override toJSON(): unknown {
    const { _tag, code, outcome, reason } = this
    return { _tag, reason, outcome, ...(code === undefined ? {} : { code }) }
  }
}

/**
 * Sends a request and reads the response, up to `limit` bytes of its body. A redirect is not followed but is a failure.
 *
 * It ends by the deadline, in milliseconds on Effect's monotonic clock. It calls `onBegin` before anything of the request
 * can leave, each time that it sends it: an attempt that begins twice may have been carried out the first time.
 *
 * @category models
 */
export type Send = (
  request: Request,
  limit: number,
  deadline: number,
  onBegin: () => void,
) => Effect.Effect<Response, TransportFailure>
