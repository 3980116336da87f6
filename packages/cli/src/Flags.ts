/**
 * The flags that every operation has: the AWS CLI's global ones, by its own names and rules.
 */
import { Namespace } from "@proxy-session/domain/Namespace"
import type { Argument, Given } from "./internal/argparse.ts"
import * as Output from "./Output.ts"

/**
 * A flag, and what it is for.
 *
 * @category models
 */
export interface Flag extends Argument {
  readonly flag: string
  readonly description: string
  readonly isHidden?: boolean
}

const make = (name: string, description: string, more: Partial<Flag> = {}): Flag => ({
  name,
  flag: `--${name}`,
  values: "one",
  description,
  ...more,
})

const on = (name: string, description: string, more: Partial<Flag> = {}): Flag =>
  make(name, description, { values: "none", value: true, ...more })

/** Taken, but not worth a line of help. */
const isHidden = true

/**
 * The flags that the AWS CLI takes before and behind a command, in its order, and two of later versions and ours that have
 * to be written out.
 *
 * Some have nothing to decide here: there is no paginator for any operation, no pager, no colour in what is printed, and no
 * binary member.
 *
 * @category constants
 */
export const globals: ReadonlyArray<Flag> = [
  on("debug", "Write to stderr what is done, and why; keys and numbers are left out"),
  make("endpoint-url", "Where to send the request, instead of AWS's own endpoint"),
  on("no-verify-ssl", "Do not verify the endpoint's certificate"),
  on("no-paginate", "Accepted: an answer is always one page, unless --all is given", { isHidden }),
  make("output", "The form to print in (default json)", { choices: Output.formats }),
  make("query", "The part of the answer to print, as a JMESPath expression"),
  make("profile", "The profile of the shared files to take keys and settings from"),
  make("region", "The region to use; over AWS_REGION, AWS_DEFAULT_REGION and the profile"),
  on("version", "Print the version", { isHidden }),
  make("color", "Accepted: nothing is coloured", { choices: ["on", "off", "auto"], isHidden }),
  on("no-sign-request", "Send the request without a signature, and look for no credentials"),
  make("ca-bundle", "The file of certificate authorities to trust, in PEM form"),
  make("cli-read-timeout", "How many seconds to wait for the response; 0 is no limit (default 60)"),
  make("cli-connect-timeout", "How many seconds to wait for a connection; 0 is no limit (default 60)"),
  make("cli-binary-format", "Accepted: no operation has a binary member", {
    choices: ["base64", "raw-in-base64-out"],
    isHidden,
  }),
  on("no-cli-pager", "Accepted: there is no pager", { isHidden }),
  on("cli-auto-prompt", "Refused: there are no prompts", { isHidden }),
  on("no-cli-auto-prompt", "Accepted: there are no prompts", { isHidden }),
  make(
    "cli-error-format",
    "How to print errors of the service: enhanced and legacy are a sentence, others hold code and message",
    {
      choices: ["legacy", "enhanced", "json", "yaml", "text", "table"],
      isExact: true,
    },
  ),
  make("namespace", "The API to use (default chime-sdk-voice)", { choices: Namespace.literals, isExact: true }),
]

/**
 * The text that was given for a flag, or `undefined`.
 *
 * @category getters
 */
export const textOf = (given: ReadonlyMap<string, Given>, name: string): string | undefined => {
  const value = given.get(name)
  return typeof value === "string" ? value : undefined
}
