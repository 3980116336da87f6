/**
 * The contract on a replay of its own recording: memory is recorded while it is put to the contract, and the replay passes it
 * again. Once with standard text instead of messages, once with the messages kept.
 */
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as ReplayRepo from "@proxy-session/replay/ReplayRepo"
import * as Contract from "@proxy-session/testing/Contract"
import * as Layer from "effect/Layer"
import { memory, options } from "./memory.ts"

// Ids have aliases in a recording, so what is done to memory behind it cannot name a session, and memory beside a replay holds none.
const { connector, fail } = options

for (const keepMessages of [false, true]) {
  const named = {
    connector,
    fail,
    keepsMessages: keepMessages,
    deviations: {
      "the model's boundaries: what the model just allows is accepted":
        "it uses a number of two digits, which no block of fictional ones holds, so the recording refuses it",
    },
  }
  const messages = keepMessages ? "with messages" : "without messages"
  const store = CassetteStore.layerMemory(new Map())
  const bench = memory({ seed: "replay" })

  Contract.suite(
    `memory that is recorded ${messages}`,
    ReplayRepo.record({ cassette: "contract", mode: "record", keepMessages }, bench).pipe(
      Layer.provide(store),
      Layer.provideMerge(bench),
    ),
    named,
  )

  // Memory beside it only hands out connectors, in the same order; every call is answered by the cassette.
  Contract.suite(
    `a replay of that recording ${messages}`,
    ReplayRepo.layer({ cassette: "contract" }).pipe(
      Layer.provide(store),
      Layer.provideMerge(memory({ seed: "replay" })),
    ),
    named,
  )
}
