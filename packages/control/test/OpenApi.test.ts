import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { document } from "./openApi.ts"
import { layerStandIn, StandIn } from "./support.ts"

const golden = FileSystem.readFileSync(Path.join(import.meta.dirname, "golden/openapi.json"), "utf8")

it("the description of the control API is the one that is kept", () => {
  assert.strictEqual(document, golden)
})

it.live("the description of the control API is what a server serves", () =>
  Effect.gen(function* () {
    const { control } = yield* StandIn
    const { body } = yield* control("GET /openapi.json")
    assert.deepStrictEqual(body, JSON.parse(golden))
  }).pipe(Effect.provide(layerStandIn())),
)
