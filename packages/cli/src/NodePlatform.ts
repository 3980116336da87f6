/**
 * The machine as Node sees it.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Address, Platform, type Timeouts, type Trust } from "./Platform.ts"

const httpClient = (timeouts: Timeouts, trust: Trust) =>
  Layer.unwrap(
    Effect.map(
      Effect.promise(() => import("./internal/undici.ts")),
      (undici) => undici.layer(timeouts, trust),
    ),
  )

const httpServer = ({ host, port }: Address) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const { createServer } = await import("@proxy-session/server/NodeServer")
      const NodeHttpServer = await import("@effect/platform-node/NodeHttpServer")
      return NodeHttpServer.layerServer(() => createServer(), { host, port })
    }),
  )

/**
 * HTTP over undici and `node:http`.
 *
 * @category layers
 */
export const layer: Layer.Layer<Platform> = Layer.succeed(Platform, { httpClient, httpServer })
