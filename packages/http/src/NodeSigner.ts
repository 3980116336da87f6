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

/** HMAC out of two one-shot hashes (RFC 2104); `createHmac` spends most of its time on wrapping the key. */
const hmac = (key: Buffer | string, text: string): Buffer => {
  const secret = typeof key === "string" ? Buffer.from(key) : key
  const block = secret.length > blockLength ? sha256(secret) : secret
  const message = Buffer.from(text)
  const inner = Buffer.alloc(blockLength + message.length, 0x36)
  const outer = Buffer.alloc(blockLength + 32, 0x5c)
  for (let i = 0; i < block.length; i++) {
    const byte = block[i] ?? 0
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  message.copy(inner, blockLength)
  sha256(inner).copy(outer, blockLength)
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
