/**
 * The law of privacy: whatever an implementation returns, in whatever member, no secret of it is in a cassette.
 */
import { assert, describe, it } from "@effect/vitest"
import * as ProxySessionError from "@proxy-session/domain/ProxySessionError"
import { operations } from "@proxy-session/domain/Operations"
import type { Role } from "@proxy-session/domain/Role"
import { BadRequestException, UnmodeledServiceError } from "@proxy-session/domain/ServiceError"
import { TransportError } from "@proxy-session/domain/TransportError"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Arbitrary from "effect/Arbitrary"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Aliases from "../src/internal/aliases.ts"
import { map, shapeOf } from "../src/internal/shape.ts"
import { cassette, changed, defectOf, get, shelf, voiceConnectorId } from "./support.ts"

/** Canaries of every kind, put together here so that no file holds what somebody may have. */
const canaries = {
  number: ["+1206", "555", "9901"].join(""),
  name: "Wilhelmina Canary",
  short: "Zoë",
  id: "canary-id-77",
  token: "canary+page/token==",
  accessKey: ["AK", "IA", "CANARY22CANARY22"].join(""),
  secretKey: ["wJalXUtnFEMI", "K7MDENG", "bPxRfiCYCANARY"].join("/"),
  signature: ["AWS4-HMAC-SHA256 Credential=", "canary", "/20261201/aws4_request"].join(""),
  escaped: encodeURIComponent(["+1206", "555", "9901"].join("")),
}
const texts = Object.values(canaries)
const leaked = (text: string): ReadonlyArray<string> =>
  texts.filter((canary) => text.toLowerCase().includes(canary.toLowerCase()))

const roles: ReadonlySet<Role> = new Set(["code", "id", "name", "number", "prose", "proxyNumber", "token"])

/** A value of a schema in every text of which there is a canary; numbers are canaries, too. */
const poisoned = <A>(schema: Schema.Codec<A, unknown>, value: A, pick: (count: number) => number): A => {
  const codec = Schema.toCodecJson(schema)
  const json = map(shapeOf(schema.ast, "it"), Schema.encodeSync(codec)(value), roles, (text, { role }) => {
    if (role === "number" || role === "proxyNumber") return canaries.number
    const canary = texts[pick(texts.length)] ?? canaries.name
    // Of ids and names the schemas ask for 128 characters at most, and of ids that they are path segments.
    return role === "id" && canary.includes("/") ? canaries.id : canary
  })
  return Schema.decodeSync(codec)(json)
}

const Seed = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1e6 }))
const Returned = Schema.Struct({
  seed: Seed,
  session: Schema.toType(operations.GetProxySession.success),
  page: Schema.toType(operations.ListProxySessions.success),
  configuration: Schema.toType(operations.GetVoiceConnectorProxy.success),
  error: Schema.toType(ProxySessionError.ProxySessionError),
})

it.effect("no canary of any kind, in whatever member, is in a cassette", () =>
  Effect.gen(function* () {
    const seen = { written: 0, poisoned: 0 }
    const result = yield* Arbitrary.checkEffect(
      Arbitrary.schema(Returned),
      ({ configuration, error, page, seed, session }) =>
        Effect.gen(function* () {
          let state = seed
          const pick = (count: number) => {
            state = (state * 1_103_515_245 + 12_345) % 2 ** 31
            return Math.floor(state / 2 ** 16) % count
          }
          const bad = {
            session: poisoned(operations.GetProxySession.success, session, pick),
            page: poisoned(operations.ListProxySessions.success, page, pick),
            configuration: poisoned(operations.GetVoiceConnectorProxy.success, configuration, pick),
            error: poisoned(ProxySessionError.ProxySessionError, error, pick),
          }
          const live = Layer.effect(
            VoiceConnectorProxyRepo,
            Effect.map(VoiceConnectorProxyRepo, (repo) => ({ ...repo, get: () => Effect.succeed(bad.configuration) })),
          ).pipe(
            Layer.provideMerge(
              changed(() => ({
                create: () => Effect.fail(bad.error),
                get: () => Effect.succeed(bad.session),
                list: () => Effect.succeed(bad.page),
              })),
            ),
          )
          const program = Effect.gen(function* () {
            const repo = yield* ProxySessionRepo
            const proxies = yield* VoiceConnectorProxyRepo
            const first = yield* repo.get({ voiceConnectorId, proxySessionId: "one" })
            const { nextToken } = yield* repo.list({ voiceConnectorId })
            yield* repo.list({ voiceConnectorId: first.voiceConnectorId, nextToken })
            const participantPhoneNumbers = ["+12065550100", "+14015550101"] as const
            const asked = { voiceConnectorId, participantPhoneNumbers, capabilities: ["Voice"], name: "Rider" } as const
            return [yield* Effect.flip(repo.create(asked)), yield* proxies.get({ voiceConnectorId })]
          })
          const { cassettes, record, replay } = shelf()
          const aliases = {
            "+12065550100": Config.succeed(Redacted.make(canaries.number)),
            Rider: Config.succeed(Redacted.make(canaries.name)),
          }
          const recorded = yield* record(program, { aliases }, live)
          const text = cassettes.get(cassette)
          if (text === undefined) return assert.fail(`nothing was written: ${String(defectOf(recorded))}`)
          assert.deepStrictEqual(leaked(text), [])
          assert.deepStrictEqual(yield* replay(program), recorded)
          seen.written++
          seen.poisoned += leaked(
            JSON.stringify(Schema.encodeSync(Schema.toCodecJson(ProxySessionError.ProxySessionError))(bad.error)),
          ).length
          return true
        }),
      { runs: 60, seed: 6 },
    )
    assert.isUndefined(Arbitrary.formatCheckFailure(result))
    assert.isAbove(seen.written, 50)
    assert.isAbove(seen.poisoned, 50)
  }),
)

