/**
 * What a replay costs: opening and playing a cassette of a thousand and of a hundred thousand calls.
 *
 *     node bench/replay.ts [calls]
 *
 * Prints one JSON object: the first replay of a process, in which schemas and engine run for the first time, and the second.
 */
import { VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const calls = Number(process.argv[2] ?? 1000)

const requests = Array.from(
  { length: calls },
  (_, index) => new VoiceConnectorProxyKey({ voiceConnectorId: VoiceConnectorId.make(`connector-${index}`) }),
)
const text = Cassette.print({
  epoch: "2020-01-01T00:00:00.000Z",
  interactions: requests.map((request, index) => ({
    operation: "GetVoiceConnectorProxy",
    ticks: [2 * index, 2 * index + 1] as const,
    request: { voiceConnectorId: request.voiceConnectorId },
    outcome: {
      _tag: "Success" as const,
      value: {
        defaultSessionExpiryMinutes: 60,
        disabled: false,
        fallBackPhoneNumber: "+12065550100",
        phoneNumberCountries: ["US", "CA"],
      },
    },
  })),
})

const program = Effect.gen(function* () {
  const opened = performance.now()
  const proxies = yield* VoiceConnectorProxyRepo
  yield* Effect.forEach(requests, (request) => proxies.get(request), { discard: true })
  return { opened, played: performance.now() }
})

const replay = ReplayRepo.layer({ cassette: "bench" }).pipe(
  Layer.provide(CassetteStore.layerMemory(new Map([["bench", text]]))),
)

const measure = async () => {
  const began = performance.now()
  const { opened, played } = await Effect.runPromise(Effect.provide(program, replay))
  return { openMs: opened - began, playMs: played - opened, perCallMicros: ((played - opened) / calls) * 1000 }
}

const first = await measure()
const heapMb = process.memoryUsage().heapUsed / 2 ** 20
const second = await measure()
process.stdout.write(`${JSON.stringify({ calls, first, second, heapMb })}\n`)
