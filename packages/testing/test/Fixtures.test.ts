import { assert, describe, it } from "@effect/vitest"
import * as PhoneNumber from "@proxy-session/domain/PhoneNumber"
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as WireResponse from "@proxy-session/protocol/WireResponse"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Result from "effect/Result"

const { wire } = Fixtures

const parsed = (text: string | undefined): unknown => JSON.parse(text ?? "null")

describe("the fixtures", () => {
  for (const [name, operation, request, body] of [
    [
      "createProxySession",
      Operation.operations.CreateProxySession,
      Fixtures.createProxySession,
      wire.createProxySession,
    ],
    [
      "createProxySessionInFull",
      Operation.operations.CreateProxySession,
      Fixtures.createProxySessionInFull,
      wire.createProxySessionInFull,
    ],
  ] as const) {
    it(`${name} is the same request as its JSON`, () => {
      assert.deepStrictEqual(parsed(WireRequest.encode(operation, request).body), body)
    })
  }

  it("updateProxySession and putVoiceConnectorProxy are the same requests as their JSON", () => {
    const update = WireRequest.encode(Operation.operations.UpdateProxySession, Fixtures.updateProxySession)
    const put = WireRequest.encode(Operation.operations.PutVoiceConnectorProxy, Fixtures.putVoiceConnectorProxy)
    assert.deepStrictEqual(parsed(update.body), wire.updateProxySession)
    assert.deepStrictEqual(parsed(put.body), wire.putVoiceConnectorProxy)
  })

  it("the answers are what a client reads from their JSON", () => {
    const answer = (body: unknown) => ({ status: 200, headers: {}, body: JSON.stringify(body) })
    assert.deepStrictEqual(
      WireResponse.decode(Operation.operations.GetProxySession, answer(wire.proxySession)),
      Result.succeed(Fixtures.proxySession),
    )
    assert.deepStrictEqual(
      WireResponse.decode(Operation.operations.ListProxySessions, answer(wire.proxySessionPage)),
      Result.succeed(Fixtures.proxySessionPage),
    )
    assert.deepStrictEqual(
      WireResponse.decode(Operation.operations.GetVoiceConnectorProxy, answer(wire.proxyConfiguration)),
      Result.succeed(Fixtures.proxyConfiguration),
    )
  })

  it("notFound is what a client reads from its status, header and body", () => {
    const { body, headers, status } = wire.notFound
    const error = ErrorFormat.decode(Operation.operations.GetProxySession, {
      status,
      headers,
      body: JSON.stringify(body),
    })
    assert.deepStrictEqual({ ...error }, { ...Fixtures.notFound })
  })

  it("the people are 800, all of them fictional, and none of them is in the pool", () => {
    const people = Array.from({ length: 800 }, (_, n) => Fixtures.person(n))
    assert.strictEqual(new Set(people).size, 800)
    const pool = Fixtures.pool.map(({ phoneNumber }) => phoneNumber)
    for (const number of [...people, ...pool]) assert.match(number, /^\+1\d{3}55501\d\d$/u)
    assert.deepStrictEqual(
      pool.filter((number) => people.includes(number)),
      [],
    )
  })

  it("the pool's numbers are of the countries that it says", () => {
    for (const { country, phoneNumber } of Fixtures.pool) assert.strictEqual(PhoneNumber.country(phoneNumber), country)
  })
})
