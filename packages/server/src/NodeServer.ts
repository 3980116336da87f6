/**
 * `node:http` with limits that hold against slow, greedy and malformed clients, and refusals in the service's own form.
 */
import type { Server } from "node:http"
import { LimitedServer } from "./internal/limitedServer.ts"

/**
 * What a server allows its clients.
 *
 * - `headersTimeout`: the milliseconds for a request's headers, 10,000 by default
 * - `requestTimeout`: the milliseconds for all of a request, its body included, 30,000 by default
 * - `keepAliveTimeout`: the milliseconds that a connection may be idle between requests, 65,000 by default: longer than
 *   clients keep one, so that it is them who close it
 * - `connectionsCheckingInterval`: how often, in milliseconds, the first two are looked at, 1,000 by default
 * - `maxHeaderSize`: the longest headers in bytes, request line included, 16 KiB by default; there is no limit to their
 *   number beside it, since Node drops those beyond one without a word
 * - `maxConnections`: how many connections are open at once, 16,384 by default; further ones are closed unheard
 *
 * @category models
 */
export interface Limits {
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly keepAliveTimeout: number
  readonly connectionsCheckingInterval: number
  readonly maxHeaderSize: number
  readonly maxConnections: number
}

/**
 * The limits that hold unless told otherwise.
 *
 * @category constants
 */
export const defaultLimits: Limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 16 * 1024,
  maxConnections: 16_384,
}

/**
 * Makes a server that listens nowhere yet, for `NodeHttpServer.layer`.
 *
 * What Node's strict parser does not take (two lengths, a length and chunks, line ends without a carriage return,
 * folded headers, …) never becomes a request. It is answered in the service's form, but without a request id, after
 * which the connection is closed:
 *
 * | what | status | exception |
 * | --- | --- | --- |
 * | not HTTP/1.1, or not clearly so | 400 | `BadRequestException` |
 * | not all there in time | 408 | `RequestTimeoutException` |
 * | extensions of a chunk that are too long | 413 | `RequestEntityTooLargeException` |
 * | headers that are too long | 431 | `RequestHeaderFieldsTooLargeException` |
 *
 * When it is closed, requests that have been heard are answered, and connections without one are closed at once: Node
 * would wait for a client that never says a word.
 *
 * Node itself answers a request without `Host` (400) and an unknown `Expect` (417), with no body.
 *
 * **Example** (A server for the open network)
 *
 * ```ts
 * import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
 * import * as NodeServer from "@proxy-session/server/NodeServer"
 *
 * export const Http = NodeHttpServer.layer(() => NodeServer.createServer(), { host: "0.0.0.0", port: 4010 })
 * ```
 *
 * @category constructors
 */
export const createServer = (limits: Partial<Limits> = {}): Server => new LimitedServer({ ...defaultLimits, ...limits })
