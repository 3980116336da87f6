/**
 * Puts a cassette's requests to an implementation once more, and tells where it answers otherwise than was recorded.
 */
import { placeholder } from "@proxy-session/domain/Redaction"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type { Interaction } from "./Cassette.ts"
import { CassetteError } from "./CassetteError.ts"
import type { CassetteStore } from "./CassetteStore.ts"
import type { Aliases } from "./internal/aliases.ts"
import { type Descriptor, operations, proxies, sessions } from "./internal/descriptors.ts"
import * as Engine from "./internal/engine.ts"
import { differences } from "./internal/differences.ts"
import { withoutLeftovers } from "./internal/leftovers.ts"
import * as Recorder from "./internal/recorder.ts"
import type { RecordRepoOptions } from "./ReplayRepo.ts"
import * as Scan from "./Scan.ts"

/**
 * What to verify, with options as a recording has them.
 *
 * - `ignore`: members that two sound implementations may answer differently; unless told otherwise the words of an error
 *   (`message`), its `requestId`, how often a client tried (`attempts`), and which number stands between two people
 *   (`proxyPhoneNumber`)
 * - `leftovers`: whether sessions that the calls made and did not delete are deleted (`"delete"`, the default), or kept
 *
 * @category models
 */
export interface VerifyOptions extends Pick<RecordRepoOptions, "aliases" | "cassette" | "leftovers" | "secrets"> {
  readonly ignore?: ReadonlyArray<string>
}

/**
 * One place where an answer is not what was recorded. All values are those under aliases, as a cassette holds them, and
 * `<redacted>` where the gate would refuse one; `undefined` stands for nothing at all.
 *
 * - `call`: which one of the cassette, from 0
 * - `path`: the member, such as `value.status`, or `_tag` where a success has become a failure
 *
 * @category models
 */
export interface Difference {
  readonly call: number
  readonly operation: string
  readonly path: string
  readonly recorded: Schema.Json | undefined
  readonly answered: Schema.Json | undefined
}

/**
 * Makes the calls of a cassette, one after the other, and answers all differences: none if the implementation still
 * behaves as it did, or a memory repository as the service did.
 *
 * Instants and request ids are not compared, only whether they are there; ids that the implementation makes up are told
 * apart by where they come from. A call that was interrupted when it was recorded is left out. Nothing is written. A defect
 * of the implementation is one of the verification, too. Sessions that the calls make and do not delete are deleted at the
 * end, unless told otherwise, and a warning tells of them.
 *
 * **Example** (Whether memory behaves as recorded)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { verify } from "@proxy-session/replay/Verify"
 *
 * export const differences = verify({ cassette: "trip" }, MemoryRepo.layer())
 * ```
 *
 * @category verifying
 */
export const verify = Effect.fn("Verify.verify")(function* <E, R>(
  options: VerifyOptions,
  live: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, E, R>,
): Effect.fn.Return<ReadonlyArray<Difference>, CassetteError | E, CassetteStore | R> {
  const { ignore = ["attempts", "message", "proxyPhoneNumber", "requestId"] } = options
  const { epoch, interactions } = yield* Engine.open({ ...options, operations })
  const recorded = [...interactions.entries()].filter(([, { outcome }]) => outcome._tag !== "Interrupted")
  const made = recorded.map(([, each]) => each)
  const aliases = yield* Engine.aliasesOf(options, made)
  const answered = yield* repeat(made, aliases, options, epoch, live)
  const scan = Scan.scanner(aliases.secrets())
  // What is answered now has passed no gate.
  const shown = (value: Schema.Json | undefined) =>
    value !== undefined && scan(JSON.stringify(value)).length > 0 ? placeholder : value
  return recorded.flatMap(([call, { operation, outcome }], index) =>
    differences(outcome, answered[index]?.outcome, new Set(ignore)).map((found) => ({
      call,
      operation,
      path: found.path,
      recorded: shown(found.recorded),
      answered: shown(found.answered),
    })),
  )
})

/** Records the same requests once more; the recorder itself sees to aliases and instants. */
const repeat = Effect.fnUntraced(function* <E, R>(
  interactions: ReadonlyArray<Interaction>,
  aliases: Aliases,
  { cassette, leftovers = "delete" }: VerifyOptions,
  epoch: string,
  live: Layer.Layer<ProxySessionRepo | VoiceConnectorProxyRepo, E, R>,
) {
  const now = yield* DateTime.now
  const shift = Engine.shiftFrom(now, epoch)
  const recorder = Recorder.make({ aliases, cassette, before: interactions, defects: true, shift })
  const runs = new Map<string, (json: Schema.Json) => Effect.Effect<Exit.Exit<unknown, unknown>>>()
  const add = <Request, A, Failure>(
    descriptor: Descriptor<Request, A, Failure>,
    run: (request: Request) => Effect.Effect<A, Failure>,
  ) => {
    const record = recorder.record(descriptor, run)
    runs.set(descriptor.operation, (json) => Effect.exit(record(descriptor.decode(json))))
  }
  yield* Effect.scoped(
    Effect.gen(function* () {
      const context = yield* Layer.build(live)
      const given = Context.get(context, ProxySessionRepo)
      const repo = leftovers === "delete" ? yield* withoutLeftovers(`verification of ${cassette}`, given) : given
      const proxyRepo = Context.get(context, VoiceConnectorProxyRepo)
      add(sessions.create, repo.create)
      add(sessions.get, repo.get)
      add(sessions.list, repo.list)
      add(sessions.update, repo.update)
      add(sessions.delete, repo.delete)
      add(proxies.put, proxyRepo.put)
      add(proxies.get, proxyRepo.get)
      add(proxies.delete, proxyRepo.delete)
      for (const { operation, outcome, request } of interactions) {
        const exit = yield* runs.get(operation)?.(request) ?? Effect.succeed(Exit.void)
        const died = Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isDieReason) : undefined
        // In a recording it has to be a defect, so that no program swallows it; here there is none.
        if (died?.defect instanceof CassetteError) return yield* died.defect
        if (died !== undefined && outcome._tag !== "Died") return yield* Effect.die(died.defect)
      }
    }),
  )
  return recorder.interactions()
})
