import * as Effect from "effect/Effect"
import type { Bench, ContractCase, Repos } from "../ContractCase.ts"

type Rule = () => Effect.fn.Return<unknown, unknown, Bench | Repos>

/** Cases by their sentences, all of which need the same hooks, or are about the same variant. */
export const cases =
  (about: Pick<ContractCase, "needs" | "only"> = {}) =>
  (rules: Readonly<Record<string, Rule>>): ReadonlyArray<ContractCase> =>
    Object.entries(rules).map(([name, rule]) => ({ name, run: Effect.asVoid(Effect.gen(rule)), ...about }))
