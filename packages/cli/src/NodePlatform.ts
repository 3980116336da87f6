/**
 * The machine as Node sees it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Address, Platform, type Timeouts, type Trust } from "./Platform.ts"

const millis = (timeout: Duration.Duration | undefined): number =>
  timeout === undefined ? 0 : Duration.toMillis(timeout)

const httpClient = (timeouts: Timeouts, { authorities, isAnyone = false }: Trust) =>
  Layer.unwrap(
    Effect.promise(async () => {
      const NodeHttpClient = await import("@effect/platform-node/NodeHttpClient")
      const Undici = await import("@effect/platform-node/Undici")
      const headersTimeout = millis(timeouts.read)
      // The client of the platform switches undici's own timeouts off; here they are what was asked for.
      const dispatcher = Effect.acquireRelease(
        Effect.sync(
          () =>
            new Undici.Agent({
              connect: {
                timeout: millis(timeouts.connect),
                rejectUnauthorized: !isAnyone,
                ...(authorities === undefined ? {} : { ca: authorities }),
              },
            }),
        ),
        (agent) => Effect.promise(() => agent.destroy()),
      ).pipe(
        Effect.map((agent) =>
          agent.compose(
            (dispatch) => (options, handler) =>
              dispatch({ ...options, headersTimeout, bodyTimeout: headersTimeout }, handler),
          ),
        ),
      )
      return Layer.provide(NodeHttpClient.layerUndiciNoDispatcher, Layer.effect(NodeHttpClient.Dispatcher, dispatcher))
    }),
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
