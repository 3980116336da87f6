/**
 * Ride calls over what was recorded once. `CASSETTE_MODE=record` records again; memory stands in for the live Layer here.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteName from "@proxy-session/replay/CassetteName"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { RideCalls } from "./RideCalls.ts"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

/** A connector that may use numbers of the United States; what an operator sets up is not part of a recording. */
const live = Layer.effectDiscard(
  Effect.gen(function* () {
    const proxies = yield* VoiceConnectorProxyRepo
    const numbers = { voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] }
    yield* proxies.put(numbers)
  }),
).pipe(Layer.provideMerge(MemoryRepo.layer()))

const store = CassetteStore.layerFile(join(import.meta.dirname, "__cassettes__")).pipe(
  Layer.provide(NodeServices.layer),
)
const settings = ConfigProvider.layer(ConfigProvider.fromEnvRecord({ VOICE_CONNECTOR_ID: voiceConnectorId }))

/** The application over the cassette of a test. */
const over = (cassette: string) =>
  Layer.provide(RideCalls.layer, settings).pipe(
    Layer.provide(ReplayRepo.record({ cassette }, live)),
    Layer.provide(store),
  )

it.effect("keeps the number of a trip that takes longer, and gives it back", ({ task }) =>
  Effect.gen(function* () {
    const calls = yield* RideCalls
    const line = yield* calls.connect({ rider: "+12065550100", driver: "+14015550101", minutes: 30 })
    const longer = yield* calls.extend(line, 90)
    assert.strictEqual(longer.number, line.number)
    yield* calls.hangUp(line)
  }).pipe(Effect.provide(over(CassetteName.fromTask(task)))),
)
