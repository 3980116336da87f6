/**
 * What the contract is made of: cases, and the bench on which an implementation is put to run them.
 */
import { defaultExpiryRange, type ExpiryRange } from "@proxy-session/domain/Admission"
import { maxResults } from "@proxy-session/domain/Namespace"
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import type { ClientError } from "@proxy-session/domain/ProxySessionError"
import type { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

/**
 * The two services that are put to the contract.
 *
 * @category models
 */
export type Repos = ProxySessionRepo | VoiceConnectorProxyRepo

/**
 * The errors that each operation declares, and can therefore be made to fail with.
 *
 * @category models
 */
export type InjectedError = {
  readonly [Name in OperationName]: Exclude<ErrorOf[Name], ClientError>
}

/**
 * How to put an implementation on the bench, and which of the documented variants it has chosen.
 *
 * - `connector` provisions a Voice Connector of its own for each case: one that has the numbers of a pool, in that order
 *   of preference, and neither a configuration nor sessions
 * - `clock`: the implementation lives by Effect's clock, which is the `TestClock` (`"test"`, the default); or by one that
 *   nobody can move (`"live"`: cases that need time to pass are skipped); or by one that a function moves
 * - `fail` lets the next call of an operation fail; without it the cases about declared errors are skipped
 * - `interact` lets a first call go through a session; without it the cases about `InProgress` are skipped
 * - `router`, `snapshots`, `connectors`: the services of a store; without one of them the cases about it are skipped
 * - `deleteMode`: a deleted session is gone (`"remove"`, the default) or ended (`"close"`)
 * - `unknownConnectors`: what nobody provisioned does not exist (`"refused"`, the default) or comes into being
 *   (`"created"`)
 * - `expiryRange`: the minutes that are accepted, 1 to 720 by default
 * - `maxResults`: the largest page, 100 by default; 99 in the namespace `chime`
 * - `keepsMessages`: an error keeps the message that `fail` was given, true by default; false for a replay, which writes
 *   standard text instead
 * - `deviations`: cases that the implementation is not to pass (`get: a missing session is a NotFoundException`), each with
 *   the reason
 *
 * @category models
 */
export interface ContractOptions<R> {
  readonly connector: (pool: ReadonlyArray<PoolNumber>) => Effect.Effect<VoiceConnectorId, unknown, R>
  readonly clock?: "live" | "test" | ((duration: Duration.Input) => Effect.Effect<void, unknown, R>)
  readonly fail?: <Name extends OperationName>(
    operation: Name,
    error: InjectedError[Name],
  ) => Effect.Effect<void, unknown, R>
  readonly interact?: (key: ProxySessionKey) => Effect.Effect<unknown, unknown, R>
  readonly router?: Effect.Effect<CallRouter["Service"], unknown, R>
  readonly snapshots?: Effect.Effect<Snapshots["Service"], unknown, R>
  readonly connectors?: Effect.Effect<VoiceConnectors["Service"], unknown, R>
  readonly deleteMode?: "close" | "remove"
  readonly unknownConnectors?: "created" | "refused"
  readonly expiryRange?: ExpiryRange
  readonly maxResults?: number
  readonly keepsMessages?: boolean
  readonly deviations?: Readonly<Record<string, string>>
}

/**
 * What a case can do: call the services, and what else the options have. What needs a hook that is not given dies when it
 * is used.
 *
 * @category services
 */
export class Bench extends Context.Service<
  Bench,
  {
    readonly repo: ProxySessionRepo["Service"]
    readonly proxies: VoiceConnectorProxyRepo["Service"]
    readonly router: CallRouter["Service"]
    readonly snapshots: Snapshots["Service"]
    readonly connectors: VoiceConnectors["Service"]
    readonly connector: (pool: ReadonlyArray<PoolNumber>) => Effect.Effect<VoiceConnectorId>
    readonly adjust: (duration: Duration.Input) => Effect.Effect<void>
    readonly fail: <Name extends OperationName>(operation: Name, error: InjectedError[Name]) => Effect.Effect<void>
    readonly interact: (key: ProxySessionKey) => Effect.Effect<void>
    readonly expiryRange: ExpiryRange
    readonly maxResults: number
    readonly keepsMessages: boolean
  }
>()("@proxy-session/testing/ContractCase/Bench") {}

/**
 * One rule of the contract: a sentence, and an effect that fails where the rule is broken.
 *
 * `needs` names the options without which the case cannot run, `only` the variant it is about.
 *
 * @category models
 */
export interface ContractCase {
  readonly name: string
  readonly run: Effect.Effect<void, unknown, Bench | Repos>
  readonly needs?: ReadonlyArray<"clock" | "connectors" | "fail" | "interact" | "router" | "snapshots">
  readonly only?: { readonly deleteMode?: "close" | "remove"; readonly unknownConnectors?: "created" | "refused" }
}

/**
 * The cases about one subject.
 *
 * @category models
 */
export interface ContractGroup {
  readonly subject: string
  readonly cases: ReadonlyArray<ContractCase>
}

/**
 * The groups with the cases that are about the variants that an implementation has chosen. A case about another variant is
 * no case of it.
 *
 * @category combinators
 */
export const chosen = <R>(
  groups: ReadonlyArray<ContractGroup>,
  { deleteMode = "remove", unknownConnectors = "refused" }: ContractOptions<R>,
): ReadonlyArray<ContractGroup> => {
  const choices = { deleteMode, unknownConnectors }
  return groups.map(({ cases, subject }) => ({
    subject,
    cases: cases.filter(({ only }) => Equal.equals({ ...choices, ...only }, choices)),
  }))
}

/**
 * Why a case is to be skipped, or `undefined` where it is to be run: the implementation deviates, or has no hook for it.
 *
 * @category combinators
 */
export const skipped = <R>(
  subject: string,
  { name, needs = [] }: ContractCase,
  options: ContractOptions<R>,
): string | undefined => {
  const { clock, deviations = {} } = options
  const deviation = `${subject}: ${name}`
  if (Object.hasOwn(deviations, deviation)) return deviations[deviation]
  for (const need of needs) {
    if (need === "clock" && clock === "live") return "its clock cannot be moved"
    if (need !== "clock" && options[need] === undefined) return `the option ${need} is not given`
  }
  return undefined
}

/**
 * The bench for an implementation, from its options and its services.
 *
 * A hook that fails is a fault of the bench and not of the implementation, hence a defect.
 *
 * @category constructors
 */
export const makeBench = <R>(options: ContractOptions<R | Repos>): Effect.Effect<Bench["Service"], never, R | Repos> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<R | Repos>()
    const hook = <A>(effect: Effect.Effect<A, unknown, R | Repos>) =>
      Effect.orDie(Effect.provideContext(effect, context))
    const absent = Effect.die(new Error("This case must be skipped: it needs a hook that is not given"))
    const { clock = "test", fail, interact } = options
    return {
      repo: yield* ProxySessionRepo,
      proxies: yield* VoiceConnectorProxyRepo,
      router: yield* hook(options.router ?? Effect.provide(CallRouter, Layer.mock(CallRouter, {}))),
      snapshots: yield* hook(options.snapshots ?? Effect.provide(Snapshots, Layer.mock(Snapshots, {}))),
      connectors: yield* hook(options.connectors ?? Effect.provide(VoiceConnectors, Layer.mock(VoiceConnectors, {}))),
      connector: (pool) => hook(options.connector(pool)),
      adjust: (duration) =>
        clock === "test" ? TestClock.adjust(duration) : clock === "live" ? absent : hook(clock(duration)),
      fail: (operation, error) => (fail === undefined ? absent : hook(fail(operation, error))),
      interact: (key) => (interact === undefined ? absent : Effect.asVoid(hook(interact(key)))),
      expiryRange: options.expiryRange ?? defaultExpiryRange,
      maxResults: options.maxResults ?? maxResults["chime-sdk-voice"],
      keepsMessages: options.keepsMessages ?? true,
    }
  })
