import type { OperationName } from "@proxy-session/domain/OperationName"
import type { SuccessOf } from "@proxy-session/domain/Operations"
import { operations } from "@proxy-session/protocol/Operation"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { read, unread } from "../src/internal/reader.ts"
import { fromWire, toWireName } from "../src/internal/wireName.ts"
import { all, property } from "./support/wire.ts"

/** What may stand where an answer has something else; `undefined` leaves the member out. */
const odd: ReadonlyArray<unknown> = [
  undefined,
  null,
  "",
  " ",
  ".",
  "text",
  "a".repeat(129),
  "\ud800",
  "+12065550100",
  "Closed",
  "2020-02-29T00:00:00+01:00",
  "2021-02-29T00:00:00Z",
  0,
  60,
  -1,
  1.5,
  Number.POSITIVE_INFINITY,
  true,
  [],
  [null],
  ["Voice"],
  {},
  { Country: "US", AreaCode: "" },
]

/** A copy in which one place, counted through all that is within, holds something else. */
const damaged = (json: unknown, place: number, instead: unknown): unknown => {
  let left = place
  const copy = (value: unknown): unknown => {
    if (left-- === 0) return instead
    if (Array.isArray(value)) return value.map(copy)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([member, inner]) => [member, copy(inner)] as const)
        .filter(([, inner]) => inner !== undefined),
    )
  }
  return copy(json)
}

const agree = (schema: Schema.Codec<unknown, unknown>, json: unknown) => {
  const expected = Result.getOrElse(Schema.decodeUnknownResult(schema)(fromWire(json)), () => unread)
  assert.deepStrictEqual(read(schema, json), expected)
  return expected
}

describe("a reader reads what its schema reads, and nothing else", () => {
  const Place = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 }))
  const Odd = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: odd.length - 1 }))

  // oxlint-disable-next-line no-unnecessary-type-parameters -- the name ties the value to what writes it
  const compare = <Name extends OperationName>(name: Name) => {
    const { payload } = operations[name]
    const { success }: { readonly success: Schema.Codec<SuccessOf[Name], unknown> } = operations[name]
    it.prop(
      `an answer of ${name}, sound or with one mistake`,
      { value: success, place: Place, instead: Odd },
      ({ instead, place, value }) => {
        const body: unknown = JSON.parse(WireResponse.encode(name, value) ?? "")
        const json = payload === undefined ? body : new Map(Object.entries(Object(body))).get(toWireName(payload))
        assert.deepStrictEqual(agree(success, json), value)
        agree(success, damaged(json, place, odd[instead]))
      },
      property,
    )
  }
  for (const { name } of all.filter(({ status }) => status !== 204)) compare(name)

  it("members that are absent, null, unknown or wrong in a structure of its own", () => {
    const Made = Schema.Struct({ some: Schema.optionalKey(Schema.String), many: Schema.Array(Schema.Boolean) })
    for (const json of [{ Some: "a", Many: [true] }, { Some: null, Many: [], New: 1 }, { Many: [0] }, {}, [], "text"]) {
      agree(Made, json)
    }
  })

  it("gives up on a schema that no answer is made of, however sound the value", () => {
    for (const [schema, json] of [
      [Schema.Record(Schema.String, Schema.String), { A: "a" }],
      [Schema.Union([Schema.String, Schema.Number]), "a"],
      [Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.String]), ["a"]],
      [Schema.Tuple([Schema.optionalKey(Schema.String)]), ["a"]],
      [Schema.NumberFromString, "1"],
      [Schema.Unknown, "a"],
    ] as const) {
      assert.strictEqual(read<unknown>(schema, json), unread)
    }
  })
})
