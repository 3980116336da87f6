/**
 * Errors on the wire: a status, a header that names the exception, and a body with the service's own code and message.
 */
import * as CommonError from "@proxy-session/domain/CommonError"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import * as Redaction from "@proxy-session/domain/Redaction"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { toWirePath } from "./internal/wireName.ts"
import type { Operation } from "./Operation.ts"

/**
 * The exceptions that operations declare, each with its HTTP status and the code in its body.
 *
 * The code is not the exception's name: clients that took it for the name could not tell errors apart.
 *
 * Source: `httpError` of each exception and shape `ErrorCode`.
 *
 * @category constants
 */
export const exceptions = {
  BadRequestException: { status: 400, code: "BadRequest" },
  UnauthorizedClientException: { status: 401, code: "Unauthorized" },
  ForbiddenException: { status: 403, code: "Forbidden" },
  NotFoundException: { status: 404, code: "NotFound" },
  ThrottledClientException: { status: 429, code: "Throttled" },
  ServiceFailureException: { status: 500, code: "ServiceFailure" },
  ServiceUnavailableException: { status: 503, code: "ServiceUnavailable" },
  AccessDeniedException: { status: 403, code: "AccessDenied" },
  ResourceLimitExceededException: { status: 400, code: "ResourceLimitExceeded" },
  ConflictException: { status: 409, code: "Conflict" },
} as const

/**
 * An error answer, but for the request id.
 *
 * @category models
 */
export interface WireError {
  readonly status: number
  readonly type: string
  readonly code: string
  readonly message: string
}

/** How many violations a message tells: a list of 100,000 wrong items would otherwise make one of megabytes. */
const maxViolations = 20

/**
 * Writes any error of any operation for the wire.
 *
 * What the service itself says goes out as it is. A request that breaks the model is a `BadRequestException` that names
 * its first 20 violations. Failures
 * on the way to a service behind the server have no words of their own on the wire: not sent is
 * `ServiceUnavailableException`, anything else `ServiceFailureException`.
 *
 * @category encoding
 */
export const encode = (error: ErrorOf[OperationName]): WireError => {
  switch (error._tag) {
    case "InvalidRequest":
      return declared(
        "BadRequestException",
        [
          ...error.violations.slice(0, maxViolations).map(({ path, rule }) => `${toWirePath(path)} ${rule}`),
          ...(error.violations.length > maxViolations ? ["and others"] : []),
        ].join("; "),
      )
    case "UnmodeledServiceError":
      return {
        status: error.status,
        type: error.type ?? error.code ?? "",
        code: error.code ?? error.type ?? "",
        message: error.message,
      }
    case "TransportError":
      return declared(
        error.outcome === "NotSent" ? "ServiceUnavailableException" : "ServiceFailureException",
        "The service behind this server gave no usable answer",
      )
    case "MalformedResponse":
    case "CredentialsError":
      return declared("ServiceFailureException", "The service behind this server could not be used")
    default:
      return declared(error._tag, error.message, error.code)
  }
}

const declared = (type: keyof typeof exceptions, message: string, code?: string): WireError => ({
  status: exceptions[type].status,
  type,
  code: code ?? exceptions[type].code,
  message,
})

/**
 * The JSON body of an error answer.
 *
 * @category encoding
 */
export const body = (error: WireError): string => JSON.stringify({ Code: error.code, Message: error.message })

/**
 * An answer that is not a success, as it came: its headers by lower-case name, its body as text.
 *
 * @category models
 */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** What a request id is as a rule; every traced call has one, and there is nothing in it to look for. */
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u

/**
 * The request id of an answer, under any of the three names that AWS uses, made safe to log like its messages: `secrets`
 * are what the request held.
 *
 * @category decoding
 */
export const requestId = (headers: Answer["headers"], secrets: Iterable<string> = []): string | undefined => {
  const id = headers["x-amzn-requestid"] ?? headers["x-amzn-request-id"] ?? headers["x-amz-request-id"]
  return id === undefined || uuid.test(id) ? id : safe(id, secrets)
}

/** How much of a text somebody else wrote is told: AWS's messages take some hundred characters. */
const told = 4096

const safe = (text: string, secrets: Iterable<string>): string => {
  const known = [...secrets]
  // How much is looked through: enough that the first half of a secret at its end, escaped as it may be, is not told.
  const reach = 16 * known.reduce((longest, { length }) => Math.max(longest, length), told)
  const scrubbed = Redaction.scrub(text.slice(0, reach), known)
  // It is far behind what is told, unless all was secrets.
  const wasSecret = text.length > reach && scrubbed.length < reach / 2
  return wasSecret ? Redaction.placeholder : scrubbed.slice(0, told)
}

/** A session may be named like a part of an error's name, which says nothing of it: that of a known one stays as it is. */
const safeName = (name: string, secrets: Iterable<string>): string =>
  names.has(name) || CommonError.reasonOf(name) !== undefined ? name : safe(name, secrets)

const names = new Set(Object.entries(exceptions).flatMap(([type, { code }]) => [type, code]))

/**
 * Reads an error answer: one of the operation's declared errors, or else an `UnmodeledServiceError` that keeps the
 * status, the code and the request id.
 *
 * The exception's name is the header `x-amzn-errortype`, else the body's `code`, else its `__type`, each without what
 * precedes a `#` or follows a `:` (Smithy's restJson1). Where none of them is present, a body's `Code` that agrees with
 * the status will do. The message is made safe to log, and cut after 4,096 characters; `secrets` are what the request held.
 *
 * @category decoding
 */
export const decode = <Request, Success, Error>(
  operation: Operation<Request, Success, Error>,
  answer: Answer,
  secrets: Iterable<string> = [],
): Error => {
  const fields = members(answer.body)
  const code = text(fields.get("Code"))
  const type = sanitize(answer.headers["x-amzn-errortype"] ?? text(fields.get("code")) ?? text(fields.get("__type")))
  const id = requestId(answer.headers, secrets)
  const message =
    text(fields.get("message")) ?? text(fields.get("Message")) ?? `HTTP status ${answer.status}, no message`
  const common = {
    message: safe(message, secrets),
    ...(code === undefined ? {} : { code: safeName(code, secrets) }),
    ...(id === undefined ? {} : { requestId: id }),
  }
  const unmodeled = {
    _tag: "UnmodeledServiceError",
    status: answer.status,
    ...(type === undefined ? {} : { type: safeName(type, secrets) }),
    ...common,
  }
  const known = type ?? named(answer.status, code)
  const decode = Schema.decodeUnknownResult(operation.error)
  const isKnown = known !== undefined && Object.hasOwn(exceptions, known)
  return Result.getOrElse(decode(isKnown ? { _tag: known, ...common } : unmodeled), () =>
    Result.getOrThrow(decode(unmodeled)),
  )
}

const members = (body: string): ReadonlyMap<string, unknown> => {
  try {
    const json: unknown = JSON.parse(body)
    return new Map(typeof json === "object" && json !== null ? Object.entries(json) : [])
  } catch {
    return new Map()
  }
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined)

const sanitize = (type: string | undefined): string | undefined =>
  text(type?.split(":", 1)[0]?.split("#").at(-1)?.trim())

const named = (status: number, code: string | undefined): string | undefined =>
  Object.entries(exceptions).find(([, exception]) => exception.status === status && exception.code === code)?.[0]
