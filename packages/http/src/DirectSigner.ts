/**
 * Signatures without promises, in JavaScript alone: for any runtime.
 */
import * as Hex from "effect/encoding/Hex"
import * as Layer from "effect/Layer"
import * as DirectSigner from "./internal/directSigner.ts"
import { hmac, sha256 } from "./internal/sha256.ts"
import { type Sign, Signer } from "./Signer.ts"

const encoder = new TextEncoder()

const hex = (digest: Uint8Array): string => Hex.encode(digest)

/**
 * Signs a request; equal to `@smithy/signature-v4`'s byte for byte.
 *
 * @category signing
 */
export const sign: Sign = DirectSigner.make({
  sha256: (text) => hex(sha256(encoder.encode(text))),
  hmac: (key: string | Uint8Array, text) =>
    hmac(typeof key === "string" ? encoder.encode(key) : key, encoder.encode(text)),
  hex,
})

/**
 * Makes this the live Layer's signer.
 *
 * @category layers
 */
export const layer: Layer.Layer<never> = Layer.succeed(Signer, sign)
