import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash, createHmac } from "node:crypto"
import { constructorOf } from "../src/internal/hashConstructor.ts"
import * as NodeHash from "../src/internal/nodeHash.ts"
import * as JavaScriptHash from "../src/internal/sha256.ts"

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")
const utf8 = (text: string) => new TextEncoder().encode(text)

describe("sha256", () => {
  it("gives the digests that NIST publishes for FIPS 180-4", () => {
    assert.strictEqual(
      hex(JavaScriptHash.sha256(utf8(""))),
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )
    assert.strictEqual(
      hex(JavaScriptHash.sha256(utf8("abc"))),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    )
    assert.strictEqual(
      hex(JavaScriptHash.sha256(utf8("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    )
    assert.strictEqual(
      hex(JavaScriptHash.sha256(utf8("a".repeat(1_000_000)))),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    )
  })

  it("agrees with Node at every length around the borders of its blocks", () => {
    for (let length = 0; length <= 260; length++) {
      const message = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff)
      assert.strictEqual(hex(JavaScriptHash.sha256(message)), createHash("sha256").update(message).digest("hex"))
    }
  })
})

describe("hmac", () => {
  it("gives the codes of RFC 4231, keys longer than a block included", () => {
    assert.strictEqual(
      hex(JavaScriptHash.hmac(new Uint8Array(20).fill(0x0b), utf8("Hi There"))),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    )
    assert.strictEqual(
      hex(JavaScriptHash.hmac(utf8("Jefe"), utf8("what do ya want for nothing?"))),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    )
    assert.strictEqual(
      hex(
        JavaScriptHash.hmac(
          new Uint8Array(131).fill(0xaa),
          utf8("Test Using Larger Than Block-Size Key - Hash Key First"),
        ),
      ),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    )
  })

  it.effect.prop(
    "agrees with Node for any key and message, in any number of pieces",
    { key: Schema.Uint8Array, first: Schema.Uint8Array, second: Schema.String },
    ({ key, first, second }) =>
      Effect.gen(function* () {
        for (const hashes of [JavaScriptHash, NodeHash]) {
          const Hash = constructorOf(hashes)
          const hash = new Hash()
          const hmac = new Hash(key)
          for (const piece of [first, second]) {
            hash.update(piece)
            hmac.update(piece)
          }
          const message = Buffer.concat([first, utf8(second)])
          const digest = yield* Effect.promise(() => hash.digest())
          const code = yield* Effect.promise(() => hmac.digest())
          assert.strictEqual(hex(digest), createHash("sha256").update(message).digest("hex"))
          assert.strictEqual(hex(code), createHmac("sha256", key).update(message).digest("hex"))
        }
      }),
    { arbitrary: { runs: 200 } },
  )

  it.effect("is the same under a secret that is text, whatever was asked before", () =>
    Effect.gen(function* () {
      for (const hashes of [JavaScriptHash, NodeHash]) {
        const Hash = constructorOf(hashes)
        for (const [secret, message] of [
          ["one", "a"],
          ["one", "a"],
          ["one", "b"],
          ["one", "bb"],
          ["two", "bb"],
          ["one", "a"],
        ] as const) {
          const hmac = new Hash(secret)
          hmac.update(message)
          const code = yield* Effect.promise(() => hmac.digest())
          assert.strictEqual(hex(code), createHmac("sha256", secret).update(message).digest("hex"))
        }
      }
    }),
  )
})
