/**
 * Puts an implementation of one's own under the contract suite: sessions in a `KeyValueStore`.
 */
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { MemoryControl } from "@proxy-session/memory/MemoryControl"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as ContractReport from "@proxy-session/testing/ContractReport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Semaphore from "effect/Semaphore"

/** Memory whose whole state is written to a store after each change, and read from it at the start. */
const PersistentRepo = Layer.effectContext(
  Effect.gen(function* () {
    const memory = yield* Effect.context<MemoryControl | ProxySessionRepo | VoiceConnectorProxyRepo>()
    const control = Context.get(memory, MemoryControl)
    const store = yield* KeyValueStore.KeyValueStore
    const saved = yield* store.get("state")
    if (saved !== undefined) yield* control.restore(JSON.parse(saved))
    const lock = yield* Semaphore.make(1)
    const save = Effect.flatMap(control.snapshot, (state) => store.set("state", JSON.stringify(state)))
    const saving =
      <Request, A, E>(change: (request: Request) => Effect.Effect<A, E>) =>
      (request: Request) =>
        Effect.uninterruptible(Effect.tap(change(request), lock.withPermit(Effect.orDie(save))))
    const { create, delete: remove, update, ...sessions } = Context.get(memory, ProxySessionRepo)
    const { delete: reset, put, ...proxies } = Context.get(memory, VoiceConnectorProxyRepo)
    const changes = { create: saving(create), update: saving(update), delete: saving(remove) }
    return Context.mergeAll(
      memory,
      Context.make(ProxySessionRepo, { ...sessions, ...changes }),
      Context.make(VoiceConnectorProxyRepo, { ...proxies, put: saving(put), delete: saving(reset) }),
    )
  }),
).pipe(Layer.provide([MemoryRepo.layer({ connectors: [] }), KeyValueStore.layerMemory]))

let provisioned = 0
const outcomes = await Effect.runPromise(
  ContractReport.run(PersistentRepo, {
    /** What an operator does before each case: a Voice Connector of its own, with the numbers of a pool. */
    connector: Effect.fnUntraced(function* (pool) {
      const control = yield* MemoryControl
      const voiceConnectorId = VoiceConnectorId.make(`connector-${++provisioned}`)
      const state = yield* control.snapshot
      const connectors = [...(state.stores[0]?.connectors ?? []), { voiceConnectorId, pool }]
      yield* control.restore({ ...state, stores: [{ ...state.stores[0], connectors }] })
      return voiceConnectorId
    }),
    failNext: (operation, error) => MemoryControl.use((control) => control.failNext(operation, error)),
  }),
)
for (const outcome of ["passed", "failed", "skipped"] as const) {
  console.log(`${outcome}: ${outcomes.filter((each) => each.outcome === outcome).length}`)
}
