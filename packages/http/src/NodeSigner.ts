/**
 * Signatures with the one-shot hash of `node:crypto`: the fastest, on Node and on what imitates it.
 */
import * as Layer from "effect/Layer"
import { Buffer } from "node:buffer"
import { hash } from "node:crypto"
import * as DirectSigner from "./internal/directSigner.ts"
import { hmac } from "./internal/nodeHash.ts"
import { type Sign, Signer } from "./Signer.ts"

/**
 * Signs a request; equal to `@smithy/signature-v4`'s byte for byte.
 *
 * @category signing
 */
export const sign: Sign = DirectSigner.make<Buffer>({
  sha256: (text) => hash("sha256", text),
  hmac: (key, text) => hmac(typeof key === "string" ? Buffer.from(key) : key, Buffer.from(text)),
  hex: (digest) => digest.toString("hex"),
})

/**
 * Makes this the live Layer's signer.
 *
 * @category layers
 */
export const layer: Layer.Layer<never> = Layer.succeed(Signer, sign)
