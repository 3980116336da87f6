/**
 * What a stand-in begins with, in a short form that is written by hand.
 */
import { describe, Violation, violations } from "@proxy-session/domain/InvalidRequest"
import * as PhoneNumber from "@proxy-session/domain/PhoneNumber"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { VoiceConnectorName } from "@proxy-session/domain/VoiceConnector"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { type ConnectorSnapshot, PoolNumber, Snapshot } from "@proxy-session/repo/Snapshot"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

const configuration = Struct.omit(PutVoiceConnectorProxy.fields, ["voiceConnectorId"])

const session = {
  proxySessionId: Schema.optionalKey(ProxySessionId),
  ...Struct.omit(CreateProxySession.fields, ["voiceConnectorId"]),
}

/** A number by itself has the country of its calling code. */
const SeedNumber = Schema.Union([
  PhoneNumber.PhoneNumber.check(
    Schema.makeFilter((number) => PhoneNumber.country(number) !== undefined, {
      expected: "a number whose country is known, or { phoneNumber, country }",
    }),
  ),
  PoolNumber,
])

const connector = {
  voiceConnectorId: VoiceConnectorId,
  name: Schema.optionalKey(VoiceConnectorName),
  phoneNumbers: Schema.optionalKey(Schema.Array(SeedNumber)),
  configuration: Schema.optionalKey(Schema.Struct(configuration)),
  sessions: Schema.optionalKey(Schema.Array(Schema.Struct(session))),
}

/**
 * Voice Connectors with their numbers, their configurations and their sessions.
 *
 * - `phoneNumbers`: the numbers that sessions may use, each as text or with a `country`; without any, a connector has the
 *   default pool of fictional numbers
 * - `configuration`: as in `PutVoiceConnectorProxy`; a connector without one makes no sessions
 * - `sessions`: as in `CreateProxySession`, made in this order when the server starts; the service chooses the numbers.
 *   `proxySessionId` names a session that a test asks for
 *
 * @category models
 */
export const Seed = Schema.Struct({
  $schema: Schema.optionalKey(Schema.String),
  connectors: Schema.Array(Schema.Struct(connector)).check(
    Schema.makeFilter(
      (connectors) => new Set(connectors.map(({ voiceConnectorId }) => voiceConnectorId)).size === connectors.length,
      { expected: "each connector once" },
    ),
  ),
})

/**
 * The type of a seed.
 *
 * @category models
 */
export type Seed = typeof Seed.Type

/**
 * Every member that a seed can have somewhere, to suggest the one that was meant.
 *
 * @category constants
 */
export const members: ReadonlyArray<string> = [
  ...new Set(
    [Seed.fields, connector, configuration, session, PoolNumber.fields].flatMap((fields) => Object.keys(fields)),
  ),
]

/**
 * The description of a seed as JSON Schema.
 *
 * @category constants
 */
export const jsonSchema = (): object => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(Seed)
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What a stand-in for proxy sessions begins with",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  }
}

/**
 * A seed that breaks a rule: which rules, and where.
 *
 * @category errors
 */
export class SeedProblem extends Schema.TaggedError<SeedProblem>()("SeedProblem", {
  violations: Schema.NonEmptyArray(Violation),
}) {
  override get message(): string {
    return describe(this.violations, "the seed")
  }
}

const decode = Schema.decodeUnknownEffect(Seed, { errors: "all", onExcessProperty: "error" })

/**
 * The connectors that a seed stands for, its sessions made now. `ids` makes the ids of sessions the same in every run.
 *
 * **Example** (A connector with one number)
 *
 * ```ts
 * import * as Seed from "@proxy-session/control/Seed"
 * import * as Effect from "effect/Effect"
 *
 * const program = Seed.connectors({
 *   connectors: [{ voiceConnectorId: "abcdef1ghij2klmno3pqr4", phoneNumbers: ["+19135550199"] }]
 * })
 *
 * const [connector] = await Effect.runPromise(program)
 *
 * connector?.pool?.map(({ country }) => country) // => ["US"]
 * ```
 *
 * @category decoding
 */
export const connectors = (
  content: unknown,
  ids?: string,
): Effect.Effect<ReadonlyArray<ConnectorSnapshot>, SeedProblem> =>
  Effect.gen(function* () {
    const seed = yield* Effect.mapError(
      decode(content),
      ({ issue }) => new SeedProblem({ violations: violations(issue) }),
    )
    const memory = MemoryRepo.layer({
      connectors: seed.connectors.map(({ name, phoneNumbers, voiceConnectorId }) => ({
        voiceConnectorId,
        ...(name === undefined ? {} : { name }),
        ...(phoneNumbers === undefined ? {} : { pool: phoneNumbers.flatMap(poolNumber) }),
      })),
      ...(ids === undefined ? {} : { seed: ids }),
    })
    return yield* Effect.provide(fill(seed), memory)
  })

const poolNumber = (each: typeof SeedNumber.Type): ReadonlyArray<typeof PoolNumber.Type> => {
  if (typeof each !== "string") return [each]
  const country = PhoneNumber.country(each)
  return country === undefined ? [] : [{ phoneNumber: each, country }]
}

/** Does to a store in memory what a seed says, by the service's own operations. */
const fill = Effect.fnUntraced(function* (seed: Seed) {
  const proxies = yield* VoiceConnectorProxyRepo
  const sessions = yield* ProxySessionRepo
  const snapshots = yield* Snapshots
  const refused: Array<Violation> = []
  const named = new Map<string, string>()
  const attempt = <A>(path: string, work: Effect.Effect<A, { readonly message: string }>) =>
    Effect.catch(work, ({ message }) =>
      Effect.sync(() => {
        refused.push({ path, rule: `is refused: ${message}` })
      }),
    )
  for (const [index, { configuration, sessions: wanted = [], voiceConnectorId }] of seed.connectors.entries()) {
    const path = `connectors[${index}]`
    if (configuration !== undefined) {
      yield* attempt(`${path}.configuration`, proxies.put({ ...configuration, voiceConnectorId }))
    }
    for (const [position, { proxySessionId, ...request }] of wanted.entries()) {
      const made = yield* attempt(`${path}.sessions[${position}]`, sessions.create({ ...request, voiceConnectorId }))
      if (made !== undefined && proxySessionId !== undefined) named.set(made.proxySessionId, proxySessionId)
    }
  }
  if (Arr.isArrayNonEmpty(refused)) return yield* new SeedProblem({ violations: refused })
  const content = yield* Effect.orDie(snapshots.export)
  const renamed = {
    ...content,
    stores: content.stores.map((store) => ({
      ...store,
      connectors: store.connectors.map((each) => ({
        ...each,
        sessions: (each.sessions ?? []).map((session) => ({
          ...session,
          proxySessionId: named.get(session.proxySessionId) ?? session.proxySessionId,
        })),
      })),
    })),
  }
  const { stores } = yield* Effect.mapError(
    Schema.decodeUnknownEffect(Snapshot, { errors: "all" })(renamed),
    ({ issue }) => new SeedProblem({ violations: violations(issue) }),
  )
  return stores.flatMap(({ connectors }) => connectors)
})
