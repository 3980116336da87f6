/**
 * Signatures with the one-shot hash of `node:crypto`: the fastest, on Node and on what imitates it.
 */
import * as Layer from "effect/Layer"
import { Buffer } from "node:buffer"
import { hash } from "node:crypto"
import * as DirectSigner from "./internal/directSigner.ts"
import { type Sign, Signer } from "./Signer.ts"

const blockLength = 64

const sha256 = (content: Uint8Array): Buffer => hash("sha256", content, "buffer")

/** A key as the two hashes of an HMAC begin with it (RFC 2104): a block for the inner one, a block for the outer one. */
interface Pads {
  readonly inner: Buffer
  readonly outer: Buffer
}

const padsOf = (key: Buffer): Pads => {
  const block = key.length > blockLength ? sha256(key) : key
  const inner = Buffer.alloc(blockLength, 0x36)
  const outer = Buffer.alloc(blockLength + 32, 0x5c)
  for (const [i, byte] of block.entries()) {
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  return { inner, outer }
}

/** A signing key is good for a day. */
const pads = new WeakMap<Buffer, Pads>()

/** HMAC out of two one-shot hashes; `createHmac` spends most of its time on wrapping the key. */
const hmac = (key: Buffer | string, text: string): Buffer => {
  const known = typeof key === "string" ? undefined : pads.get(key)
  const { inner, outer } = known ?? padsOf(typeof key === "string" ? Buffer.from(key) : key)
  if (known === undefined && typeof key !== "string") pads.set(key, { inner, outer })
  sha256(Buffer.concat([inner, Buffer.from(text)])).copy(outer, blockLength)
  return sha256(outer)
}

/**
 * Signs a request; equal to `@smithy/signature-v4`'s byte for byte.
 *
 * @category signing
 */
export const sign: Sign = DirectSigner.make({
  sha256: (text) => hash("sha256", text),
  hmac,
  hex: (digest) => digest.toString("hex"),
})

/**
 * Makes this the live Layer's signer.
 *
 * @category layers
 */
export const layer: Layer.Layer<never> = Layer.succeed(Signer, sign)
