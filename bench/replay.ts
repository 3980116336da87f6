/**
 * What a replay costs: opening and playing a cassette of so many calls, whose answers are sessions, each another one.
 *
 *     node bench/replay.ts [calls] [--floor]
 *
 * Prints one JSON object: the first replay of a process, in which schemas and engine run for the first time, and the second.
 * With `--floor` it replays nothing: it parses the cassette as JSON and decodes its answers, which every replay has to do.
 */
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import * as Cassette from "@proxy-session/replay/Cassette"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const calls = Number(process.argv[2] ?? 1000)

const voiceConnectorId = VoiceConnectorId.make("abcdef1ghij2klmno3pqr4")
const requests = Array.from({ length: calls }, (_, index) => {
  const proxySessionId = ProxySessionId.make(`a11a5000-0000-4000-8000-${String(index).padStart(12, "0")}`)
  return new ProxySessionKey({ voiceConnectorId, proxySessionId })
})
const text = Cassette.print({
  epoch: "2020-01-01T00:00:00.000Z",
  interactions: requests.map(({ proxySessionId }, index) => ({
    operation: "GetProxySession",
    ticks: [2 * index, 2 * index + 1] as const,
    request: { proxySessionId, voiceConnectorId },
    outcome: {
      _tag: "Success" as const,
      value: {
        capabilities: ["SMS", "Voice"],
        createdTimestamp: new Date(Date.UTC(2020) + 1000 * index).toISOString(),
        expiryMinutes: 30,
        geoMatchLevel: "AreaCode",
        numberSelectionBehavior: "AvoidSticky",
        participants: ["+12065550100", "+14015550101"].map((phoneNumber) => ({
          phoneNumber,
          proxyPhoneNumber: "+12065550199",
        })),
        proxySessionId,
        status: "Open",
        updatedTimestamp: new Date(Date.UTC(2020) + 1000 * index).toISOString(),
        voiceConnectorId,
      },
    },
  })),
})

const program = Effect.gen(function* () {
  const opened = performance.now()
  const repo = yield* ProxySessionRepo
  yield* Effect.forEach(requests, (request) => repo.get(request), { discard: true })
  return { opened, played: performance.now() }
})

const replay = ReplayRepo.layer({ cassette: "bench" }).pipe(
  Layer.provide(CassetteStore.layerMemory(new Map([["bench", text]]))),
)

const decode = Schema.decodeUnknownSync(
  Schema.Struct({
    interactions: Schema.Array(Schema.Struct({ outcome: Schema.Struct({ value: Schema.toCodecJson(ProxySession) }) })),
  }),
)

const floor = () => {
  const began = performance.now()
  const json: unknown = JSON.parse(text)
  const parsed = performance.now()
  decode(json)
  return { parseMs: parsed - began, decodeMs: performance.now() - parsed }
}

const measure = async () => {
  if (process.argv[3] === "--floor") return floor()
  const began = performance.now()
  const { opened, played } = await Effect.runPromise(Effect.provide(program, replay, { local: true }))
  return { openMs: opened - began, playMs: played - opened, perCallMicros: ((played - opened) / calls) * 1000 }
}

const first = await measure()
const heapMb = process.memoryUsage().heapUsed / 2 ** 20
const second = await measure()
process.stdout.write(`${JSON.stringify({ calls, first, second, heapMb })}\n`)
