/**
 * The control API of `proxy-session serve`: where there is one, and what it controls.
 */
import { Snapshot } from "@proxy-session/repo/Snapshot"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Config from "effect/Config"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import type * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Services, variables } from "./Database.ts"
import { type CommandFailure, usage } from "./ExitCode.ts"
import { version } from "./internal/version.ts"

/**
 * The token of the control API.
 *
 * @category flags
 */
export const flag = Flag.Redacted("control-token").pipe(
  Flag.withMetavar("token"),
  Flag.withFallbackConfig(Config.Redacted(variables.controlToken)),
  Flag.withDescription(
    "What calls of the control API (/_proxy-session/) must send as a bearer token. In memory and on a loopback address it is " +
      `served without one, elsewhere with one only; also ${variables.controlToken}`,
  ),
  Flag.optional,
)

/**
 * What a server is controlled by.
 *
 * - `url`: where the store is; without one, in memory
 * - `snapshot`: what a store in memory goes back to
 *
 * @category models
 */
export interface Options {
  readonly token: Option.Option<Redacted.Redacted>
  readonly host: string
  readonly allowedHosts: ReadonlyArray<string>
  readonly url: Option.Option<Redacted.Redacted>
  readonly snapshot: Snapshot | undefined
}

const kindOf = (url: string) =>
  url === "memory:" ? ("memory" as const) : url.startsWith("sqlite:") ? ("sqlite" as const) : ("postgres" as const)

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
  const { allowedHosts, host, snapshot } = options
  const token = Option.getOrUndefined(options.token)
  if (token !== undefined && Redacted.value(token).trim() === "") {
    return yield* usage("--control-token must not be empty")
  }
  const kind = kindOf(Option.match(options.url, { onNone: () => "memory:", onSome: Redacted.value }))
  if (token === undefined && !(kind === "memory" && Authentication.isLoopback(host))) {
    return ProxySessionServer.layer(service).pipe(Layer.provide(Layer.succeedContext(store)))
  }
  const Control = yield* Effect.promise(() => import("@proxy-session/control/Control"))
  const ControlServer = yield* Effect.promise(() => import("@proxy-session/control/ControlServer"))
  const seed = snapshot === undefined ? undefined : yield* Effect.orDie(Schema.encodeEffect(Snapshot)(snapshot))
  return Layer.unwrap(
    Effect.gen(function* () {
      const { around, observe } = yield* Control.Control
      const before = yield* ControlServer.make({ version, allowedHosts, token, isReady: service.readiness?.check })
      return ProxySessionServer.layer({ ...service, around, observe, before })
    }),
  ).pipe(Layer.provide(Control.layer({ store: kind, seed })), Layer.provide(Layer.succeedContext(store)))
})
