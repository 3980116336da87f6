import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { creation, layerServer, request, sessionsPath, Stub } from "./support.ts"

/** A tracer that keeps all spans. */
const recording = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    },
  })
  return { spans, layer: Layer.succeed(Tracer.Tracer, tracer) }
}

describe("the spans of a server", () => {
  it.effect("are one for each call, below the caller's, and tell of errors by name alone", () => {
    const { layer, spans } = recording()
    return Effect.gen(function* () {
      const headers = [
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "x-amz-security-token: canary-token",
      ]
      yield* request("POST", sessionsPath, JSON.stringify({ ...creation, Name: "Canary" }), headers)
      yield* request("GET", `${sessionsPath}/%2B12065550100?x=canary`)
      yield* request("GET", "/nowhere/canary")
      const stub = yield* Stub
      stub.instead = Effect.die(new Error("canary +12065550100"))
      yield* request("GET", sessionsPath)
      const told = spans.map(({ attributes, name, parent, status }) => ({
        name,
        error: attributes.get("error.type"),
        failed: status._tag === "Ended" && status.exit._tag === "Failure",
        parent: Option.getOrUndefined(parent)?.spanId,
      }))
      assert.deepStrictEqual(told, [
        { name: "ChimeSDKVoice.CreateProxySession", error: undefined, failed: false, parent: "b7ad6b7169203331" },
        { name: "ChimeSDKVoice.GetProxySession", error: "NotFoundException", failed: false, parent: undefined },
        { name: "ChimeSDKVoice.ListProxySessions", error: "Defect", failed: true, parent: undefined },
      ])
      const all = inspect(
        spans.map(({ attributes, events, name, status }) => [name, attributes, events, status]),
        {
          depth: 9,
          showHidden: true,
        },
      )
      for (const secret of ["5550100", "anary", "AKIDEXAMPLE"]) assert.notInclude(all, secret)
    }).pipe(Effect.provide(Layer.provideMerge(layerServer({ authentication: "none" }), layer)))
  })
})
