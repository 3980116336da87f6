import { assert, describe, it } from "@effect/vitest"
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import {
  BadRequestException,
  NotFoundException,
  ServiceFailureException,
  ThrottledClientException,
  UnmodeledServiceError,
} from "@proxy-session/domain/ServiceError"
import { type Outcome, TransportError, type TransportReason } from "@proxy-session/domain/TransportError"
import * as Retry from "@proxy-session/http/Retry"
import * as Transition from "../src/internal/transition.ts"

const rules: Transition.Rules = {
  maxAttempts: 3,
  constants: Retry.constants[2026],
  isRepeatable: true,
  isDelete: false,
}
const create = { ...rules, isRepeatable: false }
const remove = { ...rules, isDelete: true }

const lost = (reason: TransportReason, outcome: Outcome) =>
  new TransportError({ operation: "GetProxySession", reason, outcome, attempts: 1 })
const throttled = new ThrottledClientException({ message: "" })
const failed = new ServiceFailureException({ message: "" })
const missing = new NotFoundException({ message: "" })
const skewed = new UnmodeledServiceError({ message: "", status: 403, type: "InvalidSignatureException" })
const expired = new UnmodeledServiceError({ message: "", status: 403, type: "ExpiredTokenException" })
const keyless = new CredentialsError({ sources: [] })

/** An attempt that fails with an error, in a call that has time and tokens left. */
const after = (error: Transition.Failed["error"], more: Partial<Transition.Failed> = {}): Transition.Failed => ({
  error,
  headers: {},
  isResent: false,
  isClockCorrected: false,
  random: 1,
  timeLeft: 30_000,
  tokens: 500,
  ...more,
})

const { initial, next } = Transition

describe("what follows a failed attempt", () => {
  it("is another one after a delay that grows, as long as there are attempts left", () => {
    const first = next(rules, initial, after(failed))
    assert.deepInclude(first, { _tag: "Again", delay: 50, renew: false })
    assert.deepStrictEqual(first.state, { attempts: 1, cost: 14, isAmbiguous: true, isRenewed: false })
    const second = next(rules, first.state, after(throttled))
    assert.deepInclude(second, { _tag: "Again", delay: 2000, isThrottled: true })
    assert.deepStrictEqual(second.state, { attempts: 2, cost: 5, isAmbiguous: true, isRenewed: false })
    const third = next(rules, second.state, after(throttled))
    assert.deepInclude(third, { _tag: "Stop", isThrottled: true })
    assert.deepInclude(third.state, { attempts: 3, isAmbiguous: true })
  })

  it("is the end where another one could not fare better, and no attempt where there was no key", () => {
    for (const error of [new BadRequestException({ message: "" }), missing, lost("Redirect", "Unknown")]) {
      const end = next(rules, initial, after(error))
      assert.strictEqual(end._tag, "Stop")
      assert.deepStrictEqual(end.state, { ...initial, attempts: 1 })
    }
    assert.deepStrictEqual(next(rules, initial, after(keyless)).state, initial)
    const { state } = next(rules, initial, after(failed))
    assert.deepInclude(next(rules, state, after(keyless)).state, { attempts: 1, isAmbiguous: true })
  })

  it("is the end where an attempt may have done what must not be done twice", () => {
    for (const [error, tag] of [
      [failed, "Stop"],
      [lost("Reset", "Unknown"), "Stop"],
      [lost("Timeout", "NotSent"), "Again"],
      [lost("Connect", "NotSent"), "Again"],
      [throttled, "Again"],
    ] as const) {
      assert.strictEqual(next(create, initial, after(error))._tag, tag)
    }
    const resent = next(create, initial, after(throttled, { isResent: true }))
    assert.strictEqual(resent._tag, "Stop")
    assert.isTrue(resent.state.isAmbiguous)
    assert.strictEqual(next(rules, initial, after(throttled, { isResent: true })).state.isAmbiguous, true)
  })

  it("is success where a session is gone that an earlier attempt may have deleted", () => {
    const before = next(remove, initial, after(lost("Reset", "Unknown"))).state
    assert.strictEqual(next(remove, before, after(missing))._tag, "Done")
    assert.strictEqual(next(rules, before, after(missing))._tag, "Stop")
    assert.strictEqual(next(remove, next(remove, initial, after(throttled)).state, after(missing))._tag, "Stop")
    assert.strictEqual(next(remove, initial, after(missing, { isResent: true }))._tag, "Stop")
  })

  it("is the end where the delay would pass the deadline, or the tokens do not pay for it", () => {
    assert.strictEqual(next(rules, initial, after(failed, { timeLeft: 50 }))._tag, "Stop")
    assert.strictEqual(next(rules, initial, after(failed, { timeLeft: 51 }))._tag, "Again")
    assert.strictEqual(next(rules, initial, after(failed, { tokens: 13 }))._tag, "Stop")
    assert.strictEqual(next(rules, initial, after(failed, { tokens: 14 }))._tag, "Again")
    const asked = { "x-amz-retry-after": "3000" }
    assert.deepInclude(next(rules, initial, after(failed, { headers: asked })), { _tag: "Again", delay: 3000 })
    assert.strictEqual(next(rules, initial, after(failed, { headers: asked, timeLeft: 3000 }))._tag, "Stop")
  })

  it("is another one at once, and free, with a clock that was corrected meanwhile", () => {
    const again = next(create, initial, after(skewed, { isClockCorrected: true, tokens: 0 }))
    assert.deepInclude(again, { _tag: "Again", delay: 0, renew: false })
    assert.strictEqual(again.state.cost, 0)
    assert.strictEqual(next(create, initial, after(skewed))._tag, "Stop")
  })

  it("is another one at once, and free, with a new key, but only once", () => {
    const again = next(create, initial, after(expired, { tokens: 0 }))
    assert.deepInclude(again, { _tag: "Again", delay: 0, renew: true })
    assert.deepStrictEqual(again.state, { attempts: 1, cost: 0, isAmbiguous: false, isRenewed: true })
    assert.strictEqual(next(create, again.state, after(expired))._tag, "Stop")
  })
})
