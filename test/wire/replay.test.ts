/**
 * The live Layer over recorded attempts: its encoding, its errors and its retries, without network or credentials.
 *
 * To record again, run this file with `CASSETTE_MODE=record`: the answers come from the stand-in then.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { CreateProxySession, ListProxySessions, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { ServiceUnavailableException, ThrottledClientException } from "@proxy-session/domain/ServiceError"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import { MemoryControl } from "@proxy-session/memory/MemoryControl"
import type { CassetteError } from "@proxy-session/replay/CassetteError"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as Mode from "@proxy-session/replay/Mode"
import * as WireReplay from "@proxy-session/replay/WireReplay"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Fiber from "effect/Fiber"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { credentials, overMemory, StandIn } from "../interop/stand-in.ts"

const folder = join(import.meta.dirname, "__cassettes__")
const files = CassetteStore.layerFile(folder).pipe(Layer.provide(NodeServices.layer))

/** Nobody asks for a key, and nothing is sent. */
const nothing = Layer.mergeAll(
  Layer.succeed(Credentials, { get: Effect.die("a key was asked for"), renew: () => Effect.die("a key was refused") }),
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make(() => Effect.die("a request was sent")),
  ),
)

/** The stand-in, whose memory may be told to fail. */
const standIn = Layer.mergeAll(
  Credentials.layer({ ...credentials, secretAccessKey: Redacted.make(credentials.secretAccessKey) }),
  FetchHttpClient.layer,
)

type Program<A, E> = Effect.Effect<A, E, ProxySessionRepo | VoiceConnectorProxyRepo>

const failing = Effect.fnUntraced(function* (operations: ReadonlyArray<"GetProxySession">) {
  const control = yield* MemoryControl
  const [busy, down] = [
    new ThrottledClientException({ message: "Rate exceeded", code: "Throttled" }),
    new ServiceUnavailableException({ message: "Try later", code: "ServiceUnavailable" }),
  ]
  for (const operation of operations) {
    yield* control.failNext(operation, busy)
    yield* control.failNext(operation, down)
  }
})

/** Lets the waits between attempts pass. */
const settled = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

/** Runs a program over its cassette, which the mode may have recorded first. */
const over = <A, E>(
  cassette: string,
  program: Program<A, E>,
  failures: ReadonlyArray<"GetProxySession"> = [],
): Effect.Effect<A, unknown> =>
  Effect.gen(function* () {
    if ((yield* Mode.resolve(cassette, undefined)) === "replay") return yield* replayed(program, cassette)
    const record = Effect.gen(function* () {
      yield* failing(failures)
      const { url: endpoint } = yield* StandIn
      const live = HttpRepo.layer({ endpoint, region: "us-east-1" }).pipe(
        Layer.provide([WireReplay.record({ cassette }), standIn]),
      )
      return yield* Effect.provide(program, live)
    })
    // Real sockets know no test clock.
    return yield* TestClock.withLive(Effect.provide(record, Layer.mergeAll(overMemory, files)))
  })

const replayed = <A, E>(program: Program<A, E>, cassette: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const live = HttpRepo.layer({ endpoint: "http://nowhere.test", region: "us-east-1" }).pipe(
        Layer.provide([WireReplay.layer({ cassette }).pipe(Layer.provide(files)), nothing]),
      )
      // The file is read before the clock is turned.
      const context = yield* Layer.build(live)
      return yield* settled(Effect.provideContext(program, context))
    }),
  )

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"

const story = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const proxies = yield* VoiceConnectorProxyRepo
  const configuration = yield* proxies.put(
    yield* PutVoiceConnectorProxy.decode({
      voiceConnectorId,
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
    }),
  )
  const session = yield* repo.create(
    yield* CreateProxySession.decode({
      voiceConnectorId,
      participantPhoneNumbers: ["+12065550100", "+14015550101"],
      capabilities: ["SMS", "Voice"],
      name: "Trip 1",
    }),
  )
  const found = yield* repo.get(session)
  const page = yield* repo.list(yield* ListProxySessions.decode({ voiceConnectorId, status: "Open", maxResults: 1 }))
  const updated = yield* repo.update({ ...session, capabilities: ["SMS"] })
  yield* repo.delete(session)
  const gone = yield* Effect.flip(repo.get(session))
  return { configuration, session, found, page, updated, gone }
})

