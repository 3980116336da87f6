import type { YieldableError } from "effect/Cause"
import type * as Schema from "effect/Schema"
import type { Outcome } from "../TransportError.ts"
import { advice, overall } from "./earlier.ts"
import { type Class, explainedClass } from "./explained.ts"

/** What an error tells besides what is wrong. A class, since a copy has no getters of a class. */
export declare class Advised {
  /** What to do about it. */
  get hint(): string
  /** Whether the same request could succeed when repeated. */
  get retryable(): boolean
  /** Whether the operation may have happened all the same. */
  get outcome(): Outcome
}

interface Own {
  readonly retryable?: boolean
  readonly outcome?: Outcome
}

/**
 * The base of an error about which there is one thing to say. By default it is a refusal, which need not be repeated: the
 * operation can have happened by an earlier attempt alone.
 */
export function advised<Self, S extends Schema.Constraint & { readonly fields: Schema.Struct.Fields }>(
  base: Schema.Class<Self, S, YieldableError>,
  hint: string,
  own?: Own,
): Schema.Class<Self, S, YieldableError & Advised>
export function advised(base: Class, hint: string, { outcome = "NotSent", retryable = false }: Own = {}): Class {
  return class extends explainedClass(base) {
    declare readonly ambiguous?: boolean
    get hint(): string {
      return outcome === "Unknown" ? hint : advice(this, hint)
    }
    get retryable(): boolean {
      return retryable
    }
    get outcome(): Outcome {
      return overall(this, outcome)
    }
  }
}
