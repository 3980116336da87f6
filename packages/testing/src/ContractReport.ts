/**
 * The contract as a plain list of cases, and a run of them without any test runner.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { admission } from "./contract/admission.ts"
import { boundaries } from "./contract/boundaries.ts"
import { calls } from "./contract/calls.ts"
import { connectorNumbers } from "./contract/connectorNumbers.ts"
import { connectors } from "./contract/connectors.ts"
import { create } from "./contract/create.ts"
import { remove } from "./contract/delete.ts"
import { connectorErrors, errors } from "./contract/errors.ts"
import { get } from "./contract/get.ts"
import { list } from "./contract/list.ts"
import { numbers } from "./contract/numbers.ts"
import { paging } from "./contract/paging.ts"
import { proxy } from "./contract/proxy.ts"
import { redaction } from "./contract/redaction.ts"
import { store } from "./contract/store.ts"
import { time } from "./contract/time.ts"
import { update } from "./contract/update.ts"
import {
  Bench,
  chosen,
  type ContractGroup,
  type ContractOptions,
  makeBench,
  type Repos,
  skipped,
} from "./ContractCase.ts"

/**
 * All cases of the contract, by subject.
 *
 * @category constants
 */
export const groups: ReadonlyArray<ContractGroup> = [
  create,
  admission,
  numbers,
  get,
  list,
  paging,
  update,
  remove,
  proxy,
  time,
  boundaries,
  errors,
  store,
  calls,
  { subject: "connectors", cases: [...connectors, ...connectorNumbers, ...connectorErrors] },
  redaction,
]

/**
 * What became of one case: `reason` tells why it was skipped or how it failed.
 *
 * @category models
 */
export interface ContractOutcome {
  readonly subject: string
  readonly name: string
  readonly outcome: "failed" | "passed" | "skipped"
  readonly reason?: string
}

/**
 * The services of an implementation together with the bench on which it is put.
 *
 * @category layers
 */
export const layerBench = <R, E>(
  implementation: Layer.Layer<R | Repos, E>,
  options: ContractOptions<NoInfer<R> | Repos>,
): Layer.Layer<Bench | R | Repos, E> => Layer.effect(Bench, makeBench(options)).pipe(Layer.provideMerge(implementation))

/**
 * Runs the contract against an implementation, one case after the other, and tells what became of each.
 *
 * For vitest there is `Contract.suite`; this is for every other runner, and for proving that a broken implementation is
 * found out.
 *
 * @category constructors
 */
export const run = <R, E>(
  implementation: Layer.Layer<R | Repos, E>,
  options: ContractOptions<NoInfer<R> | Repos>,
): Effect.Effect<ReadonlyArray<ContractOutcome>, E> => {
  const bench = layerBench(implementation, options)
  return Effect.forEach(
    chosen(groups, options).flatMap(({ cases, subject }) => cases.map((each) => ({ ...each, subject }))),
    (each) => {
      const { name, subject } = each
      const reason = skipped(subject, each, options)
      if (reason !== undefined) return Effect.succeed<ContractOutcome>({ subject, name, outcome: "skipped", reason })
      return Effect.map(Effect.exit(each.run), (exit): ContractOutcome =>
        Exit.isSuccess(exit)
          ? { subject, name, outcome: "passed" }
          : { subject, name, outcome: "failed", reason: Cause.pretty(exit.cause) },
      )
    },
  ).pipe(
    Effect.provide((options.clock ?? "test") === "test" ? bench.pipe(Layer.provideMerge(TestClock.layer())) : bench),
  )
}
