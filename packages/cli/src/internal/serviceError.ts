import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type CommandFailure, failed } from "../ExitCode.ts"
import * as Json from "./json.ts"
import { isDict, str, typeName, type Value } from "./python.ts"

/** A response as it came. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** An error of the service, and whether another attempt makes sense. */
export interface ServiceError {
  readonly code: string
  readonly message: string
  readonly isTransient: boolean
  readonly isThrottling: boolean
}

/** What Python calls the statuses of servers that gave no reason. */
const phrases: Readonly<Record<number, string>> = {
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates",
  507: "Insufficient Storage",
  508: "Loop Detected",
  510: "Not Extended",
  511: "Network Authentication Required",
}

const transient = new Set(["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"])

const throttling = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottledException",
  "TooManyRequestsException",
  "ProvisionedThroughputExceededException",
  "TransactionInProgressException",
  "RequestLimitExceeded",
  "BandwidthLimitExceeded",
  "LimitExceededException",
  "RequestThrottled",
  "SlowDown",
  "PriorRequestNotComplete",
  "EC2ThrottledException",
])

/**
 * Reads an error of the service as botocore does: the code from the header, else from the body, else the status.
 *
 * Source: botocore's `parsers.py` and `retries/standard.py`.
 */
export const errorOf = (answer: Answer): Effect.Effect<ServiceError, CommandFailure> => {
  const isNoService = answer.status >= 500 && /^\s*(?:<html>|$)/u.test(answer.body)
  if (isNoService) return Effect.succeed(of(answer, String(answer.status), phrases[answer.status] ?? ""))
  const body = parse(answer.body)
  if (!isDict(body)) return failed(`'${typeName(body)}' object has no attribute 'get'`)
  // botocore takes 300 for no error when it reads the body, and for one when it looks at the status.
  if (answer.status === 300) return Effect.succeed(of(answer, "Unknown", "Unknown"))
  const text = (...names: ReadonlyArray<string>): string | undefined => {
    const name = names.find((name) => body.has(name))
    return name === undefined ? undefined : str(body.get(name) ?? null)
  }
  const type = answer.headers["x-amzn-errortype"]
  const code =
    type?.split(":", 1)[0] ?? text("code", "Code") ?? text("__type")?.split("#").at(-1) ?? String(answer.status)
  return Effect.succeed(of(answer, code, text("message", "Message") ?? ""))
}

const of = ({ status }: Answer, code: string, message: string): ServiceError => ({
  code,
  message,
  isTransient: [500, 502, 503, 504].includes(status) || transient.has(code) || throttling.has(code),
  isThrottling: throttling.has(code),
})

const parse = (body: string): Value =>
  body === "" ? new Map() : Result.getOrElse(Json.read(body), () => new Map([["message", body]]))
