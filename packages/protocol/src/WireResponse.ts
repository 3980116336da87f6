/**
 * Successful answers on the wire, written by a server and read by a client.
 */
import { type Violation, violations } from "@proxy-session/domain/InvalidRequest"
import type { Namespace } from "@proxy-session/domain/Namespace"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { SuccessOf } from "@proxy-session/domain/Operations"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Answer, decode as decodeError, requestId } from "./ErrorFormat.ts"
import { answers } from "./internal/answers.ts"
import { read, unread } from "./internal/reader.ts"
import { fromWire, isObject, toWireName, toWirePath } from "./internal/wireName.ts"
import type { Operation } from "./Operation.ts"

/**
 * How an answer is written: with an explicit `null` for each member that is absent, as the service did, or without; and
 * with the members of the `namespace`'s own model, which is `chime-sdk-voice` unless told otherwise.
 *
 * @category models
 */
export interface WriteOptions {
  readonly nulls?: boolean | undefined
  readonly namespace?: Namespace | undefined
}

/** The members of numbers and orders that the older model, `chime`, does not have. */
const newer = new Set(["OrderId", "OrderType"])

/**
 * The JSON body of a successful answer, its keys in alphabetical order, or `undefined` where there is none.
 *
 * @category encoding
 */
export const encode = <Name extends OperationName>(
  name: Name,
  value: SuccessOf[Name],
  { namespace = "chime-sdk-voice", nulls = true }: WriteOptions = {},
): string | undefined => {
  const isOlder = namespace === "chime"
  const known = (member: string, inner: unknown) => (isOlder && newer.has(member) ? undefined : inner)
  const written = (member: string, inner: unknown) => known(member, nulls ? inner : (inner ?? undefined))
  return JSON.stringify(answers[name](value), nulls && !isOlder ? undefined : written)
}

/**
 * Reads the answer to an operation: its value, or the typed error that it stands for.
 *
 * Any 2xx is a success, whatever its content type. Unknown members and `null` are ignored; a required member that is
 * missing, or a value that is not what the model says, is a `MalformedResponse` that names its path. `secrets` are what
 * the request held: they are taken out of error messages.
 *
 * @category decoding
 */
export const decode = <Request, Success, Error>(
  operation: Operation<Request, Success, Error>,
  answer: Answer,
  secrets: Iterable<string> = [],
): Result.Result<Success, Error> => {
  if (answer.status < 200 || answer.status > 299) return Result.fail(decodeError(operation, answer, secrets))
  const { payload, status, success } = operation
  const refuse = (violation: Violation) => Result.fail(malformed(operation, answer, violation, secrets))
  const hasBody = status !== 204
  const body = hasBody ? parse(answer.body) : undefined
  if (hasBody && body === undefined) return refuse({ path: "body", rule: "must be a JSON object" })
  const value = payload === undefined ? body : body?.[toWireName(payload)]
  const known = read(success, value)
  if (known !== unread) return Result.succeed(known)
  if (payload !== undefined && (value ?? undefined) === undefined) {
    return refuse({ path: toWireName(payload), rule: "is required" })
  }
  return Result.orElse(Schema.decodeUnknownResult(success)(fromWire(value)), ({ issue }) => {
    const [{ path, rule }] = violations(issue)
    const steps = [payload ?? "", path].filter((step) => step !== "")
    return refuse({ path: steps.map(toWirePath).join("."), rule })
  })
}

/** The JSON object that an answer's body is, if it is one. */
const parse = (body: string): Readonly<Record<string, unknown>> | undefined => {
  if (body === "") return {}
  try {
    const json: unknown = JSON.parse(body)
    return isObject(json) && !Array.isArray(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** Made by decoding, since only the operation's own error schema knows that the error belongs to it. */
const malformed = <Request, Success, Error>(
  operation: Operation<Request, Success, Error>,
  answer: Answer,
  { path, rule }: Violation,
  secrets: Iterable<string>,
): Error => {
  const id = requestId(answer.headers, secrets)
  return Result.getOrThrow(
    Schema.decodeUnknownResult(operation.error)({
      _tag: "MalformedResponse",
      operation: operation.name,
      path,
      problem: rule,
      ...(id === undefined ? {} : { requestId: id }),
    }),
  )
}
