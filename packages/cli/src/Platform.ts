/**
 * What the command needs of the machine it runs on, beyond files and a terminal: a way out and a way in.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as HttpClient from "effect/http/HttpClient"
import type { ServeError } from "effect/http/HttpServerError"
import type * as HttpServer from "effect/http/HttpServer"
import type * as Layer from "effect/Layer"

/**
 * How long to wait: for a connection, and for each next piece of an answer. `undefined` is for ever.
 *
 * @category models
 */
export interface Timeouts {
  readonly connect: Duration.Duration | undefined
  readonly read: Duration.Duration | undefined
}

/**
 * Which certificates of servers to accept: those that the system's authorities vouch for, or those that other
 * `authorities` do, as PEM, or anyone's.
 *
 * @category models
 */
export interface Trust {
  readonly isAnyone?: boolean
  readonly authorities?: string
}

/**
 * Where to listen. Port 0 is any free one.
 *
 * @category models
 */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Makes HTTP clients and servers. They are made on demand, so that `--help` need not load either.
 *
 * @category services
 */
export class Platform extends Context.Service<
  Platform,
  {
    readonly httpClient: (timeouts: Timeouts, trust: Trust) => Layer.Layer<HttpClient.HttpClient>
    readonly httpServer: (address: Address) => Layer.Layer<HttpServer.HttpServer, ServeError>
  }
>()("@proxy-session/cli/Platform") {}
