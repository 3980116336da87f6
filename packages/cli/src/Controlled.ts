/**
 * The control API of `proxy-session serve`: where there is one, and what it controls.
 */
import type { SessionEventsOptions } from "@proxy-session/repo/SessionEvents"
import { Snapshot } from "@proxy-session/repo/Snapshot"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Services } from "./Database.ts"
import { type CommandFailure, usage } from "./ExitCode.ts"
import { version } from "./internal/version.ts"

/**
 * What a server is controlled by.
 *
 * - `url`: where the store is; without one, in memory
 * - `snapshot`: what a store in memory goes back to
 * - `journalBodies`: whether the journal keeps bodies
 *
 * @category models
 */
export interface Options {
  readonly token: Redacted.Redacted | undefined
  readonly host: string
  readonly allowedHosts: ReadonlyArray<string>
  readonly url: Redacted.Redacted | undefined
  readonly snapshot: Snapshot | undefined
  readonly journalBodies: boolean
}

const kindOf = ({ url }: Options) => {
  const text = url === undefined ? "memory:" : Redacted.value(url)
  return text === "memory:" ? "memory" : text.startsWith("sqlite:") ? "sqlite" : "postgres"
}

const isControlled = (options: Options): boolean =>
  options.token !== undefined || (kindOf(options) === "memory" && Authentication.isLoopback(options.host))

/**
 * The events that the store is to tell, if the control API is to tell of them: without telling when sessions expire where
 * it moves their time.
 *
 * @category accessors
 */
export const eventsOf = (options: Options): SessionEventsOptions | undefined =>
  isControlled(options) ? { watch: kindOf(options) !== "memory" } : undefined

/**
 * The server of a store, with the control API before it where there is one: over memory on a loopback address, and
 * wherever it has a token. Its modules are loaded only then.
 *
 * @category layers
 */
export const server = Effect.fnUntraced(function* (
  options: Options,
  service: ProxySessionServer.ProxySessionServerOptions,
  store: Context.Context<Services>,
): Effect.fn.Return<Layer.Layer<never, never, HttpServer.HttpServer>, CommandFailure> {
  const { allowedHosts, journalBodies, snapshot, token } = options
  if (token !== undefined && Redacted.value(token).trim() === "") {
    return yield* usage("--control-token must not be empty")
  }
  if (!isControlled(options)) {
    if (journalBodies) return yield* usage("--journal-bodies needs the control API here: give it a --control-token")
    return ProxySessionServer.layer(service).pipe(Layer.provide(Layer.succeedContext(store)))
  }
  const Control = yield* Effect.promise(() => import("@proxy-session/control/Control"))
  const ControlServer = yield* Effect.promise(() => import("@proxy-session/control/ControlServer"))
  const seed = snapshot === undefined ? undefined : yield* Effect.orDie(Schema.encodeEffect(Snapshot)(snapshot))
  const kind = kindOf(options)
  // A database is opened with the newest tables only.
  const schema =
    kind === "memory" ? undefined : (yield* Effect.promise(() => import("@proxy-session/sql/Migrations"))).newest
  return Layer.unwrap(
    Effect.gen(function* () {
      const { around, observe } = yield* Control.Control
      const before = yield* ControlServer.make({
        version,
        schema,
        allowedHosts,
        token,
        isReady: service.readiness?.check,
      })
      return ProxySessionServer.layer({ ...service, around, observe, before })
    }),
  ).pipe(Layer.provide(Control.layer({ store: kind, seed, journalBodies })), Layer.provide(Layer.succeedContext(store)))
})
