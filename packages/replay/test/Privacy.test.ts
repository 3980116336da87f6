/**
 * The law of the gate: whatever an implementation says, and however it writes it, nothing that must not be kept is in a
 * cassette, or none is written.
 */
import { assert, it } from "@effect/vitest"
import type { Input } from "@proxy-session/domain/Input"
import { CreateProxySession, ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { BadRequestException } from "@proxy-session/domain/ServiceError"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Arbitrary from "effect/Arbitrary"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

const connector = "abcdef1ghij2klmno3pqr4"

/** Canaries, put together here so that no file holds what somebody may have: of each, whether it can be replaced. */
const canaries = {
  rider: ["1206", "555", "9901"].join(""),
  stranger: ["4420", "7946", "9902"].join(""),
  long: "Wilhelmina Canary",
  short: "Zoë",
  pageToken: "canary+page/token==",
  appKey: "canary-key-of-the-app",
  accessKey: ["AK", "IA", "CANARY22CANARY22"].join(""),
  secretKey: ["wJal/XUtnFEMI", "K7MDENG+bPxRfiCY", "EXAMPLEKEY1"].join("/").slice(0, 40),
  sessionToken: ["IQ", "oJ", "b3JpZ2luX2VjEJr//canary"].join(""),
}

/** How a text may be written. What tells nothing to AWS in another case keeps its own. */
const spellings = {
  plain: (text: string) => text,
  lower: (text: string) => text.toLowerCase(),
  upper: (text: string) => text.toUpperCase(),
  url: encodeURIComponent,
  form: (text: string) => encodeURIComponent(text).replaceAll("%20", "+"),
  bytes: (text: string) =>
    Array.from(new TextEncoder().encode(text), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  json: (text: string) => JSON.stringify(text),
  units: (text: string) =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  html: (text: string) => Array.from(text, (char) => `&#${char.codePointAt(0)};`).join(""),
  grouped: (text: string) =>
    /^\d+$/u.test(text) ? `+${text.slice(0, 1)}-${text.slice(1, 4)} ${text.slice(4, 7)}.${text.slice(7)}` : text,
} as const
type Spelling = keyof typeof spellings
const namesOf = <const K extends string>(record: Readonly<Record<K, unknown>>) => {
  const isName = (name: string): name is K => name in record
  return Schema.Literals(Object.keys(record).filter(isName))
}

const Said = Schema.Struct({
  canary: namesOf(canaries),
  spelt: Schema.Array(namesOf(spellings)).check(Schema.isMaxLength(3)),
  before: Schema.Literals(["", " ", "\n", "-", "_", ".", "=", "%", "\\u", "tel", "id_", "no.", '"', "(", "/"]),
  after: Schema.Literals(["", " ", "-in-use", "_", ".", "&", '"', "%", "\\", "x", ")"]),
  where: Schema.Literals(["code", "message", "requestId", "token"]),
})
const Sayings = Schema.Array(Said).check(Schema.isMinLength(1), Schema.isMaxLength(3))

const isOfOneCase = (canary: typeof Said.Type.canary) => /Key$|^sessionToken$/u.test(canary) && canary !== "appKey"
const isWord = (canary: typeof Said.Type.canary) => canary === "short"

const written = ({ after, before, canary, spelt }: typeof Said.Type): string => {
  const spell = (text: string, spelling: Spelling) =>
    (spelling === "lower" || spelling === "upper") && isOfOneCase(canary) ? text : spellings[spelling](text)
  // A short name within a word is that word, and a secret key within one is no secret key.
  const apart = (side: string) => (isWord(canary) || canary === "secretKey" ? side.replace(/[\w./\\%]+/gu, " ") : side)
  return apart(before) + spelt.reduce(spell, canaries[canary]) + apart(after)
}

/** A text as it is, and after each step of decoding it in all ways at once. */
const decoded = (text: string): ReadonlyArray<string> => {
  const next = text
    .replace(/(?:%[0-9a-f]{2})+/giu, (bytes) => {
      try {
        return decodeURIComponent(bytes)
      } catch {
        return bytes
      }
    })
    .replace(/\\u(?<code>[0-9a-f]{4})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\(?<char>["\\/])/gu, "$<char>")
    .replace(/&#(?<code>\d{1,6});/gu, (_, code: string) => String.fromCodePoint(Number(code)))
  return next === text ? [text] : [text, ...decoded(next)]
}

const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")

const leaks = (cassette: string, canary: typeof Said.Type.canary): boolean =>
  decoded(cassette).some((text) =>
    isWord(canary)
      ? text
          .toLowerCase()
          .split(/[^\p{L}\p{N}]+/u)
          .includes(canaries[canary].toLowerCase())
      : bare(text).includes(bare(canaries[canary])),
  )

/** An implementation that says what it is told to. */
const saying = (sayings: ReadonlyArray<typeof Said.Type>) => {
  const inAll = (where: typeof Said.Type.where) =>
    sayings.flatMap((each) => (each.where === where ? [written(each)] : [])).join(" and ")
  const error = new BadRequestException({
    code: `Bad:${inAll("code")}`,
    message: `no: ${inAll("message")}`,
    requestId: `r:${inAll("requestId")}`,
  })
  return Layer.effect(
    ProxySessionRepo,
    Effect.map(ProxySessionRepo, (memory) => ({
      ...memory,
      create: () => Effect.fail(error),
      list: ({ nextToken }: Input<typeof ListProxySessions>) =>
        Effect.succeed(
          new ProxySessionPage({
            proxySessions: [],
            nextToken: nextToken === undefined ? canaries.pageToken : `t:${inAll("token")}`,
          }),
        ),
    })),
  ).pipe(Layer.provideMerge(MemoryRepo.layer()))
}

const program = Effect.gen(function* () {
  const repo = yield* ProxySessionRepo
  const first = yield* repo.list(yield* ListProxySessions.decode({ voiceConnectorId: connector }))
  const second = yield* repo.list(yield* ListProxySessions.decode({ ...first, voiceConnectorId: connector }))
  const request = yield* CreateProxySession.decode({
    voiceConnectorId: connector,
    participantPhoneNumbers: ["+12065550100", "+14015550101"],
    capabilities: ["Voice"],
    name: "Rider One",
  })
  return [second, yield* Effect.flip(repo.create(request))]
})

const secret = (value: string) => Config.succeed(Redacted.make(value))

it.effect("a cassette holds no canary in any decoding, or is refused", () =>
  Effect.gen(function* () {
    const seen = { written: 0, refused: 0 }
    const result = yield* Arbitrary.checkEffect(
      Arbitrary.schema(Sayings),
      (sayings) =>
        Effect.gen(function* () {
          const cassettes = new Map<string, string>()
          const options: ReplayRepo.RecordRepoOptions = {
            cassette: "law",
            mode: "record",
            aliases: {
              "+12065550100": secret(`+${canaries.rider}`),
              "Rider One": secret(canaries.long),
              "Rider Two": secret(canaries.short),
            },
            secrets: [Redacted.make(canaries.appKey)],
          }
          const exit = yield* program.pipe(
            Effect.provide(
              ReplayRepo.record(options, saying(sayings)).pipe(Layer.provide(CassetteStore.layerMemory(cassettes))),
              { local: true },
            ),
            Effect.exit,
          )
          const text = cassettes.get("law")
          if (text === undefined) {
            const defect = Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isDieReason)?.defect : undefined
            assert.include(defect, { _tag: "CassetteError", reason: "Secret" })
            seen.refused++
          } else {
            for (const { canary } of sayings) assert.isFalse(leaks(text, canary), `${canary} in ${text}`)
            seen.written++
          }
          return true
        }),
      { runs: 400, seed: 6 },
    )
    assert.isUndefined(Arbitrary.formatCheckFailure(result))
    assert.isAbove(seen.written, 40)
    assert.isAbove(seen.refused, 40)
  }),
)
