/**
 * SHA-256 and HMAC-SHA-256, synchronous, for both sides of a signature.
 *
 * They hash with `node:crypto` on Node and runtimes that imitate it, and in JavaScript elsewhere.
 *
 * Source: FIPS 180-4, RFC 2104.
 */
import { digest, hexDigest } from "#sha256"

// `#sha256` is an import of the manifest, with a condition for Node.

const blockLength = 64

/**
 * The hash of a message, 32 bytes. Text is hashed as UTF-8.
 *
 * @category hashing
 */
export const hash = (message: string | Uint8Array): Uint8Array => digest(message)

/**
 * The hash of a message in hexadecimal.
 *
 * **Example** (The hash of no body)
 *
 * ```ts
 * import { hashHex } from "@proxy-session/protocol/Sha256"
 *
 * hashHex("").slice(0, 8) // => "e3b0c442"
 * ```
 *
 * @category hashing
 */
export const hashHex = (message: string | Uint8Array): string => hexDigest(message)

/**
 * The HMAC of a message under a key, 32 bytes. Text is taken as UTF-8.
 *
 * A key given as bytes must not be changed afterwards: what is derived from it is remembered for as long as it lives.
 *
 * @category hashing
 */
export const hmac = (key: string | Uint8Array, message: string | Uint8Array): Uint8Array =>
  digest(outerMessage(key, message))

/**
 * The HMAC of a message in hexadecimal.
 *
 * @category hashing
 */
export const hmacHex = (key: string | Uint8Array, message: string | Uint8Array): string =>
  hexDigest(outerMessage(key, message))

/** The key as the inner and the outer hash begin with it. The outer one has room for the inner hash. */
interface Pads {
  readonly inner: Uint8Array
  readonly outer: Uint8Array
}

/** A signing key is used for a day. */
const known = new WeakMap<Uint8Array, Pads>()

const padsOf = (key: string | Uint8Array): Pads => {
  if (typeof key === "string") return makePads(encoder.encode(key))
  const pads = known.get(key) ?? makePads(key)
  known.set(key, pads)
  return pads
}

const makePads = (key: Uint8Array): Pads => {
  const inner = new Uint8Array(blockLength).fill(0x36)
  const outer = new Uint8Array(blockLength + 32).fill(0x5c)
  for (const [i, byte] of (key.length > blockLength ? digest(key) : key).entries()) {
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  return { inner, outer }
}

const encoder = new TextEncoder()

/** Scratch space, since the messages of signatures are short and hashed at once. */
let scratch = new Uint8Array(1024)

const outerMessage = (key: string | Uint8Array, message: string | Uint8Array): Uint8Array => {
  const { inner, outer } = padsOf(key)
  // A UTF-16 code unit takes at most three bytes of UTF-8.
  const room = blockLength + message.length * 3
  if (scratch.length < room) scratch = new Uint8Array(room)
  scratch.set(inner)
  const body = scratch.subarray(blockLength)
  if (typeof message !== "string") body.set(message)
  const size = typeof message === "string" ? encoder.encodeInto(message, body).written : message.length
  outer.set(digest(scratch.subarray(0, blockLength + size)), blockLength)
  return outer
}
