import { assert, describe, it } from "@effect/vitest"
import { Bytes } from "../src/internal/bytes.ts"

describe("the bytes of a body", () => {
  it("are those that came, in however many pieces", () => {
    const chunks = [[], [1], [2, 3], [], [4, 5, 6, 7, 8, 9], [10]].map((chunk) => Uint8Array.from(chunk))
    const bytes = new Bytes()
    for (const chunk of chunks) bytes.add(chunk)
    assert.deepStrictEqual(Array.from(bytes.whole()), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert.strictEqual(bytes.size, 10)
    assert.deepStrictEqual(
      chunks.map((chunk) => Array.from(chunk)),
      [[], [1], [2, 3], [], [4, 5, 6, 7, 8, 9], [10]],
      "and are not written to",
    )
    assert.strictEqual(new Bytes().whole().byteLength, 0)
  })

  it("take at most twice their room, one by one", () => {
    const bytes = new Bytes()
    for (let at = 0; at < 100_000; at++) bytes.add(Uint8Array.of(at % 251))
    const whole = bytes.whole()
    assert.isTrue(whole.every((byte, at) => byte === at % 251))
    assert.isAtMost(whole.buffer.byteLength, 200_000)
  })

  it("are not copied where they came in one piece", () => {
    const bytes = new Bytes()
    const chunk = Uint8Array.of(1, 2, 3)
    bytes.add(chunk)
    assert.strictEqual(bytes.whole().buffer, chunk.buffer)
  })
})
