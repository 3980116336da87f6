import type { Violation } from "@proxy-session/domain/InvalidRequest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import { OptionsError } from "../OptionsError.ts"

/** What an option must be, where it is not. */
export type Rule = (value: number) => string | undefined

/** A number of something. */
export const atLeastOne: Rule = (count) => {
  if (!Number.isInteger(count)) return "must be a whole number"
  return count < 1 ? "must be at least 1" : undefined
}

/** Milliseconds. */
export const time: Rule = (millis) => {
  if (Number.isNaN(millis)) return "must be a duration"
  return millis > 0 ? undefined : "must be longer than nothing"
}

/** Milliseconds that a timer of the platform can wait for. */
export const timer: Rule = (millis) => time(millis) ?? (millis < 2 ** 31 ? undefined : "must be shorter than 25 days")

/** What is no duration is no number. */
export const millisOf = (duration: Duration.Input): number =>
  typeof duration === "number"
    ? duration
    : Option.match(Duration.fromInput(duration), { onNone: () => Number.NaN, onSome: Duration.toMillis })

/**
 * The values of options, each given with its rule, or the violations.
 *
 * Rules are functions, not schemas, since every process that makes a client runs them, and none more than a few times.
 */
export const check = <Name extends string>(
  of: string,
  options: Readonly<Record<Name, readonly [value: number, rule: Rule]>>,
): Effect.Effect<Readonly<Record<Name, number>>, OptionsError> => {
  const [first, ...rest] = Object.entries<readonly [number, Rule]>(options).flatMap(
    ([path, [value, rule]]): ReadonlyArray<Violation> => {
      const broken = rule(value)
      return broken === undefined ? [] : [{ path, rule: broken }]
    },
  )
  return first === undefined
    ? Effect.succeed(Record.map(options, ([value]) => value))
    : Effect.fail(new OptionsError({ of, violations: [first, ...rest] }))
}
