/**
 * The rules of the service as flags of `serve`, each named like the rule that it sets.
 */
import { NumberSelectionBehavior } from "@proxy-session/domain/NumberSelectionBehavior"
import type { RulesOptions } from "@proxy-session/domain/Rules"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { maybe, named, on } from "./flag.ts"

const range = (text: string): Option.Option<NonNullable<RulesOptions["expiryRange"]>> => {
  const [, minimum, maximum] = /^(\d{1,9})-(\d{1,9})$/u.exec(text) ?? []
  const lives = { minimum: Number(minimum), maximum: Number(maximum) }
  return lives.minimum >= 1 && lives.minimum <= lives.maximum ? Option.some(lives) : Option.none()
}

/** All rules: the compiler asks for a flag for each. */
export const flags = {
  expiryRange: maybe(
    Flag.filterMap(
      named("expiry-range", "minutes"),
      range,
      () => "minutes from the shortest life of a session to the longest, such as 1-720",
    ),
    "The lives of a session that are accepted, in minutes, such as 1-720, which is the default",
  ),
  deleteMode: maybe(
    Flag.Literals("delete-mode", ["remove", "close"]),
    "Whether a deleted session is gone, or ended and still there to read (default remove)",
  ),
  defaultBehavior: maybe(
    Flag.Literals("default-number-selection", NumberSelectionBehavior.literals),
    "How a number is chosen for a session that does not say (default PreferSticky)",
  ),
  unknownConnectors: maybe(
    Flag.Literals("unknown-connectors", ["created", "refused"]),
    "Whether a Voice Connector that nobody made is made on demand (default: until a seed or a call has made one)",
  ),
  defaultPool: on(
    "no-default-pool",
    "Give a Voice Connector without phone numbers none, instead of fictional ones",
  ).pipe(Flag.map((isSet) => !isSet)),
  quotas: on("quotas", "Hold the quotas that AWS documents: 3 Voice Connectors and 5 phone numbers for each account"),
  strictConnectorIds: on(
    "strict-connector-ids",
    "Make Voice Connectors on demand only under ids of the form that AWS issues",
  ),
  retired: on("retired", "Answer every operation as a service that is no more, with HTTP 410 and GoneException"),
} satisfies { readonly [Name in keyof Required<RulesOptions>]: Flag.Flag<RulesOptions[Name]> }
