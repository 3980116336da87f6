/**
 * Faults over any implementation: calls that fail, take a while, or never end.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import { type ErrorOf, operations } from "@proxy-session/domain/Operations"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as ProxySessionRepo from "./ProxySessionRepo.ts"
import * as VoiceConnectorProxyRepo from "./VoiceConnectorProxyRepo.ts"
import * as VoiceConnectors from "./VoiceConnectors.ts"

/**
 * What the next calls of an operation meet.
 *
 * - `error`: the call fails with it
 * - `delay`: it takes that long, on Effect's clock; together with an error, it fails late
 * - `hang`: it never ends
 * - `when`: `"before"` the work, which is then not done unless the fault is a mere delay (the default), or `"after"` it:
 *   the work is done, and its result is lost or late
 * - `times`: how many calls meet it, 1 by default. A fault with nothing else lets so many calls pass
 *
 * @category models
 */
export interface Fault<Error> {
  readonly error?: Error
  readonly delay?: Duration.Input
  readonly hang?: boolean
  readonly when?: "after" | "before"
  readonly times?: number
}

/**
 * Lays faults over the calls of an implementation. A call takes one fault, the one that waits longest for its operation.
 *
 * A request that breaks the model never reaches the implementation, so it meets no fault and uses none. The faults of all
 * tenants are the same ones. An interrupted call has used its fault.
 *
 * **Example** (A service that fails once, and one that does the work but loses the answer)
 *
 * ```ts
 * import { ServiceUnavailableException } from "@proxy-session/domain/ServiceError"
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { Faulty } from "@proxy-session/repo/Faulty"
 * import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Fixtures from "@proxy-session/testing/Fixtures"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const faulty = yield* Faulty
 *   const proxies = yield* VoiceConnectorProxyRepo
 *   const error = new ServiceUnavailableException({ message: "Try later" })
 *   yield* faulty.next("PutVoiceConnectorProxy", { error })
 *   yield* faulty.next("PutVoiceConnectorProxy", { error, when: "after" })
 *   const outcomes: Array<string> = []
 *   for (let call = 0; call < 2; call++) {
 *     yield* Effect.flip(proxies.put(Fixtures.putVoiceConnectorProxy))
 *     outcomes.push(yield* Effect.match(proxies.get(Fixtures.key), {
 *       onFailure: ({ _tag }): string => _tag,
 *       onSuccess: () => "there it is"
 *     }))
 *   }
 *   return outcomes
 * }).pipe(Effect.provide(Faulty.layer(MemoryRepo.layer())))
 *
 * await Effect.runPromise(program) // => ["NotFoundException", "there it is"]
 * ```
 *
 * @category services
 */
export class Faulty extends Context.Service<
  Faulty,
  {
    /** Adds a fault for the next calls of an operation, after those that already wait for it. */
    readonly next: <Name extends OperationName>(operation: Name, fault: Fault<ErrorOf[Name]>) => Effect.Effect<void>
    /** How many calls of an operation will meet a fault. */
    readonly waiting: (operation: OperationName) => Effect.Effect<number>
    /** Drops all faults that no call has met. */
    readonly clear: Effect.Effect<void>
  }
>()("@proxy-session/repo/Faulty") {
  /**
   * An implementation with faults over it: over the two repositories, and over `VoiceConnectors` if it provides that. What
   * it provides besides stays as it is.
   *
   * What is built on top of the result meets the faults: a retry, a cache, a server.
   */
  static readonly layer = <R, E, RIn>(
    implementation: Layer.Layer<R | Repositories, E, RIn>,
  ): Layer.Layer<Faulty | R | Repositories, E, RIn> => Layer.provideMerge(makeLayer(), implementation)
}

type Repositories = ProxySessionRepo.ProxySessionRepo | VoiceConnectorProxyRepo.VoiceConnectorProxyRepo

/** The faults that wait for an operation, each with the number of calls that are still to meet it. */
type Queues = { readonly [Name in OperationName]: Array<{ readonly fault: Fault<ErrorOf[Name]>; left: number }> }

const suffer = <A, E>(fault: Fault<E>, work: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  const { delay, error, hang = false, when = "before" } = fault
  const end = (outcome: Effect.Effect<A, E>) => {
    const last = hang ? Effect.never : error === undefined ? outcome : Effect.fail(error)
    return delay === undefined ? last : Effect.delay(last, delay)
  }
  return when === "before" ? end(work) : Effect.flatMap(Effect.result(work), (result) => end(Effect.fromResult(result)))
}

/** A Layer of its own for each implementation: a shared one would be built once for all of them. */
const makeLayer = () =>
  Layer.effectContext(
    Effect.gen(function* () {
      const sessions: ProxySessionRepo.Implementation = yield* ProxySessionRepo.ProxySessionRepo
      const proxies: VoiceConnectorProxyRepo.Implementation = yield* VoiceConnectorProxyRepo.VoiceConnectorProxyRepo
      const connectors = yield* Effect.serviceOption(VoiceConnectors.VoiceConnectors)
      const queues: Queues = Record.map(operations, () => [])
      const faulty =
        <Name extends OperationName, Request, A>(
          operation: Name,
          run: (request: Request) => Effect.Effect<A, ErrorOf[Name]>,
        ) =>
        (request: Request): Effect.Effect<A, ErrorOf[Name]> =>
          Effect.suspend(() => {
            const queue = queues[operation]
            const [first] = queue
            if (first === undefined) return run(request)
            if (--first.left < 1) queue.shift()
            return suffer<A, ErrorOf[Name]>(first.fault, run(request))
          })
      const context = Context.make(Faulty, {
        next: (operation, fault) =>
          Effect.sync(() => {
            const { times = 1 } = fault
            if (times >= 1) queues[operation].push({ fault, left: times })
          }),
        waiting: (operation) => Effect.sync(() => queues[operation].reduce((sum, { left }) => sum + left, 0)),
        clear: Effect.sync(() => {
          for (const queue of Object.values(queues)) queue.length = 0
        }),
      }).pipe(
        Context.add(
          ProxySessionRepo.ProxySessionRepo,
          ProxySessionRepo.fromOperations((operation, method) => faulty(operation, sessions[method])),
        ),
        Context.add(
          VoiceConnectorProxyRepo.VoiceConnectorProxyRepo,
          VoiceConnectorProxyRepo.fromOperations((operation, method) => faulty(operation, proxies[method])),
        ),
      )
      if (Option.isNone(connectors)) return context
      const implementation: VoiceConnectors.Implementation = connectors.value
      return Context.add(
        context,
        VoiceConnectors.VoiceConnectors,
        VoiceConnectors.fromOperations((operation, method) => faulty(operation, implementation[method])),
      )
    }),
  )
