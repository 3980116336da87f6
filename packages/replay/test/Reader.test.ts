import { assert, describe, it } from "@effect/vitest"
import { operations } from "@proxy-session/domain/Operations"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { canonical } from "../src/internal/canonical.ts"
import { reader } from "../src/internal/reader.ts"

/** What may befall a recorded value: in which place, counted over all of it, and what. */
const Damage = Schema.Struct({
  place: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 })),
  kind: Schema.Literals(["drop", "add", "nothing", "list", "empty", "upper", "blank", "offset", "short", "none"]),
})

const damaged = (json: Schema.Json, { kind, place }: typeof Damage.Type): Schema.Json => {
  let at = 0
  const walk = (value: Schema.Json): Schema.Json | undefined => {
    if (at++ === place && kind !== "none") {
      if (kind === "drop") return undefined
      if (kind === "nothing") return null
      if (kind === "list") return [value]
      if (kind === "empty") return Array.isArray(value) ? {} : []
      if (typeof value === "string") {
        if (kind === "upper") return value.toUpperCase()
        if (kind === "blank") return ` ${value}`
        if (kind === "offset") return value.replace(/Z$/u, "+00:00")
        return value.replace(/\.\d{3}Z$/u, "Z")
      }
      if (kind === "add" && typeof value === "object" && value !== null && !Array.isArray(value)) {
        return { ...value, more: 1 }
      }
    }
    if (Array.isArray(value)) return value.map((each) => walk(each) ?? null)
    if (typeof value !== "object" || value === null) return value
    const members: Record<string, Schema.Json> = {}
    for (const [name, member] of Object.entries(value)) {
      const walked = walk(member)
      if (walked !== undefined) members[name] = walked
    }
    return members
  }
  return walk(json) ?? null
}

const agrees = <A>(name: string, schema: Schema.Codec<A, Schema.Json>) =>
  it.effect(`is found in a recorded ${name}, as a full comparison of what it encodes to finds it`, () =>
    Effect.gen(function* () {
      const read = reader(schema, "it")
      const decode = Schema.decodeUnknownResult(schema)
      const encode = Schema.encodeSync(schema)
      const isKept = (json: Schema.Json) => {
        const value = decode(json)
        return Result.isSuccess(value) && canonical(encode(value.success)) === canonical(json)
      }
      const seen = { kept: 0, refused: 0 }
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.schema(Schema.Tuple([Schema.toType(schema), Damage])),
        ([value, damage]) =>
          Effect.sync(() => {
            const json = damaged(encode(value), damage)
            const expected = isKept(json)
            assert.strictEqual(Result.isSuccess(read(json)), expected)
            if (expected) seen.kept++
            else seen.refused++
            return true
          }),
        { runs: 300, seed: 11 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
      assert.isAbove(seen.kept, 20)
      assert.isAbove(seen.refused, 5)
    }),
  )

describe("what today's schemas would not write", () => {
  agrees("creation", Schema.toCodecJson(operations.CreateProxySession.request))
  agrees("update", Schema.toCodecJson(operations.UpdateProxySession.request))
  agrees("key", Schema.toCodecJson(operations.GetProxySession.request))
  agrees("request for a page", Schema.toCodecJson(operations.ListProxySessions.request))
  agrees("configuration to be put", Schema.toCodecJson(operations.PutVoiceConnectorProxy.request))
  agrees("session", Schema.toCodecJson(operations.GetProxySession.success))
  agrees("page", Schema.toCodecJson(operations.ListProxySessions.success))
  agrees("configuration", Schema.toCodecJson(operations.GetVoiceConnectorProxy.success))
  agrees("answer without a value", Schema.toCodecJson(operations.DeleteProxySession.success))
  agrees("error", Schema.toCodecJson(operations.GetProxySession.error))
  agrees("error of a configuration", Schema.toCodecJson(operations.PutVoiceConnectorProxy.error))
})
