import { assert, describe, it } from "@effect/vitest"
import * as Sha256 from "@proxy-session/protocol/Sha256"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHash, createHmac } from "node:crypto"
import * as NodeSha256 from "../src/internal/nodeSha256.ts"
import * as JavaScriptSha256 from "../src/internal/sha256.ts"

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")
const utf8 = (text: string) => new TextEncoder().encode(text)

describe.each([
  ["in JavaScript", JavaScriptSha256],
  ["of Node", NodeSha256],
] as const)("SHA-256 %s", (_, { digest, hexDigest }) => {
  it("gives the digests that NIST publishes for FIPS 180-4", () => {
    for (const [message, expected] of [
      ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
      ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
      [
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      ],
      ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
    ] as const) {
      assert.strictEqual(hex(digest(message)), expected)
      assert.strictEqual(hexDigest(utf8(message)), expected)
    }
  })

  it("agrees with Node at every length around the borders of its blocks", () => {
    for (let length = 0; length <= 260; length++) {
      const message = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff)
      assert.strictEqual(hex(digest(message)), createHash("sha256").update(message).digest("hex"))
    }
  })

  it("hashes text as UTF-8, lone surrogates as the replacement character", () => {
    for (const text of ["é漢🙂", "\ud800", "a\udfffb"]) assert.strictEqual(hexDigest(text), hexDigest(utf8(text)))
  })
})

describe("HMAC-SHA-256", () => {
  it("gives the codes of RFC 4231, keys longer than a block included", () => {
    for (const [key, message, expected] of [
      [new Uint8Array(20).fill(0x0b), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
      ["Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
      [
        new Uint8Array(131).fill(0xaa),
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      ],
    ] as const) {
      assert.strictEqual(hex(Sha256.hmac(key, message)), expected)
      assert.strictEqual(Sha256.hmacHex(key, utf8(message)), expected)
    }
  })

  it.effect.prop(
    "agrees with Node for any keys and messages, text or bytes, one after the other",
    { keys: Schema.Array(Schema.Uint8Array), text: Schema.String, bytes: Schema.Uint8Array },
    ({ bytes, keys, text }) =>
      Effect.sync(() => {
        for (const key of [...keys, text, ...keys]) {
          for (const message of [text, bytes]) {
            const expected = createHmac("sha256", key).update(message).digest("hex")
            assert.strictEqual(Sha256.hmacHex(key, message), expected)
            assert.strictEqual(hex(Sha256.hmac(key, message)), expected)
          }
        }
      }),
    { arbitrary: { runs: 200 } },
  )

  it("has room for a message of any length", () => {
    const key = utf8("key")
    for (const message of ["é".repeat(5000), "x", utf8("x".repeat(100_000)), ""]) {
      assert.strictEqual(Sha256.hmacHex(key, message), createHmac("sha256", key).update(message).digest("hex"))
    }
  })

  it("returns bytes that the next one leaves alone", () => {
    const first = Sha256.hmac("key", "one")
    const before = hex(first)
    Sha256.hmac("key", "two")
    assert.strictEqual(hex(first), before)
  })
})
