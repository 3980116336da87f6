import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash, createHmac } from "node:crypto"
import { SmithyHash } from "../src/internal/smithyHash.ts"

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

describe("the hash that smithy's signer is given", () => {
  it.effect.prop(
    "agrees with Node for any key and message, in any number of pieces and views",
    { key: Schema.Uint8Array, first: Schema.Uint8Array, second: Schema.String },
    ({ key, first, second }) =>
      Effect.gen(function* () {
        const hash = new SmithyHash()
        const keys = [key, new DataView(key.buffer, key.byteOffset, key.byteLength), key.slice().buffer]
        const hmacs = keys.map((each) => new SmithyHash(each))
        for (const piece of [first, second]) {
          hash.update(piece)
          for (const hmac of hmacs) hmac.update(piece)
        }
        const message = Buffer.concat([first, Buffer.from(second)])
        assert.strictEqual(
          hex(yield* Effect.promise(() => hash.digest())),
          createHash("sha256").update(message).digest("hex"),
        )
        for (const hmac of hmacs) {
          const code = yield* Effect.promise(() => hmac.digest())
          assert.strictEqual(hex(code), createHmac("sha256", key).update(message).digest("hex"))
        }
      }),
    { arbitrary: { runs: 200 } },
  )

  it.effect("is the same under a secret that is text, whatever was asked before", () =>
    Effect.gen(function* () {
      for (const [secret, message] of [
        ["one", "a"],
        ["one", "a"],
        ["one", "b"],
        ["one", "bb"],
        ["two", "bb"],
        ["one", "a"],
      ] as const) {
        const hmac = new SmithyHash(secret)
        hmac.update(message)
        const code = yield* Effect.promise(() => hmac.digest())
        assert.strictEqual(hex(code), createHmac("sha256", secret).update(message).digest("hex"))
      }
    }),
  )

  it.effect("begins anew when it is reset", () =>
    Effect.gen(function* () {
      const hash = new SmithyHash()
      hash.update("before")
      hash.reset()
      hash.update("after")
      assert.strictEqual(
        hex(yield* Effect.promise(() => hash.digest())),
        createHash("sha256").update("after").digest("hex"),
      )
    }),
  )
})
