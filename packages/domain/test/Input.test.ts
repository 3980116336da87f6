import * as Input from "@proxy-session/domain/Input"
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { CreateProxySession, ProxySessionKey, UpdateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { cast } from "./support/check.ts"
import { createRequest, session } from "./support/samples.ts"

const create = Input.reader(CreateProxySession, "CreateProxySession")
const get = Input.reader(ProxySessionKey, "GetProxySession")

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const key = { voiceConnectorId, proxySessionId: "123a4bc5" }
const input = {
  voiceConnectorId,
  participantPhoneNumbers: ["+12065550100", "+14015550101"],
  capabilities: ["Voice"],
}

/** What an input breaks, as `path rule`. */
const broken = <A>(result: Result.Result<A, InvalidRequest>) =>
  Result.isSuccess(result) ? [] : result.failure.violations.map(({ path, rule }) => `${path} ${rule}`)

describe("what a caller passes", () => {
  it("becomes an instance of the request's class", () => {
    const request = Result.getOrThrow(create(input))
    assert.instanceOf(request, CreateProxySession)
    assert.deepStrictEqual({ ...request }, cast(input))
  })

  it("may be undefined where it may be absent, at any depth", () => {
    const optional = { ...input, name: undefined, expiryMinutes: undefined, geoMatchParams: undefined }
    assert.deepStrictEqual(
      Object.keys(Result.getOrThrow(create(optional))),
      Object.keys(Result.getOrThrow(create(input))),
    )
    const place = { country: "US", areaCode: "206", comment: undefined }
    assert.deepStrictEqual(Result.getOrThrow(create({ ...optional, geoMatchParams: place })).geoMatchParams, {
      country: "US",
      areaCode: "206",
    })
  })

  it("may not be undefined where it is required", () => {
    assert.deepStrictEqual(broken(get({ ...key, proxySessionId: undefined })), ["proxySessionId is required"])
    assert.deepStrictEqual(
      broken(create({ ...input, name: undefined, geoMatchParams: { country: "US", areaCode: undefined } })),
      ["geoMatchParams.areaCode is required"],
    )
  })

  it("is refused with every rule that it breaks, and the operation", () => {
    const result = create({ ...input, participantPhoneNumbers: ["+12065550100", "0"], name: "!" })
    assert.deepStrictEqual(broken(result), [
      "participantPhoneNumbers[1] must be an E.164 number: an optional +, then 2 to 15 digits that do not begin with 0",
      "name must be at most 30 letters, digits and spaces",
    ])
    assert.strictEqual(Result.getOrThrow(Result.flip(result)).operation, "CreateProxySession")
  })

  it("is refused where it is no object", () => {
    for (const value of [null, undefined, "key", 1, [], [key]])
      assert.deepStrictEqual(broken(get(value)), [" must be object"])
  })

  it("may be a whole session where its key is asked for, of which the key is taken", () => {
    const { proxySessionId, voiceConnectorId } = session
    const request = Result.getOrThrow(get(session))
    assert.instanceOf(request, ProxySessionKey)
    assert.deepStrictEqual({ ...request }, { proxySessionId, voiceConnectorId })
  })

  it("may have its members from a prototype", () => {
    class Trip {
      get voiceConnectorId() {
        return voiceConnectorId
      }
      get proxySessionId() {
        return "123a4bc5"
      }
      readonly status = undefined
    }
    assert.deepStrictEqual({ ...Result.getOrThrow(get(new Trip())) }, cast(key))
  })
})

describe("a request that was decoded", () => {
  it("is passed on as it is, whoever decoded it", () => {
    const [decoded, wired] = [
      Effect.runSync(ProxySessionKey.decode(key)),
      Result.getOrThrow(Input.decodeUnknown(ProxySessionKey)(key)),
    ]
    for (const request of [decoded, wired, Result.getOrThrow(get(key))]) {
      assert.strictEqual(Result.getOrThrow(get(request)), request)
    }
  })

  it("cannot be changed", () => {
    const request = Result.getOrThrow(get(key))
    assert.throws(() => Object.assign(request, { proxySessionId: ".." }), TypeError)
    assert.strictEqual(request.proxySessionId, key.proxySessionId)
  })

  it("looks like any other", () => {
    const request = Result.getOrThrow(create(createRequest))
    assert.notStrictEqual(request, createRequest)
    assert.deepStrictEqual(request, createRequest)
    assert.strictEqual(String(request), String(createRequest))
  })

  it("is decoded again where another request is asked for, and so is a copy of it", () => {
    const update = Effect.runSync(UpdateProxySession.decode({ ...key, capabilities: [] }))
    assert.deepStrictEqual({ ...Result.getOrThrow(get(update)) }, cast(key))
    const decoded = Result.getOrThrow(get(key))
    assert.deepStrictEqual(broken(get({ ...decoded, proxySessionId: ".." })).length, 1)
  })
})

describe("an instance that a constructor made", () => {
  it("is decoded all the same, since its checks can be switched off", () => {
    const request = new ProxySessionKey(cast({ ...key, proxySessionId: ".." }), { disableChecks: true })
    assert.deepStrictEqual(broken(get(request)), [
      "proxySessionId must be neither . nor .., which are not names but steps of a path",
    ])
  })
})
