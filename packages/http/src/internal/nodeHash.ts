import { Buffer } from "node:buffer"
import { hash } from "node:crypto"

const blockLength = 64

export const sha256 = (message: Uint8Array): Buffer => hash("sha256", message, "buffer")

/** A key as the two hashes of an HMAC begin with it (RFC 2104): a block for the inner one, a block for the outer one. */
interface Pads {
  readonly inner: Buffer
  readonly outer: Buffer
}

const padsOf = (key: Uint8Array): Pads => {
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
const pads = new WeakMap<Uint8Array, Pads>()

/** HMAC out of two one-shot hashes; `createHmac` spends most of its time on wrapping the key. */
export const hmac = (key: Uint8Array, message: Uint8Array): Buffer => {
  const known = pads.get(key)
  const { inner, outer } = known ?? padsOf(key)
  if (known === undefined) pads.set(key, { inner, outer })
  sha256(Buffer.concat([inner, message])).copy(outer, blockLength)
  return sha256(outer)
}
