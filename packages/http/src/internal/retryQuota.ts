/**
 * The tokens that retries are paid with, so that a service in trouble is not pressed by every caller at once.
 *
 * One bucket belongs to a Layer and is shared by all its calls. In an outage it runs dry, and from then on each call is
 * one attempt.
 */
export interface RetryQuota {
  /** Takes tokens for one more attempt, unless there are too few. */
  readonly take: (cost: number) => boolean
  /**
   * Gives tokens back: the cost of the retry that succeeded, or one for a call that needed none. Answers whether the bucket
   * had room for any.
   */
  readonly give: (tokens: number) => boolean
  readonly level: () => number
}

export const make = (capacity = 500): RetryQuota => {
  let tokens = capacity
  return {
    take: (cost) => {
      if (cost > tokens) return false
      tokens -= cost
      return true
    },
    give: (returned) => {
      const before = tokens
      tokens = Math.min(capacity, tokens + returned)
      return tokens > before
    },
    level: () => tokens,
  }
}
