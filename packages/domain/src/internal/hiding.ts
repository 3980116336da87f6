import type * as Schema from "effect/Schema"
import * as Redaction from "../Redaction.ts"
import { type Class, explainedClass } from "./explained.ts"

/** How an object shows itself without its secrets. A class, since a copy has no methods of a class. */
export declare class Hiding {
  toJSON(): unknown
  toString(): string
  [Redaction.inspect](): unknown
}

/** The base of a class whose members of some names are secrets, which it shows to nobody who prints it. */
export function hiding<Self, S extends Schema.Constraint & { readonly fields: Schema.Struct.Fields }, Inherited>(
  base: Schema.Class<Self, S, Inherited>,
  ...secrets: ReadonlyArray<keyof S["fields"] & string>
): Schema.Class<Self, S, Inherited & Hiding>
export function hiding(base: Class, ...secrets: ReadonlyArray<string>): Class {
  const hidden = explainedClass(base)
  function view(this: Readonly<Record<string, unknown>>) {
    return Redaction.hide(this, ...secrets)
  }
  // On the prototype itself, since one more class would make each instance cost more.
  Object.defineProperties(hidden.prototype, {
    toJSON: method(view),
    toString: method(function (this: Readonly<Record<string, unknown>>) {
      return Redaction.print(base.identifier, view.call(this))
    }),
    [Redaction.inspect]: method(view),
  })
  return hidden
}

const method = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true })
