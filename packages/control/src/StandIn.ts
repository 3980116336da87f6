/**
 * A stand-in for the tests of an application, in the process of the tests.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { SessionEvents } from "@proxy-session/repo/SessionEvents"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Stream from "effect/Stream"
import * as Control from "./Control.ts"
import type { ControlEvent } from "./ControlEvent.ts"
import * as ControlServer from "./ControlServer.ts"
import type { Fault } from "./Fault.ts"
import type { JournalEntry, JournalQuery } from "./Journal.ts"

/**
 * An account of a stand-in: what a client is configured with, and the control of this account alone.
 *
 * - `endpoint`, `region`, `accessKeyId`, `secretAccessKey`: for any client; any region will do
 * - `fail`: the next matching calls meet a fault; `advance`, `setTime`: the service's time
 * - `events`: what happens from now on: sessions, calls and requests of the account
 * - `journal`: the requests of the account; `reset`: back to what it began with; `state`: what it holds
 *
 * @category models
 */
export interface StandInAccount {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted
  readonly fail: (fault: Omit<Fault, "account">) => Effect.Effect<void, Control.Unsupported>
  readonly advance: (by: Duration.Input) => Effect.Effect<void, Control.Unsupported>
  readonly setTime: (to: DateTime.Utc) => Effect.Effect<void, Control.Unsupported>
  readonly journal: (query?: Omit<JournalQuery, "account">) => Effect.Effect<ReadonlyArray<JournalEntry>>
  readonly events: Stream.Stream<ControlEvent>
  readonly reset: Effect.Effect<void, Control.StoreError | Control.Unsupported>
  readonly state: Effect.Effect<Control.State, Control.StoreError>
}

/**
 * A server in memory with as many accounts as there are tests, whatever client the application has.
 *
 * **Example** (A throttled call, by the client of this project)
 *
 * ```ts
 * import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
 * import * as StandIn from "@proxy-session/control/StandIn"
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as Transport from "@proxy-session/http/Transport"
 * import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import * as Fixtures from "@proxy-session/testing/Fixtures"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import { createServer } from "node:http"
 *
 * const test = Effect.gen(function*() {
 *   const account = yield* StandIn.account("one-test")
 *   yield* account.fail({ operation: "GetProxySession", error: "ThrottledClientException", times: 2 })
 *   const live = HttpRepo.layer({ endpoint: account.endpoint, region: account.region }).pipe(
 *     Layer.provide([Credentials.layer(account), Transport.layerFetch()])
 *   )
 *   const get = ProxySessionRepo.use((repo) => repo.get(Fixtures.key))
 *   const error = yield* Effect.flip(Effect.provide(get, live))
 *   return [error._tag, (yield* account.journal()).map(({ status }) => status)]
 * }).pipe(
 *   Effect.provide(StandIn.layer()),
 *   Effect.provide(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
 * )
 *
 * await Effect.runPromise(test) // => ["NotFoundException", [429, 429, 404]]
 * ```
 *
 * @category services
 */
export class StandIn extends Context.Service<
  StandIn,
  {
    /** Where it listens. */
    readonly url: string
    /** An account by its name: 1 to 128 letters, digits, `_` and `-`. */
    readonly account: (name: string) => StandInAccount
    /** The control of all accounts. */
    readonly control: Control.Control["Service"]
  }
>()("@proxy-session/control/StandIn") {}

/**
 * An account by its name.
 *
 * @category accessors
 */
export const account = (name: string): Effect.Effect<StandInAccount, never, StandIn> =>
  StandIn.use((standIn) => Effect.sync(() => standIn.account(name)))

/**
 * A stand-in on the address of an `HttpServer`, which should be a loopback one with any free port. The rules of the
 * service, and what each account begins with, are the options of `MemoryRepo`. Its control API is served, too.
 *
 * @category layers
 */
export const layer = (
  options: MemoryRepo.MemoryRepoOptions = {},
): Layer.Layer<StandIn, never, HttpServer.HttpServer> => {
  const store = Control.layer({ store: "memory" }).pipe(
    Layer.provideMerge(MemoryRepo.layer(options)),
    Layer.provide(SessionEvents.layer({ watch: false })),
  )
  const serving = Layer.unwrap(
    Effect.gen(function* () {
      const { around, observe } = yield* Control.Control
      const before = yield* ControlServer.make({ version: "in process" })
      return ProxySessionServer.layer({ authentication: Authentication.anyAccount, around, before, observe })
    }),
  )
  const standIn = Layer.effect(
    StandIn,
    Effect.gen(function* () {
      const control = yield* Control.Control
      const { address } = yield* HttpServer.HttpServer
      const url = HttpServer.formatAddress(address)
      return { url, control, account: (name: string) => ofAccount(url, control, name) }
    }),
  )
  return Layer.merge(standIn, serving).pipe(Layer.provide(store))
}

const ofAccount = (endpoint: string, control: Control.Control["Service"], name: string): StandInAccount => ({
  endpoint,
  region: "us-east-1",
  accessKeyId: name,
  secretAccessKey: Redacted.make("test"),
  fail: (fault) => control.fail({ ...fault, account: name }),
  advance: (by) => control.advance(by, name),
  setTime: (to) => control.setTime(to, name),
  journal: (query = {}) => control.journal({ ...query, account: name }),
  events: control.events(name),
  reset: control.reset(name),
  state: control.state(name),
})
