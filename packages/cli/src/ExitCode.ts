/**
 * How a command ends: the exit codes and the words of the AWS CLI.
 */
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import * as Schema from "effect/Schema"

/**
 * The exit codes, with the meaning that the AWS CLI documents for them.
 *
 * - `usage`: the command or a parameter is wrong; nothing was sent
 * - `configuration`: the environment, a profile or the credentials are wrong; nothing was sent
 * - `service`: the service answered with an error
 * - `general`: anything else, such as no answer at all
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
 * The environment or a profile is wrong.
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
 * The end of a command whose operation failed.
 *
 * What the service says is told in the AWS CLI's own sentence. Everything else begins with the error's name and ends
 * with what to do about it. Messages hold no secret, since the errors' own do not.
 *
 * @category constructors
 */
export const fromOperation = (operation: OperationName, error: ErrorOf[OperationName]): CommandFailure => {
  switch (error._tag) {
    case "InvalidRequest":
      return failure(codes.usage)(`InvalidRequest: ${operation}: ${ErrorFormat.encode(error).message}`)
    case "CredentialsError":
      return failure(codes.configuration)(`CredentialsError: ${error.message}. ${error.hint}`)
    case "TransportError":
    case "MalformedResponse":
      return failure(codes.general)(`${error._tag}: ${error.message}. ${error.hint}`)
    case "UnmodeledServiceError":
      return answered(operation, error.type ?? error.code ?? String(error.status), error.message)
    default:
      return answered(operation, error._tag, error.message)
  }
}

const answered = (operation: OperationName, name: string, message: string): CommandFailure =>
  failure(codes.service)(`An error occurred (${name}) when calling the ${operation} operation: ${message}`)
