/**
 * Records what the service answers on the wire, attempt by attempt, and plays it back below the live Layer.
 *
 * It is for tests of the live Layer itself, or of an application that should pass through its encoding, its errors and
 * its retries; others are better served by `ReplayRepo`, whose cassettes do not know of a wire.
 */
import { Interceptor } from "@proxy-session/protocol/Interceptor"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CassetteError } from "./CassetteError.ts"
import type { CassetteStore } from "./CassetteStore.ts"
import * as Engine from "./internal/engine.ts"
import { exchanges } from "./internal/exchanges.ts"
import * as Mode from "./Mode.ts"
import type { RecordOptions, ReplayOptions } from "./ReplayRepo.ts"

/**
 * Plays a cassette to the live Layer that is built over it: no request is signed or sent, so any credentials and any
 * `HttpClient` will do.
 *
 * What it does not have is a defect, as are attempts that were recorded and not made. A request is kept as method and path
 * by its operation, with labels, query and body; of an answer its status, its body, and the headers that name its error, its
 * id and how long to wait. An attempt that was given up never ends, so deadlines replay under the test clock.
 *
 * **Example** (The live Layer without a network)
 *
 * ```ts
 * import { Credentials } from "@proxy-session/http/Credentials"
 * import * as HttpRepo from "@proxy-session/http/HttpRepo"
 * import * as CassetteStore from "@proxy-session/replay/CassetteStore"
 * import * as WireReplay from "@proxy-session/replay/WireReplay"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 *
 * export const played = HttpRepo.layer({ region: "us-east-1" }).pipe(
 *   Layer.provide(WireReplay.layer({ cassette: "throttled-once" })),
 *   Layer.provide([CassetteStore.layerMemory(), Credentials.layerConfig, FetchHttpClient.layer])
 * )
 * ```
 *
 * @category layers
 */
export const layer = (options: ReplayOptions): Layer.Layer<never, CassetteError, CassetteStore> =>
  through(options, Effect.succeed("replay"), false)

/**
 * Records the attempts of the live Layer that is built over it, or plays them back, by the mode.
 *
 * Signatures, keys and tokens never come here: a request is recorded before it is signed. The mode `verify` is for
 * repositories, and refused here. Sessions that a recording leaves behind stay: let the test delete what it makes.
 *
 * @category layers
 */
export const record = (options: RecordOptions): Layer.Layer<never, CassetteError, CassetteStore> =>
  through(options, Mode.resolve(options.cassette, options.mode), options.mode === undefined)

const through = (
  options: RecordOptions,
  asked: Effect.Effect<Mode.Mode, CassetteError>,
  isModeConfigured: boolean,
): Layer.Layer<never, CassetteError, CassetteStore> =>
  Layer.effect(
    Interceptor,
    Effect.gen(function* () {
      const mode = yield* Engine.settled(options.cassette, yield* asked)
      if (mode === "verify") return yield* notVerified(options.cassette)
      const recording = yield* Engine.through(
        { ...options, isModeConfigured, operations: Object.values(exchanges) },
        mode,
      )
      return (operation, request, send) => recording(exchanges[operation], send)(request)
    }),
  )

const notVerified = (cassette: string) =>
  Effect.fail(new CassetteError({ cassette, reason: "BadMode", detail: "attempts cannot be verified" }))
