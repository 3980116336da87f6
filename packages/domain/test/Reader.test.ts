import { OperationName } from "@proxy-session/domain/OperationName"
import * as Operations from "@proxy-session/domain/Operations"
import type { RequestOf } from "@proxy-session/domain/Operations"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import * as Reader from "@proxy-session/domain/Reader"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { property } from "./support/check.ts"
import { createRequest, session } from "./support/samples.ts"

const read = Reader.make()
const table: Operations.Table = Operations.operations

/** What may stand where a request has something else. */
const odd: ReadonlyArray<unknown> = [
  undefined,
  null,
  "",
  " ",
  "..",
  "text",
  "a".repeat(129),
  "\ud800",
  "+12065550100",
  "0",
  "Closed",
  0,
  1.5,
  101,
  Number.NaN,
  true,
  [],
  ["Voice"],
  ["Voice", "Fax"],
  Array<unknown>(2),
  ["+12065550100", "+14015550101", "+13125550102"],
  {},
  { country: "US", areaCode: "206", comment: undefined },
  () => "text",
]

/** A copy in which one place, counted through all that is within, holds something else. */
const damaged = (input: unknown, place: number, instead: unknown): unknown => {
  let left = place
  const copy = (value: unknown): unknown => {
    if (left-- === 0) return instead
    if (Array.isArray(value)) return value.map(copy)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, copy(inner)]))
  }
  return copy(input)
}

/** It reads what the schema reads, or gives up. */
const agree = (schema: Schema.Codec<unknown, unknown>, input: unknown) => {
  const found = read(schema, input)
  if (found === Reader.unread) return
  assert.deepStrictEqual<unknown>(found, Result.getOrThrow(Schema.decodeUnknownResult(schema)(input)))
}

describe("a reader of plain input", () => {
  const Place = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 }))
  const Odd = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: odd.length - 1 }))

  // oxlint-disable-next-line no-unnecessary-type-parameters -- the name ties the value to what writes it
  const compare = <Name extends OperationName>(name: Name) => {
    const { request }: { readonly request: Schema.Codec<RequestOf[Name], unknown> } = table[name]
    it.prop(
      `reads a sound request of ${name} as its schema does, and nothing that the schema refuses`,
      { value: request, place: Place, instead: Odd },
      ({ instead, place, value }) => {
        const input = Schema.encodeSync(request)(value)
        assert.deepStrictEqual<unknown>(read(request, input), value)
        assert.deepStrictEqual<unknown>(read(request, value), value)
        agree(request, damaged(input, place, odd[instead]))
      },
      property,
    )
  }
  for (const name of OperationName.literals) compare(name)

  it("gives up on a member that is undefined, which the schema refuses, and on one that is null", () => {
    assert.strictEqual(read(CreateProxySession, { ...createRequest, name: undefined }), Reader.unread)
    assert.strictEqual(read(CreateProxySession, { ...createRequest, name: null }), Reader.unread)
  })

  it("gives up on a list that has no value at a place", () => {
    assert.strictEqual(read(CreateProxySession, { ...createRequest, capabilities: Array<unknown>(1) }), Reader.unread)
    const one = ["+12065550100"]
    one.length = 2
    assert.strictEqual(read(CreateProxySession, { ...createRequest, participantPhoneNumbers: one }), Reader.unread)
  })

  it("takes the members of anything that has them, and leaves out the others", () => {
    const { proxySessionId, voiceConnectorId } = session
    assert.deepStrictEqual(read(ProxySessionKey, session), new ProxySessionKey({ proxySessionId, voiceConnectorId }))
  })
})
