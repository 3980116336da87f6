/**
 * An HTTP client over undici that keeps the time limits it is given.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Timeouts, Trust } from "../Platform.ts"

const millis = (timeout: Duration.Duration | undefined): number =>
  timeout === undefined ? 0 : Duration.toMillis(timeout)

export const layer = (timeouts: Timeouts, { authorities, isAnyone = false }: Trust) => {
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
}
