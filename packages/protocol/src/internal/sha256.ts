/**
 * SHA-256 (FIPS 180-4) in synchronous JavaScript, for platforms without `node:crypto`.
 *
 * A signature hashes a few hundred bytes five times. WebCrypto returns a promise for each hash and takes seven times as
 * long at that size.
 */
import * as Hex from "effect/encoding/Hex"

const blockLength = 64

// The fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2).
const constants = Int32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
])

// The fractional parts of the square roots of the first 8 primes (section 5.3.3).
const initial = Int32Array.from([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
])

const schedule = new Int32Array(64)

const at = (words: Int32Array, index: number): number => words[index] ?? 0

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

/** Works one block of the message into the state (section 6.2.2). */
const compress = (state: Int32Array, message: DataView, block: number): void => {
  for (let i = 0; i < 16; i++) schedule[i] = message.getInt32(block + i * 4)
  for (let i = 16; i < 64; i++) {
    const two = at(schedule, i - 2)
    const fifteen = at(schedule, i - 15)
    const sigma1 = rotate(two, 17) ^ rotate(two, 19) ^ (two >>> 10)
    const sigma0 = rotate(fifteen, 7) ^ rotate(fifteen, 18) ^ (fifteen >>> 3)
    schedule[i] = sigma1 + at(schedule, i - 7) + sigma0 + at(schedule, i - 16)
  }
  let a = at(state, 0)
  let b = at(state, 1)
  let c = at(state, 2)
  let d = at(state, 3)
  let e = at(state, 4)
  let f = at(state, 5)
  let g = at(state, 6)
  let h = at(state, 7)
  for (let i = 0; i < 64; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const choice = (e & f) ^ (~e & g)
    const t1 = (h + sum1 + choice + at(constants, i) + at(schedule, i)) | 0
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + sum0 + majority) | 0
  }
  state[0] = at(state, 0) + a
  state[1] = at(state, 1) + b
  state[2] = at(state, 2) + c
  state[3] = at(state, 3) + d
  state[4] = at(state, 4) + e
  state[5] = at(state, 5) + f
  state[6] = at(state, 6) + g
  state[7] = at(state, 7) + h
}

const encoder = new TextEncoder()

/** The digest, of 32 bytes. Text is hashed as UTF-8. */
export const digest = (content: string | Uint8Array): Uint8Array => {
  const message = typeof content === "string" ? encoder.encode(content) : content
  const { byteLength } = message
  // A one bit, zeros, and the length in bits as 64 bits, up to a whole number of blocks (section 5.1.1).
  const padded = new Uint8Array(Math.ceil((byteLength + 9) / blockLength) * blockLength)
  padded.set(message)
  padded[byteLength] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(byteLength / 2 ** 29))
  view.setUint32(padded.length - 4, byteLength << 3)
  const state = initial.slice()
  for (let block = 0; block < padded.length; block += blockLength) compress(state, view, block)
  const result = new DataView(new ArrayBuffer(32))
  for (let i = 0; i < 8; i++) result.setInt32(i * 4, at(state, i))
  return new Uint8Array(result.buffer)
}

/** The digest in hexadecimal. */
export const hexDigest = (content: string | Uint8Array): string => Hex.encode(digest(content))
