/**
 * What a replay costs: opening and playing a cassette of so many calls, each of which returns another session.
 *
 *     node bench/replay.ts [calls] [--floor | --real-clock]
 *
 * Prints one JSON object: the first replay of a process, in which schemas and engine run for the first time, and medians of
 * later ones, which take turns with the floor. The floor replays nothing: it parses the cassette as JSON and decodes it with
 * the schemas of cassette, request and session, and decodes the request of each call, which every replay has to do. With
 * `--floor` the first run is a floor, too. With `--real-clock` all instants have to be moved, since the clock is not a test's.
 */
import * as Input from "@proxy-session/domain/Input"
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
import * as TestClock from "effect/testing/TestClock"
import * as Results from "./results.ts"

/** Milliseconds of CPU time of this thread, so that a busy machine changes the figures less. */
const now = () => {
  const { system, user } = process.threadCpuUsage()
  return (user + system) / 1000
}

const calls = Number(process.argv[2] ?? 1000)

const voiceConnectorId = VoiceConnectorId.make("abcdef1ghij2klmno3pqr4")
const requests = Array.from({ length: calls }, (_, index) => {
  const proxySessionId = ProxySessionId.make(`a11a5000-0000-4000-8000-${String(index).padStart(12, "0")}`)
  return new ProxySessionKey({ voiceConnectorId, proxySessionId })
})
const text = Cassette.print(
  requests.map(({ proxySessionId }, index) => ({
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
)

const program = Effect.gen(function* () {
  const opened = now()
  const repo = yield* ProxySessionRepo
  yield* Effect.forEach(requests, (request) => repo.get(request), { discard: true })
  return { opened, played: now() }
})

const replay = ReplayRepo.layer({ cassette: "bench" }).pipe(
  Layer.provide(CassetteStore.layerMemory(new Map([["bench", text]]))),
)

const decode = Schema.decodeUnknownSync(
  Schema.Struct({
    format: Schema.String,
    interactions: Schema.Array(
      Schema.Struct({
        operation: Schema.String,
        ticks: Schema.Tuple([Schema.Natural, Schema.Natural]),
        request: Schema.toCodecJson(ProxySessionKey),
        outcome: Schema.Struct({ _tag: Schema.Literal("Success"), value: Schema.toCodecJson(ProxySession) }),
      }),
    ),
  }),
)

const read = Input.reader(ProxySessionKey)

const clock = process.argv[3] === "--real-clock" ? Layer.empty : TestClock.layer()

const measureFloor = () => {
  const began = now()
  decode(JSON.parse(text))
  for (const request of requests) read(request)
  return now() - began
}

const measure = async () => {
  const began = now()
  const { opened, played } = await Effect.runPromise(
    Effect.provide(Effect.provide(program, replay, { local: true }), clock),
  )
  return { openMs: opened - began, playMs: played - opened }
}

const rounds = calls > 10_000 ? 4 : 40
const first = process.argv[3] === "--floor" ? { floorMs: measureFloor() } : await measure()
const heapMb = process.memoryUsage().heapUsed / 2 ** 20
const runs: Array<{ readonly openMs: number; readonly playMs: number; readonly floorMs: number }> = []
for (let round = 0; round < rounds; round++) runs.push({ floorMs: measureFloor(), ...(await measure()) })
// The engine of JavaScript compiles during the first quarter.
const warm = runs.slice(rounds / 4)
const medianOf = (of: (run: (typeof runs)[number]) => number) => Results.median(warm.map(of))
const result = {
  openMs: medianOf(({ openMs }) => openMs),
  playMs: medianOf(({ playMs }) => playMs),
  floorMs: medianOf(({ floorMs }) => floorMs),
  ratio: medianOf(({ floorMs, openMs, playMs }) => (openMs + playMs) / floorMs),
  perCallMicros: medianOf(({ playMs }) => (playMs / calls) * 1000),
}
process.stdout.write(`${JSON.stringify({ calls, first, warm: result, heapMb })}\n`)