const nobody = Effect.flatMap(ProxySessionKey.decode({ voiceConnectorId, proxySessionId: "no/such session" }), (key) =>
  ProxySessionRepo.use((repo) => Effect.flip(repo.get(key))),
)

describe("the live Layer over recorded attempts", () => {
  it.effect("passes through all eight operations as it did when they were recorded", () =>
    Effect.gen(function* () {
      const { configuration, found, gone, page, session, updated } = yield* over("story", story)
      assert.deepStrictEqual(configuration.phoneNumberCountries, ["US"])
      assert.deepStrictEqual(found, session)
      assert.deepStrictEqual(page.proxySessions, [session])
      assert.deepStrictEqual(updated.capabilities, ["SMS"])
      assert.strictEqual(session.name, "Trip 1")
      assert.include(gone, { _tag: "NotFoundException", code: "NotFound" })
      assert.match("requestId" in gone ? gone.requestId : "", /^[\da-f-]{36}$/u)
    }),
  )

  it.effect("tries again as it did, attempt by attempt", () =>
    Effect.gen(function* () {
      const error = yield* over("throttled-then-down", nobody, ["GetProxySession"])
      assert.include(error, { _tag: "NotFoundException", attempts: 3, ambiguous: true, outcome: "Unknown" })
    }),
  )

  it.effect("has the typed error that it had", () =>
    Effect.gen(function* () {
      const error = yield* over("missing", nobody)
      assert.include(error, { _tag: "NotFoundException", outcome: "NotSent" })
    }),
  )

  it.effect("has a defect for an attempt that was not recorded, and no retry of it", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(replayed(Effect.all([nobody, nobody]), "missing"))
      assert.include(JSON.stringify(exit), '"_tag":"CassetteMismatch"')
      assert.include(JSON.stringify(exit), '"problem":"AlreadyUsed"')
    }),
  )

  it.effect("has a defect for attempts that are made no longer", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(replayed(Effect.void, "missing"))
      assert.include(JSON.stringify(exit), '"_tag":"CassetteUnused"')
    }),
  )

  it.effect("gives up an attempt at its deadline that was given up when it was recorded", () =>
    Effect.gen(function* () {
      const store = CassetteStore.layerMemory()
      const silent = Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make(() => Effect.never),
      )
      const options = { endpoint: "http://service.test", region: "us-east-1", retry: { maxAttempts: 1 } }
      const shelf = Layer.succeedContext(yield* Layer.build(store))
      const run = (wire: Layer.Layer<never, CassetteError, CassetteStore.CassetteStore>) =>
        settled(
          Effect.provide(
            nobody,
            HttpRepo.layer(options).pipe(
              Layer.provide([wire.pipe(Layer.provide(shelf)), Layer.provideMerge(standIn, silent), silent]),
            ),
            { local: true },
          ),
        )
      const told = yield* run(WireReplay.record({ cassette: "hang", mode: "record" }))
      assert.include(told, { _tag: "TransportError", reason: "Timeout", outcome: "Unknown" })
      assert.deepStrictEqual(yield* run(WireReplay.layer({ cassette: "hang" })), told)
    }),
  )

  it.effect("records no key, no token and no signature", () =>
    Effect.sync(() => {
      for (const name of ["story", "missing", "throttled-then-down"]) {
        const text = readFileSync(join(folder, `${name}.json`), "utf8")
        assert.notMatch(text, /authorization|signature|credential|security-token|AKID|amz-date/iu)
      }
    }),
  )

  it.effect("does not verify, since a service does not answer attempts of its own", () =>
    Effect.gen(function* () {
      const layer = WireReplay.record({ cassette: "story", mode: "verify" }).pipe(Layer.provide(files))
      const exit = yield* Effect.exit(Layer.build(layer))
      assert.isTrue(Exit.isFailure(exit))
      assert.include(JSON.stringify(exit), '"reason":"BadMode"')
    }),
  )
})
