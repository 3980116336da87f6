/**
 * The contract that every implementation of the two repositories has to keep, as a vitest suite.
 */
import { describe, layer } from "@effect/vitest"
import type * as Layer from "effect/Layer"
import { chosen, type ContractOptions, type Repos, skipped } from "./ContractCase.ts"
import { groups, layerBench } from "./ContractReport.ts"

/**
 * Puts an implementation to the contract: call it at the top of a vitest file.
 *
 * The Layer is built once; each case works on a connector of its own. It must provide both repositories, and may provide
 * whatever the hooks of the options use. A case is no test of it if it is about a variant that the options do not name, if
 * it is one of the deviations, or if it needs a hook that is not given. `ContractReport.run` lists such cases with the reason.
 *
 * **Example** (An implementation over a database)
 *
 * ```ts
 * import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
 * import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
 * import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
 * import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
 * import * as Contract from "@proxy-session/testing/Contract"
 * import * as Effect from "effect/Effect"
 * import type * as Layer from "effect/Layer"
 *
 * declare const DatabaseRepo: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo>
 * declare const insert: (pool: ReadonlyArray<PoolNumber>) => Effect.Effect<string>
 *
 * export const register = () =>
 *   Contract.suite("DatabaseRepo", DatabaseRepo, {
 *     connector: (pool) => Effect.map(insert(pool), (id) => VoiceConnectorId.make(id))
 *   })
 * ```
 *
 * @category constructors
 */
export const suite = <R, E>(
  name: string,
  implementation: Layer.Layer<R | Repos, E>,
  options: ContractOptions<NoInfer<R> | Repos>,
): void => {
  const names = new Set(groups.flatMap(({ cases, subject }) => cases.map((each) => `${subject}: ${each.name}`)))
  const unknown = Object.keys(options.deviations ?? {}).filter((each) => !names.has(each))
  if (unknown.length > 0) throw new Error(`The contract has no such case: ${unknown.join("; ")}`)
  const excludeTestServices = (options.clock ?? "test") !== "test"
  layer(layerBench(implementation, options), { excludeTestServices })(`contract: ${name}`, (it) => {
    for (const { cases, subject } of chosen(groups, options)) {
      const own = cases.filter((each) => skipped(subject, each, options) === undefined)
      // vitest takes a subject without a case for a mistake.
      if (own.length === 0) continue
      describe(subject, () => {
        for (const { name, run } of own) it.effect(name, () => run)
      })
    }
  })
}
