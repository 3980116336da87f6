import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { operations } from "@proxy-session/protocol/Operation"
import type { AnyOperation, Operation } from "@proxy-session/protocol/Operation"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Every property of this package runs on the same seed; a failure prints the replay token of the smallest input. */
export const property = { arbitrary: { runs: 200, seed: 20_200_415 } }

/** An operation without its own types, for tests that treat all eight alike. */
export type Plain = Operation<object, unknown, { readonly _tag: string; readonly message: string }>

export const plain = (operation: AnyOperation): Plain => operation

export const all: ReadonlyArray<Plain> = Object.values(operations).map(plain)

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Everything that an error tells; its message is not among its enumerable members. */
export const told = (error: { readonly message: string }): object => ({ ...error, message: error.message })

/** The JSON text of a value. */
export const written = <A>(schema: Schema.Codec<A, unknown>, value: A): string =>
  JSON.stringify(Schema.encodeSync(schema)(value))

/** What a request was refused for, as `path rule`; nothing for one that was read. */
export const refusals = <A>(result: Result.Result<A, InvalidRequest>): ReadonlyArray<string> =>
  Result.isSuccess(result) ? [] : result.failure.violations.map(({ path, rule }) => `${path} ${rule}`)
