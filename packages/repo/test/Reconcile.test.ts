import { assert, describe, it } from "@effect/vitest"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import * as Reconcile from "@proxy-session/repo/Reconcile"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Stub from "@proxy-session/testing/Stub"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"

const since = DateTime.makeUnsafe("2026-11-23T03:14:00Z")
const request = new CreateProxySession({ ...Fixtures.createProxySession, name: "Trip 1" })

const session = (
  id: string,
  {
    at = "2026-11-23T03:14:00Z",
    numbers = ["+12065550100", "+14015550101"],
    ...rest
  }: { readonly at?: string; readonly numbers?: ReadonlyArray<string>; readonly name?: string } = {},
) =>
  new ProxySession({
    ...Fixtures.proxySession,
    ...rest,
    proxySessionId: ProxySessionId.make(id),
    createdTimestamp: DateTime.makeUnsafe(at),
    participants: numbers.map(
      (number) =>
        new Participant({ phoneNumber: PhoneNumber.make(number), proxyPhoneNumber: PhoneNumber.make("+19135550199") }),
    ),
  })

/** The ids of what is found in a listing of one session a page. */
const found = (...sessions: ReadonlyArray<ProxySession>) =>
  Effect.map(
    Effect.provide(
      Reconcile.candidates(request, since),
      Stub.layer({
        list: ({ nextToken = "0" }) => {
          const next = Number(nextToken) + 1
          return Effect.succeed(
            new ProxySessionPage({
              proxySessions: sessions.slice(next - 1, next),
              ...(next < sessions.length ? { nextToken: String(next) } : {}),
            }),
          )
        },
      }),
    ),
    (answer) => {
      switch (answer._tag) {
        case "None":
          return []
        case "One":
          return [answer.session.proxySessionId]
        case "Several":
          return answer.sessions.map(({ proxySessionId }) => proxySessionId)
      }
    },
  )

describe("Reconcile.candidates", () => {
  it.effect("finds the session that was made, on whatever page, in either order and spelling of the numbers", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* found(session("a")), ["a"])
      const old = session("old", { at: "2026-11-23T03:13:59.999Z" })
      const swapped = session("b", { numbers: ["14015550101", "+12065550100"], name: "Trip 1" })
      assert.deepStrictEqual(yield* found(old, old, swapped), ["b"])
    }),
  )

  it.effect("finds nothing in what is older, has another name or another participant", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* found(), [])
      assert.deepStrictEqual(
        yield* found(
          session("old", { at: "2026-11-23T03:13:59.999Z" }),
          session("named", { name: "Trip 2" }),
          session("other", { numbers: ["+12065550100", "+14015550102"] }),
          session("half", { numbers: ["+12065550100"] }),
          session("same", { numbers: ["+12065550100", "+12065550100"] }),
        ),
        [],
      )
    }),
  )

  it.effect("reports all candidates rather than guess among several", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* found(session("a"), session("b"), session("c")), ["a", "b", "c"])
    }),
  )
})
