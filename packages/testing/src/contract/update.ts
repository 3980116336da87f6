/**
 * Changing a session: its capabilities, its life, and nothing else.
 */
import type { Capability } from "@proxy-session/domain/Capability"
import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const change = Effect.fnUntraced(function* (
  { proxySessionId, voiceConnectorId }: ProxySessionKey,
  capabilities: ReadonlyArray<Capability>,
  minutes?: number,
) {
  const repo = yield* ProxySessionRepo
  return yield* repo.update(
    new UpdateProxySession({
      voiceConnectorId,
      proxySessionId,
      capabilities,
      ...(minutes === undefined ? {} : { expiryMinutes: ExpiryMinutes.make(minutes) }),
    }),
  )
})

export const update: ContractGroup = {
  subject: "update",
  cases: [
    {
      name: "an update replaces the capabilities and keeps everything else, the minutes included",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const session = yield* Given.session(yield* Given.connector(), { ...Fixtures.createProxySessionInFull })
        const updated = yield* change(session, ["SMS"])
        const before = Given.facts(session)
        yield* Expect.same("the answer", Given.facts(updated), {
          ...before,
          capabilities: ["SMS"],
          updatedTimestamp: Given.facts(updated).updatedTimestamp,
        })
        yield* Expect.same("what is read", Given.facts(yield* repo.get(session)), Given.facts(updated))
      }),
    },
    {
      name: "an update is dated",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const session = yield* Given.session(yield* Given.connector())
        yield* adjust("5 minutes")
        const updated = Given.facts(yield* change(session, ["SMS"]))
        yield* Expect.same("the creation", updated.createdTimestamp, Given.facts(session).createdTimestamp)
        yield* Expect.same("the update", updated.updatedTimestamp, updated.createdTimestamp + 5 * 60_000)
      }),
    },
    {
      name: "an update with minutes sets them",
      run: Effect.gen(function* () {
        const session = yield* Given.session(yield* Given.connector())
        const updated = yield* change(session, ["Voice"], 61)
        yield* Expect.same("the minutes", updated.expiryMinutes, ExpiryMinutes.make(61))
      }),
    },
    {
      name: "no capability at all, or too many minutes, is a BadRequestException and changes nothing",
      run: Effect.gen(function* () {
        const { expiryRange } = yield* Bench
        const repo = yield* ProxySessionRepo
        const session = yield* Given.session(yield* Given.connector())
        yield* Expect.fails("update", "BadRequestException", change(session, []))
        yield* Expect.fails("update", "BadRequestException", change(session, ["SMS"], expiryRange.maximum + 1))
        yield* Expect.same("the session", Given.facts(yield* repo.get(session)), Given.facts(session))
      }),
    },
    {
      name: "a missing session is a NotFoundException",
      run: Effect.gen(function* () {
        const key = Given.missing(yield* Given.connector())
        yield* Expect.fails("update", "NotFoundException", change(key, ["Voice"]))
      }),
    },
    {
      name: "more minutes let a session live longer, counted from its creation",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const repo = yield* ProxySessionRepo
        const session = yield* Given.session(yield* Given.connector(), { expiryMinutes: ExpiryMinutes.make(10) })
        yield* adjust("9 minutes")
        yield* change(session, ["Voice"], 20)
        yield* adjust("10 minutes")
        yield* Expect.same("the status after 19 minutes", (yield* repo.get(session)).status, "Open")
        yield* adjust("1 minute")
        yield* Expect.same("the status after 20 minutes", (yield* repo.get(session)).status, "Closed")
      }),
    },
    {
      name: "fewer minutes than have passed end a session at once",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const session = yield* Given.session(yield* Given.connector())
        yield* adjust("10 minutes")
        const updated = yield* change(session, ["Voice"], 5)
        yield* Expect.same("the status", updated.status, "Closed")
        yield* Expect.holds("the session should have an end", updated.endedTimestamp !== undefined)
      }),
    },
    {
      name: "a session that has closed cannot be updated, which is a BadRequestException",
      needs: ["clock"],
      run: Effect.gen(function* () {
        const { adjust } = yield* Bench
        const repo = yield* ProxySessionRepo
        const session = yield* Given.session(yield* Given.connector(), { expiryMinutes: ExpiryMinutes.make(1) })
        yield* adjust("1 minute")
        const closed = yield* repo.get(session)
        yield* Expect.fails("update", "BadRequestException", change(session, ["SMS"], 60))
        yield* Expect.same("the session", Given.facts(yield* repo.get(session)), Given.facts(closed))
      }),
    },
  ],
}
