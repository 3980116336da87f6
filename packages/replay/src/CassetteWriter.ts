/**
 * The one way in which cassettes are written: not in CI, by one at a time, and through the gate.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Cassette from "./Cassette.ts"
import { CassetteError } from "./CassetteError.ts"
import { CassetteStore } from "./CassetteStore.ts"
import * as Mode from "./Mode.ts"
import * as Scan from "./Scan.ts"

/**
 * Writes a cassette in the place of the one of before; `Secret` where it holds what must not be kept, or one of the
 * `known` values.
 *
 * @category models
 */
export type Write = (cassette: Cassette.Cassette, known?: Iterable<string>) => Effect.Effect<void, CassetteError>

/**
 * Permits to write a cassette until the scope closes. It is refused in CI, where somebody else records the cassette, and
 * where its place cannot be written to, so that whoever is to record knows before anything is called.
 *
 * **Example** (A cassette without its last call)
 *
 * ```ts
 * import * as Cassette from "@proxy-session/replay/Cassette"
 * import { CassetteStore } from "@proxy-session/replay/CassetteStore"
 * import * as CassetteWriter from "@proxy-session/replay/CassetteWriter"
 * import * as Effect from "effect/Effect"
 *
 * export const shortened = Effect.scoped(
 *   Effect.gen(function* () {
 *     const write = yield* CassetteWriter.open("trip")
 *     const text = yield* CassetteStore.use((store) => store.read("trip"))
 *     const { epoch, interactions } = yield* Cassette.parse("trip", text)
 *     yield* write({ epoch, interactions: interactions.slice(0, -1) })
 *   })
 * )
 * ```
 *
 * @category constructors
 */
export const open = Effect.fn("CassetteWriter.open")(function* (
  name: string,
): Effect.fn.Return<Write, CassetteError, CassetteStore | Scope.Scope> {
  const store = yield* CassetteStore
  yield* Mode.permitRecording(name, store.isPersistent)
  const replace = yield* store.lock(name)
  return (cassette, known) => {
    const text = Cassette.print(cassette)
    const secrets = Scan.secrets(Cassette.withoutCounters(text), known)
    return secrets.length === 0
      ? replace(text)
      : Effect.fail(
          new CassetteError({
            cassette: name,
            reason: "Secret",
            detail: `it is not written, since it holds ${secrets.join(" and ")}`,
          }),
        )
  }
})
