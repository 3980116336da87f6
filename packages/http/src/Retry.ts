/**
 * When a failed attempt is followed by another, and after how long.
 *
 * It is AWS's standard retry mode: three attempts, full jitter, a bucket of tokens that every retry is paid from. It
 * differs in two things. What may have happened is not repeated where a repetition would happen again: a
 * `CreateProxySession` is tried again only if it provably was not carried out. And an attempt with a clock that has been
 * corrected, or with a key in the place of an expired one, is made at once and costs no token.
 */
import type { RetryReason } from "@proxy-session/protocol/RetryClass"

/**
 * How failed attempts are repeated.
 *
 * - `maxAttempts`: how often a request is tried in all, 3 unless told otherwise; 1 never repeats
 * - `constants`: delays and costs as AWS's SDKs have them since 2026, or as they had them before (`"previous"`)
 * - `create`: `"safe"` repeats a create only if it was not carried out; `"aws-compatible"` repeats it like any other, as
 *   AWS's SDKs do, and may leave two sessions
 * - `clockSkew`: whether a wrong clock of this machine is corrected by what the service's answers say; default true
 *
 * @category models
 */
export interface RetryOptions {
  readonly maxAttempts?: number | undefined
  readonly constants?: "2026" | "previous" | undefined
  readonly create?: "aws-compatible" | "safe" | undefined
  readonly clockSkew?: boolean | undefined
}

/**
 * The delays and the prices of retries.
 *
 * Delays are in milliseconds: the first one at most, which doubles with each further attempt, up to 20 seconds. Prices
 * are in tokens of a bucket that holds 500.
 *
 * @category models
 */
export interface RetryConstants {
  readonly baseDelay: Readonly<Record<"Throttling" | "Transient", number>>
  readonly cost: Readonly<Record<"Throttling" | "Timeout" | "Transient", number>>
}

/**
 * The constants by the year: AWS changed them in 2026.
 *
 * Source: AWS Developer Tools Blog, "Announcing updated retry behavior"; the SDKs and Tools Reference Guide, standard
 * retry mode.
 *
 * @category constants
 */
export const constants: Readonly<Record<"2026" | "previous", RetryConstants>> = {
  2026: {
    baseDelay: { Transient: 50, Throttling: 1000 },
    cost: { Transient: 14, Timeout: 14, Throttling: 5 },
  },
  previous: {
    baseDelay: { Transient: 1000, Throttling: 1000 },
    cost: { Transient: 5, Timeout: 10, Throttling: 5 },
  },
}

const maxDelay = 20_000

/** How much longer than its own delay a client lets a server make it wait. */
const maxPatience = 5000

/**
 * The milliseconds to wait before the next attempt: chance times a delay that doubles, and at least what the service
 * asks for, as far as that is within reason.
 *
 * `attempt` counts the attempts so far, `chance` is from 0 to 1, `hint` is what the service asks for. Attempts after a
 * corrected clock or with new credentials do not wait.
 *
 * **Example** (The longest wait after a second transient failure)
 *
 * ```ts
 * import { constants, delay } from "@proxy-session/http/Retry"
 *
 * delay(constants[2026], "Transient", 2, 1, undefined) // => 100
 * ```
 *
 * @category rules
 */
export const delay = (
  { baseDelay }: RetryConstants,
  reason: RetryReason,
  attempt: number,
  chance: number,
  hint: number | undefined,
): number => {
  if (reason === "ClockSkew" || reason === "ExpiredToken") return 0
  const base = baseDelay[reason === "Throttling" ? "Throttling" : "Transient"]
  const own = chance * Math.min(base * 2 ** (attempt - 1), maxDelay)
  return hint === undefined ? own : Math.max(own, Math.min(hint, own + maxPatience))
}

/**
 * The tokens that another attempt costs.
 *
 * One with a corrected clock or new credentials is free: it does not press a service in trouble, a call makes one for
 * each correction, and all calls need it at the same moment, more of them than the bucket could pay for.
 *
 * @category rules
 */
export const costOf = ({ cost }: RetryConstants, reason: RetryReason): number =>
  reason === "ClockSkew" || reason === "ExpiredToken"
    ? 0
    : cost[reason === "Throttling" || reason === "Timeout" ? reason : "Transient"]

/**
 * How long the service asks to wait, in milliseconds, or `undefined` where it does not say so in earnest.
 *
 * `x-amz-retry-after` is in milliseconds and goes before `retry-after` in seconds. A date, a negative number or anything
 * else is not taken for an answer.
 *
 * @category rules
 */
export const hintOf = (headers: Readonly<Record<string, string | undefined>>): number | undefined => {
  const millis = wholeNumber(headers["x-amz-retry-after"])
  const seconds = wholeNumber(headers["retry-after"])
  return millis ?? (seconds === undefined ? undefined : seconds * 1000)
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined
