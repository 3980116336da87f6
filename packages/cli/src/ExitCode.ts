/**
 * How a command ends: the exit codes and the words of the AWS CLI.
 */
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { TransportError } from "@proxy-session/domain/TransportError"
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import * as Schema from "effect/Schema"

/**
 * The exit codes, with the meaning that the AWS CLI documents for them.
 *
 * - `usage`: the command or a parameter is wrong; nothing was sent
 * - `configuration`: there is no region, or there are no keys; nothing was sent
 * - `service`: the service answered with an error
 * - `general`: anything else, such as a profile or a file that is wrong, or no answer at all
 * - `interrupted`: somebody pressed Ctrl-C
 *
 * @category constants
 */
export const codes = {
  success: 0,
  usage: 252,
  configuration: 253,
  service: 254,
  general: 255,
  interrupted: 130,
} as const

/**
 * The end of a command that did not do what was asked: the exit code, and what to say about it on stderr.
 *
 * @category errors
 */
export class CommandFailure extends Schema.TaggedError<CommandFailure>()("CommandFailure", {
  exitCode: Schema.Int,
  message: Schema.String,
}) {}

const failure =
  (exitCode: number) =>
  (message: string): CommandFailure =>
    new CommandFailure({ exitCode, message })

/**
 * A parameter's value is wrong. The message stands alone, as the AWS CLI prints it.
 *
 * @category constructors
 */
export const invalid: (message: string) => CommandFailure = failure(codes.usage)

/**
 * Something went wrong that the AWS CLI prints as it is, too.
 *
 * @category constructors
 */
export const failed: (message: string) => CommandFailure = failure(codes.general)

const said = (exitCode: number) => (message: string) => failure(exitCode)(`proxy-session: error: ${message}`)

/**
 * The command line is wrong.
 *
 * @category constructors
 */
export const usage: (message: string) => CommandFailure = said(codes.usage)

/**
 * There is no region, or there are no keys.
 *
 * @category constructors
 */
export const configuration: (message: string) => CommandFailure = said(codes.configuration)

/**
 * Something else went wrong.
 *
 * @category constructors
 */
export const general: (message: string) => CommandFailure = said(codes.general)

/**
 * Where a request went, and why; and the platform's code of what happened to it, such as `ECONNREFUSED`.
 *
 * @category models
 */
export interface Attempted {
  readonly url: string
  readonly endpointReason: string
  readonly code?: string | undefined
}

/**
 * The end of a command whose operation failed.
 *
 * What the service says is told in the AWS CLI's own sentence. Everything else begins with the error's name and says what to
 * do about it; where there was no answer, it says which endpoint was asked and what led to it. Messages hold no secret, since
 * the errors' own do not.
 *
 * @category constructors
 */
export const fromOperation = (
  operation: OperationName,
  error: ErrorOf[OperationName],
  attempted?: Attempted,
): CommandFailure => {
  switch (error._tag) {
    case "InvalidRequest":
      return failure(codes.usage)(`InvalidRequest: ${operation}: ${ErrorFormat.encode(error).message}`)
    case "CredentialsError":
      return failure(codes.general)(`CredentialsError: ${error.message}. ${error.hint}`)
    case "TransportError":
      return failure(codes.general)(`TransportError: ${error.message}. ${error.hint}${unreachable(error, attempted)}`)
    case "MalformedResponse":
      return failure(codes.general)(`MalformedResponse: ${error.message}. ${error.hint}`)
    case "UnmodeledServiceError":
      return answered(operation, error.type ?? error.code ?? String(error.status), error.message)
    default:
      return answered(operation, error._tag, error.message)
  }
}

/** The last line is the AWS CLI's, where it has one. */
const unreachable = ({ reason }: TransportError, attempted: Attempted | undefined): string => {
  if (attempted === undefined) return ""
  const { code, endpointReason, url } = attempted
  const sentence = isTls(code) ? `SSL validation failed for ${url} ${code}` : sentences[reason]?.(url)
  return [
    code === undefined
      ? ""
      : ` (${code}${code === "ERR_SSL_WRONG_VERSION_NUMBER" ? ": it speaks no TLS, try http" : ""})`,
    `The endpoint is ${endpointReason}.`,
    ...(sentence === undefined ? [] : [sentence]),
  ].join("\n")
}

const isTls = (code: string | undefined): boolean =>
  code !== undefined && /^ERR_(?:SSL|TLS)_|CERT|INVALID_CA|UNABLE_TO_|HOSTNAME_MISMATCH|^EPROTO$/u.test(code)

const closed = (url: string) => `Connection was closed before we received a valid response from endpoint URL: "${url}".`

const sentences: Partial<Readonly<Record<TransportError["reason"], (url: string) => string>>> = {
  Connect: (url) => `Could not connect to the endpoint URL: "${url}"`,
  Timeout: (url) => `Read timeout on endpoint URL: "${url}"`,
  Reset: closed,
  Truncated: closed,
  Protocol: closed,
}

/**
 * The end of a command whose operation the service refused, in the AWS CLI's sentence.
 *
 * @category constructors
 */
export const answered = (operation: OperationName, name: string, message: string, retries?: number): CommandFailure => {
  const reached = retries === undefined ? "" : ` (reached max retries: ${retries})`
  return failure(codes.service)(
    `An error occurred (${name}) when calling the ${operation} operation${reached}: ${message}`,
  )
}
