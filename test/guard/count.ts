/**
 * Counts the bytes that one `get` allocates, from the request to the session, over a dispatcher that answers at once.
 *
 * The answer is the same in each run as long as nothing is collected while it counts and nothing is optimised, which
 * could leave an allocation out or not: see the flags that the test starts it with.
 */
import * as Undici from "@effect/platform-node/Undici"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const warmUp = 1000
const calls = 1000

const controller: Undici.Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort: () => {},
  pause: () => {},
  resume: () => {},
}
const headers = { "content-type": "application/json", "x-amzn-requestid": "5b5e4b6e-0000-4000-8000-000000000000" }
const body = Buffer.from(JSON.stringify(Fixtures.wire.proxySession))

class Answering extends Undici.Dispatcher {
  override dispatch(_: Undici.Dispatcher.DispatchOptions, handler: Undici.Dispatcher.DispatchHandler): boolean {
    queueMicrotask(() => {
      handler.onRequestStart?.(controller, {})
      handler.onResponseStart?.(controller, 200, headers, "OK")
      handler.onResponseData?.(controller, body)
      handler.onResponseEnd?.(controller, {})
    })
    return true
  }
}

const bytesPerCall = (signer: Layer.Layer<never>) =>
  ProxySessionRepo.use((repo) =>
    Effect.gen(function* () {
      let last = Fixtures.proxySession
      const run = (times: number) => {
        let done = 0
        return Effect.whileLoop({
          while: () => done++ < times,
          body: () => repo.get(Fixtures.key),
          step: (session) => {
            last = session
          },
        })
      }
      yield* run(warmUp)
      globalThis.gc?.()
      const before = process.memoryUsage().heapUsed
      yield* run(calls)
      const after = process.memoryUsage().heapUsed
      if (last.proxySessionId !== Fixtures.key.proxySessionId) throw new Error("a call gave a wrong answer")
      return Math.round((after - before) / calls)
    }),
  ).pipe(
    Effect.provide(
      HttpRepo.layer({ endpoint: "http://127.0.0.1:1", region: "us-east-1" }).pipe(
        Layer.provide([
          Credentials.layer({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example") }),
          UndiciTransport.fromDispatcher(new Answering()),
          signer,
        ]),
      ),
    ),
  )

const counted = Effect.all({ smithy: bytesPerCall(Layer.empty), fastSigner: bytesPerCall(FastSigner.layer()) })
process.stdout.write(`${JSON.stringify(await Effect.runPromise(counted))}\n`)
