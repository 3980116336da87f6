import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import * as Lifecycle from "@proxy-session/domain/Lifecycle"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { property } from "./support/check.ts"
import { created, session } from "./support/samples.ts"

const minute = 60_000
const at = (milliseconds: number) => DateTime.makeUnsafe(DateTime.toEpochMillis(created) + milliseconds)
const since = (instant: DateTime.Utc | undefined) =>
  instant === undefined ? undefined : DateTime.toEpochMillis(instant) - DateTime.toEpochMillis(created)
const lasting = (minutes: number | undefined) => {
  const { expiryMinutes: _, ...rest } = session
  return new ProxySession({
    ...rest,
    ...(minutes === undefined ? {} : { expiryMinutes: ExpiryMinutes.make(minutes) }),
  })
}

/** Instants around the life of a session of 60 minutes, in milliseconds since its creation. */
const Offset = Schema.Int.check(Schema.isBetween({ minimum: -1, maximum: 90 * minute }))
const Minutes = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 90 })).pipe(Schema.brand("ExpiryMinutes"))

describe("Lifecycle", () => {
  it("a session expires its minutes after its creation", () => {
    assert.strictEqual(since(Lifecycle.expiresAt(session)), 60 * minute)
    assert.strictEqual(since(Lifecycle.expiresAt(lasting(1))), minute)
  })

  it("a session without minutes never expires", () => {
    assert.isUndefined(Lifecycle.expiresAt(lasting(undefined)))
    assert.strictEqual(Lifecycle.settle(lasting(undefined), DateTime.makeUnsafe(8.64e15)).status, "Open")
  })

  it("a session whose minutes reach past the last instant there is never expires", () => {
    const endless = lasting(Number.MAX_SAFE_INTEGER)
    assert.isUndefined(Lifecycle.expiresAt(endless))
    assert.strictEqual(Lifecycle.settle(endless, DateTime.makeUnsafe(8.64e15)), endless)
  })

  it("a session is open to its last millisecond and closed from the next on", () => {
    assert.strictEqual(Lifecycle.settle(session, at(60 * minute - 1)), session)
    const closed = Lifecycle.settle(session, at(60 * minute))
    assert.strictEqual(closed.status, "Closed")
    assert.strictEqual(since(closed.endedTimestamp), 60 * minute)
    assert.strictEqual(since(closed.updatedTimestamp), 60 * minute)
    assert.strictEqual(since(closed.createdTimestamp), 0)
  })

  it("however late one looks, a session ended when it expired", () => {
    assert.deepStrictEqual(Lifecycle.settle(session, at(1e12)), Lifecycle.settle(session, at(60 * minute)))
  })

  it("closing keeps all but the status and the two instants", () => {
    const { endedTimestamp, status, updatedTimestamp, ...rest } = Lifecycle.close(session, at(5))
    assert.strictEqual(status, "Closed")
    assert.strictEqual(since(endedTimestamp), 5)
    assert.strictEqual(since(updatedTimestamp), 5)
    const { status: _, updatedTimestamp: __, ...before } = session
    assert.deepStrictEqual(rest, before)
  })

  it.prop(
    "settling twice is settling once",
    { now: Offset },
    ({ now }) => {
      const once = Lifecycle.settle(session, at(now))
      assert.strictEqual(Lifecycle.settle(once, at(now)), once)
    },
    property,
  )

  it.prop(
    "many looks at a session find what one look finds",
    { steps: Schema.Array(Offset), last: Offset },
    ({ last, steps }) => {
      const path = [...steps, last].toSorted((one, other) => one - other)
      const end = path.at(-1) ?? last
      assert.deepStrictEqual(
        path.reduce((current, now) => Lifecycle.settle(current, at(now)), session),
        Lifecycle.settle(session, at(end)),
      )
    },
    property,
  )

  describe("interact", () => {
    it("makes an open session InProgress, as of now", () => {
      const used = Lifecycle.interact(session, at(7))
      assert.strictEqual(used.status, "InProgress")
      assert.strictEqual(since(used.updatedTimestamp), 7)
      assert.isUndefined(used.endedTimestamp)
    })

    it("leaves a session that is in progress alone", () => {
      const used = Lifecycle.interact(session, at(7))
      assert.strictEqual(Lifecycle.interact(used, at(8)), used)
    })

    it("does not bring an expired session back", () => {
      const over = Lifecycle.interact(session, at(60 * minute))
      assert.strictEqual(over.status, "Closed")
      assert.strictEqual(since(over.endedTimestamp), 60 * minute)
    })

    it("does not change when a session expires", () => {
      assert.strictEqual(Lifecycle.settle(Lifecycle.interact(session, at(7)), at(60 * minute)).status, "Closed")
    })
  })

  describe("update", () => {
    it("replaces the capabilities, each once and in order, and dates the session", () => {
      const updated = Result.getOrThrow(
        Lifecycle.update(session, { capabilities: ["Voice", "SMS", "Voice", "SMS"] }, at(3)),
      )
      assert.deepStrictEqual(updated.capabilities, ["SMS", "Voice"])
      assert.strictEqual(updated.expiryMinutes, session.expiryMinutes)
      assert.strictEqual(since(updated.updatedTimestamp), 3)
      assert.strictEqual(since(updated.createdTimestamp), 0)
      assert.strictEqual(updated.status, "Open")
    })

    it("counts new minutes from the creation, not from now", () => {
      const updated = Result.getOrThrow(
        Lifecycle.update(session, { capabilities: ["SMS"], expiryMinutes: ExpiryMinutes.make(90) }, at(59 * minute)),
      )
      assert.strictEqual(since(Lifecycle.expiresAt(updated)), 90 * minute)
      assert.strictEqual(Lifecycle.settle(updated, at(89 * minute)).status, "Open")
    })

    it("ends a session at once if its new minutes are already over", () => {
      const request = { capabilities: ["SMS"], expiryMinutes: ExpiryMinutes.make(1) } as const
      const alive = Result.getOrThrow(Lifecycle.update(session, request, at(minute - 1)))
      assert.strictEqual(alive.status, "Open")
      const ended = Result.getOrThrow(Lifecycle.update(session, request, at(minute)))
      assert.strictEqual(ended.status, "Closed")
      assert.strictEqual(since(ended.endedTimestamp), minute)
      assert.deepStrictEqual(ended.capabilities, ["SMS"])
    })

    it("keeps a session in progress so", () => {
      const updated = Lifecycle.update(Lifecycle.interact(session, at(1)), { capabilities: ["SMS"] }, at(2))
      assert.strictEqual(Result.getOrThrow(updated).status, "InProgress")
    })

    for (const [what, over] of [
      ["expired", session],
      ["closed", Lifecycle.close(session, at(1))],
    ] as const) {
      it(`refuses a session that has ${what}`, () => {
        const result = Lifecycle.update(
          over,
          { capabilities: ["SMS"], expiryMinutes: ExpiryMinutes.make(720) },
          at(60 * minute),
        )
        assert.strictEqual(Result.isFailure(result) && result.failure._tag, "BadRequestException")
      })
    }

    it.prop(
      "no update, use or look ever leaves a session that is not closed but expired, or closed without an end",
      {
        steps: Schema.Array(Schema.Struct({ now: Offset, minutes: Schema.optionalKey(Minutes), use: Schema.Boolean })),
      },
      ({ steps }) => {
        let current = session
        for (const { minutes, now, use } of steps.toSorted((one, other) => one.now - other.now)) {
          const request = {
            capabilities: ["SMS"],
            ...(minutes === undefined ? {} : { expiryMinutes: minutes }),
          } as const
          current = use
            ? Lifecycle.interact(current, at(now))
            : Result.getOrElse(Lifecycle.update(current, request, at(now)), () => Lifecycle.settle(current, at(now)))
          const end = Lifecycle.expiresAt(current)
          assert.strictEqual(current.status === "Closed", current.endedTimestamp !== undefined)
          assert.isTrue(current.status === "Closed" || end === undefined || DateTime.isLessThan(at(now), end))
        }
      },
      property,
    )
  })
})
