import { operations } from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { nameOf } from "../src/internal/unimplemented.ts"
import { layerServer, request } from "./support.ts"

const missing = [
  ["GET", "/voice-connectors/abc/origination", "GetVoiceConnectorOrigination"],
  ["PUT", "/voice-connectors/abc/termination", "PutVoiceConnectorTermination"],
  ["POST", "/voice-connectors/abc/termination/credentials?operation=put", "PutVoiceConnectorTerminationCredentials"],
  ["DELETE", "/phone-numbers/%2B12065550142", "DeletePhoneNumber"],
  ["POST", "/phone-numbers?operation=batch-update", "BatchUpdatePhoneNumber"],
  ["GET", "/phone-number-orders", "ListPhoneNumberOrders"],
  ["GET", "/voice-connector-groups", "ListVoiceConnectorGroups"],
] as const

layer(layerServer({ authentication: "none" }))("an operation of AWS's that nobody here answers", (it) => {
  for (const [method, path, name] of missing) {
    it.effect(`is named in the refusal, with what there is instead: ${name}`, () =>
      Effect.gen(function* () {
        const { headers, json, status } = yield* request(method, path)
        assert.strictEqual(status, 501)
        assert.strictEqual(headers["x-amzn-errortype"], "NotImplementedException:")
        assert.include(json.Message, `${name} is not implemented here`)
        for (const each of Object.keys(operations)) assert.include(json.Message, each)
      }),
    )
  }

  it.effect("is no other path: that is not found, as before", () =>
    Effect.gen(function* () {
      const { status } = yield* request("GET", "/voice-connectors/abc/nothing")
      assert.strictEqual(status, 404)
    }),
  )
})

describe("the operations that are answered", () => {
  for (const [name, { method, path }] of Object.entries(operations)) {
    it(`are none of those: ${name}`, () => {
      const [target = "", query = ""] = path.replaceAll(/\{\w+\}/gu, "a").split("?")
      assert.isTrue(Result.isSuccess(WireRequest.route(method, target, query)))
      assert.isUndefined(nameOf(method, target, query))
    })
  }
})
