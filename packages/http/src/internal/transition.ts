import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import * as RetryClass from "@proxy-session/protocol/RetryClass"
import * as Retry from "../Retry.ts"

/** What a call knows of the attempts that it has made. */
export interface State {
  readonly attempts: number
  /** Whether one of them may have been carried out. */
  readonly isAmbiguous: boolean
  /** The tokens that the latest one cost. */
  readonly cost: number
  /** Whether an expired key has been replaced. */
  readonly isRenewed: boolean
}

export const initial: State = { attempts: 0, isAmbiguous: false, cost: 0, isRenewed: false }

/** An attempt has failed. */
export interface Failed {
  readonly error: ErrorOf[OperationName]
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Whether its request was sent more than once. */
  readonly isResent: boolean
  /** Whether its response has corrected the clock since it was signed. */
  readonly isClockCorrected: boolean
  /** From 0 to 1. */
  readonly random: number
  /** The milliseconds that the call has left. */
  readonly timeLeft: number
  /** The tokens that are left for retries. */
  readonly tokens: number
}

/** The rules of an operation's calls. */
export interface Rules {
  readonly maxAttempts: number
  readonly constants: Retry.RetryConstants
  /** Whether an attempt that may have been carried out may be followed by another one. */
  readonly isRepeatable: boolean
  /** Whether it is done when what it is about is gone. */
  readonly isDelete: boolean
}

/**
 * What follows: another attempt after some milliseconds, with a new key if `renew` says so; the end; or success, since an
 * earlier attempt did it.
 */
export type Next = { readonly state: State; readonly isThrottled: boolean } & (
  | { readonly _tag: "Again"; readonly delay: number; readonly renew: boolean }
  | { readonly _tag: "Stop" }
  | { readonly _tag: "Done" }
)

/** What follows a failed attempt. */
export const next = (rules: Rules, before: State, failed: Failed): Next => {
  const { error, isResent } = failed
  const kind = RetryClass.classify(error)
  // Without a key no attempt was made.
  const attempts = error._tag === "CredentialsError" ? before.attempts : before.attempts + 1
  const end = {
    state: { ...before, attempts, isAmbiguous: before.isAmbiguous || isResent },
    isThrottled: kind?.reason === "Throttling",
  }
  if (error._tag === "NotFoundException" && before.isAmbiguous && rules.isDelete) return { _tag: "Done", ...end }
  const stop: Next = { _tag: "Stop", ...end }
  if (kind === undefined || attempts >= rules.maxAttempts) return stop
  const isUnknown = isResent || kind.outcome === "Unknown"
  if (isUnknown && !rules.isRepeatable) return stop
  if (kind.reason === "ClockSkew" && !failed.isClockCorrected) return stop
  const renew = kind.reason === "ExpiredToken"
  if (renew && before.isRenewed) return stop
  const delay = Retry.delay(rules.constants, kind.reason, attempts, failed.random, Retry.hintOf(failed.headers))
  const cost = Retry.costOf(rules.constants, kind.reason)
  if (delay >= failed.timeLeft || cost > failed.tokens) return stop
  const state = {
    attempts,
    cost,
    isAmbiguous: before.isAmbiguous || isUnknown,
    isRenewed: before.isRenewed || renew,
  }
  return { _tag: "Again", ...end, state, delay, renew }
}
