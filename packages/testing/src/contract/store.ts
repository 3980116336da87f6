/**
 * What only a store knows: its whole content, whose a number is, and how much it is used.
 */
import type { Snapshot } from "@proxy-session/repo/Snapshot"
import { Tenant } from "@proxy-session/repo/Tenant"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

/** A snapshot in which every session of a connector is there a second time, with another id. */
const doubled = (snapshot: typeof Snapshot.Encoded, voiceConnectorId: string): typeof Snapshot.Encoded => ({
  ...snapshot,
  stores: snapshot.stores.map((store) => ({
    ...store,
    connectors: store.connectors.map((connector) => ({
      ...connector,
      sessions: (connector.sessions ?? []).flatMap((session) =>
        connector.voiceConnectorId === voiceConnectorId
          ? [session, { ...session, proxySessionId: `${session.proxySessionId}-again` }]
          : [session],
      ),
    })),
  })),
})

const snapshots = cases({ needs: ["snapshots"] })({
  "what is exported and imported again is the same, down to the numbers that are held and were had last": function* () {
    const { repo, snapshots } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const held = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 7) })
    const former = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(0, 1) })
    yield* repo.delete(former)
    const before = yield* Given.content(voiceConnectorId)
    yield* snapshots.import(JSON.parse(JSON.stringify(yield* snapshots.export)))
    yield* Expect.same("the content", yield* Given.content(voiceConnectorId), before)
    const again = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(1, 0) })
    yield* Expect.same("the pair's number", Given.proxyNumber(again), Given.proxyNumber(former))
    const third = yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pair(7, 2) })
    yield* Expect.holds("a held number should stay so", Given.proxyNumber(third) !== Given.proxyNumber(held))
    const ids = [held, former, again, third].map(({ proxySessionId }) => proxySessionId)
    yield* Expect.same("the number of ids", new Set(ids).size, 4)
  },
  "a person with one number in two live sessions is not imported, and nothing changes": function* () {
    const { snapshots } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    yield* Given.session(voiceConnectorId)
    const before = yield* Given.content(voiceConnectorId)
    const snapshot = doubled(yield* snapshots.export, voiceConnectorId)
    const error = yield* Expect.fails("import", "SchemaError", snapshots.import(snapshot))
    yield* Expect.holds("the error should say where", error.message.includes("proxyPhoneNumber"))
    yield* Expect.same("the content", yield* Given.content(voiceConnectorId), before)
  },
})

const routed = cases({ needs: ["router"] })({
  "the numbers of a connector come in the order of its pool, each with its live sessions": function* () {
    const { repo, router } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const [first] = yield* Given.sessions(voiceConnectorId, 3)
    if (first !== undefined) yield* repo.delete(first)
    const numbers = yield* router.numbers({ voiceConnectorId })
    const live = (yield* Given.listed(voiceConnectorId, { status: "Open" })).map(Given.proxyNumber)
    yield* Expect.same(
      "the numbers",
      numbers.map(({ country, liveSessions, phoneNumber }) => ({ country, liveSessions, phoneNumber })),
      Fixtures.pool.map(({ country, phoneNumber }) => ({
        country,
        liveSessions: live.filter((each) => each === phoneNumber).length,
        phoneNumber,
      })),
    )
  },
  "a number belongs to the connectors that have it, each with its tenant": function* () {
    const { router } = yield* Bench
    const voiceConnectorId = yield* Given.connector({}, [{ country: "US", phoneNumber: Fixtures.person(91) }])
    const [owner, ...others] = yield* router.ofNumber(Fixtures.person(91))
    yield* Expect.same("the connector", owner?.voiceConnectorId, voiceConnectorId)
    yield* Expect.same("the others", others.length, 0)
    yield* Expect.same("the owners of a number that nobody has", yield* router.ofNumber(Fixtures.person(92)), [])
    const { account, namespace, region } = owner?.tenant ?? {}
    const found = (yield* router.tenants).some((each) => each.account === account && each.region === region)
    yield* Expect.holds("the tenant should be among those that have a connector", found)
    yield* Expect.same("the namespace", namespace, (yield* Tenant).namespace)
  },
})

export const store: ContractGroup = { subject: "store", cases: [...snapshots, ...routed] }