describe("of an error", () => {
  const failing = (error: ProxySessionError.ProxySessionError) => changed(() => ({ get: () => Effect.fail(error) }))
  const shown = (error: ProxySessionError.ProxySessionError, options = {}) =>
    Effect.gen(function* () {
      const { cassettes, record, replay } = shelf()
      const recorded = yield* record(Effect.flip(get("one")), options, failing(error))
      if (Exit.isFailure(recorded)) return { defect: defectOf(recorded), error: undefined, size: cassettes.size }
      assert.deepStrictEqual(yield* replay(Effect.flip(get("one"))), recorded)
      return { defect: undefined, error: recorded.value, size: cassettes.size }
    })

  it.effect("known codes are kept, others are left out, and prose becomes the words of its tag", () =>
    Effect.gen(function* () {
      for (const [error, expected] of [
        [
          new BadRequestException({ message: "no", code: "BadRequest", attempts: 3, ambiguous: true }),
          new BadRequestException({ message: "Bad Request", code: "BadRequest", attempts: 3, ambiguous: true }),
        ],
        [
          new UnmodeledServiceError({ message: "gone", code: "Gone", type: "GoneException", status: 410 }),
          new UnmodeledServiceError({
            message: "Unmodeled Service Error",
            code: "Gone",
            type: "GoneException",
            status: 410,
          }),
        ],
        [
          new UnmodeledServiceError({ message: "slow", code: "SlowDown", type: "AliceException", status: 503 }),
          new UnmodeledServiceError({ message: "Unmodeled Service Error", code: "SlowDown", status: 503 }),
        ],
        [
          new TransportError({
            operation: "GetProxySession",
            reason: "Connect",
            outcome: "NotSent",
            attempts: 2,
            origin: "https://alice.example",
            code: "ECONNREFUSED",
          }),
          new TransportError({
            operation: "GetProxySession",
            reason: "Connect",
            outcome: "NotSent",
            attempts: 2,
            code: "ECONNREFUSED",
          }),
        ],
      ] as const) {
        assert.deepStrictEqual((yield* shown(error)).error, expected)
      }
    }),
  )

  it.effect("messages are kept where that is asked for by name", () =>
    Effect.gen(function* () {
      const error = new BadRequestException({ message: "A session must have two numbers: 12 were given." })
      assert.deepStrictEqual((yield* shown(error, { keepMessages: true })).error, error)
    }),
  )

  it.effect("no message is kept that holds a number, an escape or a real value: the recording fails instead", () =>
    Effect.gen(function* () {
      const aliases = { Rider: Config.succeed(Redacted.make("Anna Lee")) }
      for (const [message, why] of [
        [`${canaries.number} is busy`, "holds a number"],
        ["call (206) 555-9901", "holds a number"],
        ["call ２０６５５５９９０１", "holds a number"],
        ["Anna%20Lee", "holds an escape"],
        ["Anna\\u0020Lee", "holds an escape"],
        ["Anna&#32;Lee", "holds an escape"],
        ["for ANNA LEE", "holds the real value of an alias"],
      ] as const) {
        const { defect, size } = yield* shown(new BadRequestException({ message }), { aliases, keepMessages: true })
        assert.include(defect, { _tag: "CassetteError", reason: "Secret" })
        assert.include(
          String(defect),
          `GetProxySession returned what must not be written: message ${why}, so its text cannot be kept`,
        )
        assert.notMatch(String(defect), /Anna|\d{3}/u)
        assert.strictEqual(size, 0)
      }
    }),
  )
})

it("what an implementation made up is known in a text, too", () => {
  const aliases = Aliases.make()
  aliases.inbound("id", "canary-session")
  assert.isTrue(aliases.isKnownIn("There is no canary-session"))
  assert.isFalse(aliases.isKnownIn("There is no session"))
})

it.effect("memory's own messages can be kept", () =>
  Effect.gen(function* () {
    const { record } = shelf()
    const exit = yield* record(Effect.flip(get("one")), { keepMessages: true }, MemoryRepo.layer())
    assert.strictEqual(Exit.isSuccess(exit) ? exit.value.message : "", "Unable to find the requested identifier")
  }),
)
