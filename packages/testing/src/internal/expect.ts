import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Formatter from "effect/Formatter"
import * as Schema from "effect/Schema"

/** A rule of the contract is broken. */
export class ContractViolation extends Schema.TaggedError<ContractViolation>()("ContractViolation", {
  rule: Schema.String,
}) {
  override get message(): string {
    return this.rule
  }
}

export const holds = (rule: string, condition: boolean): Effect.Effect<void, ContractViolation> =>
  condition ? Effect.void : Effect.fail(new ContractViolation({ rule }))

/** Two values are equal, member by member. */
export const same = <A>(what: string, actual: A, expected: A): Effect.Effect<void, ContractViolation> =>
  holds(
    `${what} should be ${Formatter.format(expected)} and is ${Formatter.format(actual)}`,
    Equal.equals(actual, expected),
  )

/** Two lists have the same elements, in whichever order. */
export const sameMembers = (
  what: string,
  actual: ReadonlyArray<string>,
  expected: ReadonlyArray<string>,
): Effect.Effect<void, ContractViolation> => same(what, actual.toSorted(), expected.toSorted())

/** An operation fails with an error of a tag, and with nothing else. */
export const fails = <A, E extends { readonly _tag: string }, R, Tag extends E["_tag"]>(
  what: string,
  tag: Tag,
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<Extract<E, { readonly _tag: Tag }>, ContractViolation, R> =>
  Effect.matchEffect(effect, {
    onSuccess: () => Effect.fail(new ContractViolation({ rule: `${what} should fail with ${tag} and succeeds` })),
    onFailure: (error) =>
      isTagged(error, tag)
        ? Effect.succeed(error)
        : Effect.fail(new ContractViolation({ rule: `${what} should fail with ${tag} and fails with ${error._tag}` })),
  })

const isTagged = <E extends { readonly _tag: string }, Tag extends E["_tag"]>(
  error: E,
  tag: Tag,
): error is Extract<E, { readonly _tag: Tag }> => error._tag === tag
