import * as DateTime from "effect/DateTime"

/** Each member of a shape by its wire name; the compiler asks for every one, so that none is forgotten. */
export type Members<A> = { readonly [K in Exclude<keyof A, keyof Printing> & string as Capitalize<K>]-?: unknown }

/** The methods by which domain classes print themselves. */
interface Printing {
  toJSON: unknown
  toString: unknown
}

/** An instant as the service writes it. */
export const instant = (at: DateTime.Utc | undefined): string | null =>
  at === undefined ? null : DateTime.formatIso(at)
