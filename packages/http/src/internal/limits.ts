import { violations } from "@proxy-session/domain/InvalidRequest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { OptionsError } from "../OptionsError.ts"

/** A number of something. */
export const atLeastOne = Schema.Int.annotate({ expected: "a whole number" }).check(
  Schema.isGreaterThanOrEqualTo(1, { expected: "at least 1" }),
)

/** Milliseconds. */
export const time = Schema.Number.check(
  Schema.makeFilter((millis) => !Number.isNaN(millis), { expected: "a duration" }, true),
  Schema.isGreaterThan(0, { expected: "longer than nothing" }),
)

/** What is no duration is no number. */
export const millisOf = (duration: Duration.Input): number =>
  Option.match(Duration.fromInput(duration), { onNone: () => Number.NaN, onSome: Duration.toMillis })

/** Options within their limits, or what is wrong with them. */
export const check = <A>(
  of: string,
  limits: Schema.Codec<A, unknown>,
  options: unknown,
): Effect.Effect<A, OptionsError> =>
  Effect.mapError(
    Schema.decodeUnknownEffect(limits, { errors: "all" })(options),
    ({ issue }) => new OptionsError({ of, violations: violations(issue) }),
  )
