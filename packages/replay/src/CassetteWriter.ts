/**
 * The one way in which cassettes are written: not in CI, by one at a time, and through the gate.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Cassette from "./Cassette.ts"
import { CassetteError } from "./CassetteError.ts"
import { CassetteStore } from "./CassetteStore.ts"
import { placesOf } from "./internal/places.ts"
import * as Mode from "./Mode.ts"
import * as Scan from "./Scan.ts"

/**
 * Writes a cassette in the place of the one of before, unless that is the same, however it is laid out; `Secret` where it
 * or its name holds what must not be kept, or one of the `known` values.
 *
 * @category models
 */
export type Write = (cassette: Cassette.Cassette, known?: Iterable<string>) => Effect.Effect<void, CassetteError>

/**
 * Permits to write a cassette until the scope closes. It is refused in CI, where somebody else records the cassette, where
 * its place cannot be written to, and for a name that holds what must not be kept, so that whoever is to record knows
 * before anything is called.
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
  yield* named(name)
  const store = yield* CassetteStore
  yield* Mode.permitRecording(name, store.isPersistent)
  const replace = yield* store.lock(name)
  return Effect.fnUntraced(function* (cassette, values = []) {
    const scan = Scan.scanner(values)
    yield* named(name, scan)
    const text = Cassette.print(cassette)
    const secrets = scan(Cassette.withoutCounters(text))
    if (secrets.length > 0) {
      const isRefused = (json: unknown) => scan(JSON.stringify(json)).length > 0
      const places = placesOf(cassette.interactions, isRefused).map((place) => `, ${place}`)
      const detail = `it is not written, since it holds ${secrets.join(" and ")}${places.join("")}`
      return yield* new CassetteError({ cassette: name, reason: "Secret", detail })
    }
    const present = yield* Effect.option(store.read(name))
    // Of two equal keys JSON has the second alone.
    const isClean = (there: string) => scan(Cassette.withoutCounters(there)).length === 0
    if (!Option.exists(present, (there) => there === text || (isLaidOutAnew(there, text) && isClean(there))))
      yield* replace(text)
  })
})

/** Whether a text is another as a formatter may have laid it out. What only has its checksum is not. */
const isLaidOutAnew = (present: string, text: string): boolean =>
  Option.exists(asJson(present), (json) => JSON.stringify(json) === JSON.stringify(JSON.parse(text)))

const asJson = Schema.decodeOption(Schema.fromJsonString(Schema.Unknown))

/**
 * The gate for a name, which comes from the titles of a test: with their spaces, too, for which it has hyphens, and without
 * the digits that `CassetteName` ends it in. The error does not repeat it.
 */
const named = (
  name: string,
  scan: ReturnType<typeof Scan.scanner> = Scan.secrets,
): Effect.Effect<void, CassetteError> => {
  const titles = name.replace(/(?<=\/.*)-[\da-f]{6}$/u, "")
  const spaced = scan(JSON.stringify(titles.replaceAll("-", " "))).filter((kind) => kind === "a known secret")
  const secrets = [...new Set([...scan(JSON.stringify(titles)), ...spaced])]
  const detail = `its name holds ${secrets.join(" and ")}; give the test another title, or the cassette another name`
  return secrets.length === 0
    ? Effect.void
    : Effect.fail(new CassetteError({ cassette: "(unnamed)", reason: "Secret", detail }))
}
