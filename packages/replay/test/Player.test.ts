/**
 * Which recorded call a call finds, and what is told where it finds none.
 */
import { assert, it } from "@effect/vitest"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { Interaction } from "@proxy-session/replay/Cassette"
import type * as Schema from "effect/Schema"
import * as Effect from "effect/Effect"
import { sessions } from "../src/internal/descriptors.ts"
import * as Player from "../src/internal/player.ts"
import { defectOf, voiceConnectorId } from "./support.ts"

const epoch = "2026-11-24T00:00:00.000Z"
const key = (proxySessionId: string, connector = voiceConnectorId) =>
  ProxySessionKey.decode({ voiceConnectorId: connector, proxySessionId })

const failed = (index: number, operation: string, request: Schema.Json, tag = "NotFoundException"): Interaction => ({
  operation,
  ticks: [2 * index, 2 * index + 1],
  request,
  outcome: { _tag: "Failure", error: { _tag: tag, message: "no" } },
})

it.effect("two operations that are asked for the same are told apart", () =>
  Effect.gen(function* () {
    const request = yield* key("one")
    const { play } = Player.make("trip", {
      epoch,
      interactions: [
        failed(0, "GetProxySession", sessions.get.encode(request)),
        failed(1, "DeleteProxySession", sessions.delete.encode(request), "ForbiddenException"),
      ],
    })
    assert.strictEqual((yield* Effect.flip(play(sessions.delete)(request)))._tag, "ForbiddenException")
    assert.strictEqual((yield* Effect.flip(play(sessions.get)(request)))._tag, "NotFoundException")
  }),
)

it.effect("the nearest call is one of those that are left, though one that was made is nearer", () =>
  Effect.gen(function* () {
    const [made, left] = [yield* key("one"), yield* key("two", "connector-2")]
    const { play } = Player.make("trip", {
      epoch,
      interactions: [made, left].map((each, index) => failed(index, "GetProxySession", sessions.get.encode(each))),
    })
    yield* Effect.flip(play(sessions.get)(made))
    const defect = defectOf(yield* Effect.exit(play(sessions.get)(yield* key("three"))))
    assert.include(String(defect), `proxySessionId (recorded "two", asked "three")`)
    assert.include(String(defect), `voiceConnectorId (recorded "connector-2"`)
  }),
)
