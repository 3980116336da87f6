/**
 * Identifiers of requests, which both sides make.
 */
import type { Random } from "effect/Random"

/**
 * An identifier in the form of a UUID of version 4, out of Effect's own chance.
 *
 * It is made for every call, so it takes the service of `Random` itself rather than being an effect. Not for secrets.
 *
 * @category constructors
 */
export const v4 = (random: Random): string => {
  const [a, b, c, d] = [hex(random), hex(random), hex(random), hex(random)]
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

/** The text of a byte, or of the lowest byte of a number. */
const byte = (value: number): string => bytes[value & 255] ?? ""

const hex = (random: Random): string => {
  const word = Math.floor(random.nextDoubleUnsafe() * 2 ** 32)
  return byte(word >>> 24) + byte(word >>> 16) + byte(word >>> 8) + byte(word)
}
