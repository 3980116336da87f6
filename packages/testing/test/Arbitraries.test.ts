import { assert, describe, it } from "@effect/vitest"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Arbitraries from "@proxy-session/testing/Arbitraries"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"

describe("Arbitraries", () => {
  it.prop(
    "requests are valid",
    {
      create: Arbitraries.createProxySession,
      key: Arbitraries.proxySessionKey,
      list: Arbitraries.listProxySessions,
      put: Arbitraries.putVoiceConnectorProxy,
      update: Arbitraries.updateProxySession,
    },
    ({ create, key, list, put, update }) => {
      assert.isTrue(Schema.is(CreateProxySession)(create))
      assert.isTrue(Schema.is(ProxySessionKey)(key))
      assert.isTrue(Schema.is(ListProxySessions)(list))
      assert.isTrue(Schema.is(PutVoiceConnectorProxy)(put))
      assert.isTrue(Schema.is(UpdateProxySession)(update))
    },
  )

  it.prop(
    "a session ends exactly if it is closed, is never updated before it is created, and can be encoded",
    { session: Arbitraries.proxySession },
    ({ session }) => {
      assert.strictEqual(session.endedTimestamp !== undefined, session.status === "Closed")
      assert.isTrue(DateTime.isLessThanOrEqualTo(session.createdTimestamp, session.updatedTimestamp))
      const again = Schema.decodeSync(ProxySession)(Schema.encodeSync(ProxySession)(session))
      assert.deepStrictEqual(Schema.encodeSync(ProxySession)(again), Schema.encodeSync(ProxySession)(session))
    },
  )

  it.prop("the people of a course of events are fictional", { events: Arbitraries.events }, ({ events }) => {
    for (const event of events) {
      if (event._tag !== "Create") continue
      const { participantPhoneNumbers } = Arbitraries.toRequest(Fixtures.voiceConnectorId, event)
      for (const number of participantPhoneNumbers) assert.match(number, /^\+120655501\d\d$/u)
    }
  })
})
