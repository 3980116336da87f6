import * as Schema from "effect/Schema"
import type { Outcome } from "../TransportError.ts"

/** What the error of a call that took several attempts tells of those before the last. */
export const earlier = {
  /** How many attempts were made, where it is more than one. */
  attempts: Schema.optionalKey(Schema.Int),
  /** Whether an attempt before the last may have carried the operation out. */
  ambiguous: Schema.optionalKey(Schema.Boolean),
}

/** What becomes of an error's own outcome once earlier attempts count. */
export const overall = (error: { readonly ambiguous?: boolean }, own: Outcome): Outcome =>
  error.ambiguous === true ? "Unknown" : own

/** The advice for an error that says that nothing was done, or what to mind where an earlier attempt may have done it. */
export const advice = (error: { readonly ambiguous?: boolean }, own: string): string =>
  error.ambiguous === true
    ? `${own} An earlier attempt may have been carried out: before repeating a create, list what exists.`
    : own
