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

const hex = (random: Random): string =>
  Math.floor(random.nextDoubleUnsafe() * 2 ** 32)
    .toString(16)
    .padStart(8, "0")
