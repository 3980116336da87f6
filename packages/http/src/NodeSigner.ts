/**
 * Signatures with the one-shot hashes of `node:crypto`: the fastest, on Node and on what imitates it.
 */
import * as Layer from "effect/Layer"
import type { Buffer } from "node:buffer"
import { createHmac, hash } from "node:crypto"
import * as DirectSigner from "./internal/directSigner.ts"
import { type Sign, Signer } from "./Signer.ts"

/**
 * Signs a request; equal to `@smithy/signature-v4`'s byte for byte.
 *
 * @category signing
 */
export const sign: Sign = DirectSigner.make({
  sha256: (text) => hash("sha256", text),
  hmac: (key: Buffer | string, text) => createHmac("sha256", key).update(text).digest(),
  hex: (digest) => digest.toString("hex"),
})

/**
 * Makes this the live Layer's signer.
 *
 * @category layers
 */
export const layer: Layer.Layer<never> = Layer.succeed(Signer, sign)
