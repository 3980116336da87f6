/**
 * The flags of our own commands, as they all begin. One that is not given is `undefined`.
 */
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import type * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** A flag that may be left out. */
export const maybe = <A>(flag: Flag.Flag<A>, description: string): Flag.Flag<A | undefined> =>
  flag.pipe(Flag.withDescription(description), Flag.optional, Flag.map(Option.getOrUndefined))

/** A text that may be left out. */
export const text = (name: string, description: string, metavar?: string): Flag.Flag<string | undefined> =>
  maybe(metavar === undefined ? Flag.String(name) : named(name, metavar), description)

/** A text that has to be given. */
export const required = (name: string, description: string, metavar = "string"): Flag.Flag<string> =>
  Flag.withDescription(named(name, metavar), description)

/** A flag that stands for a value of ours where it is left out. */
export const orElse = <A, const B>(flag: Flag.Flag<A>, value: B, description: string): Flag.Flag<A | B> =>
  flag.pipe(Flag.withDefault(value), Flag.withDescription(description))

/** A switch that is off unless it is given. */
export const on = (name: string, description: string): Flag.Flag<boolean> =>
  orElse(Flag.withoutNegation(Flag.Boolean(name)), false, description)

/** A secret that may be left out, or be in a variable. */
export const secret = (
  name: string,
  description: string,
  metavar: string,
  variable: string,
): Flag.Flag<Redacted.Redacted | undefined> =>
  maybe(
    Flag.Redacted(name).pipe(Flag.withMetavar(metavar), Flag.withFallbackConfig(Config.Redacted(variable))),
    `${description}; also ${variable}`,
  )

/** A span of time, such as `30 seconds`, perhaps in a variable. */
export const duration = (
  name: string,
  value: string,
  description: string,
  variable?: string,
): Flag.Flag<Duration.Duration> => {
  const flag = named(name, "duration")
  return orElse(
    variable === undefined ? flag : Flag.withFallbackConfig(flag, Config.String(variable)),
    value,
    description,
  ).pipe(Flag.withSchema(Schema.DurationFromString))
}

/** What a port is, and what to say of another number. */
export const isPort = (port: number): boolean => port >= 0 && port <= 65535
export const portRule = "a port from 0 to 65535"

/** A text whose value has a name in the help. */
export const named = (name: string, metavar: string): Flag.Flag<string> => Flag.withMetavar(Flag.String(name), metavar)
