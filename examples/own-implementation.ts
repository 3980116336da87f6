/**
 * Puts an implementation of one's own under the contract suite: sessions in a `KeyValueStore`.
 */
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import type { CallRouter } from "@proxy-session/repo/CallRouter"
import { Faulty } from "@proxy-session/repo/Faulty"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { hooks } from "@proxy-session/testing/ContractHooks"
import * as ContractReport from "@proxy-session/testing/ContractReport"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Semaphore from "effect/Semaphore"

/**
 * Memory whose whole state is written to a store after each change, and read from it at the start. It provides no `VoiceConnectors`, so
 * the cases about them are skipped.
 */
const PersistentRepo = Layer.effectContext(
  Effect.gen(function* () {
    const memory = yield* Effect.context<CallRouter | ProxySessionRepo | Snapshots | VoiceConnectorProxyRepo>()
    const snapshots = Context.get(memory, Snapshots)
    const store = yield* KeyValueStore.KeyValueStore
    const saved = yield* store.get("state")
    if (saved !== undefined) yield* snapshots.import(JSON.parse(saved))
    const lock = yield* Semaphore.make(1)
    const save = Effect.flatMap(snapshots.export, (state) => store.set("state", JSON.stringify(state)))
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
).pipe(Layer.provide([MemoryRepo.layer({ unknownConnectors: "refused" }), KeyValueStore.layerMemory]))

const outcomes = await Effect.runPromise(ContractReport.run(Faulty.layer(PersistentRepo), hooks))
for (const outcome of ["passed", "failed", "skipped"] as const) {
  console.log(`${outcome}: ${outcomes.filter((each) => each.outcome === outcome).length}`)
}
