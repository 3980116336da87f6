import * as Cached from "@proxy-session/repo/Cached"
import * as RateLimited from "@proxy-session/repo/RateLimited"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as Contract from "@proxy-session/testing/Contract"
import * as Layer from "effect/Layer"
import { memory, options as hooks } from "./memory.ts"

const options = { ...hooks, connectors: VoiceConnectors }

Contract.suite("memory", memory(), options)

Contract.suite("memory that closes what is deleted", memory({ deleteMode: "close" }), {
  ...options,
  deleteMode: "close",
})

Contract.suite("memory with another range of minutes", memory({ expiryRange: { minimum: 1, maximum: 1000 } }), {
  ...options,
  expiryRange: { minimum: 1, maximum: 1000 },
})

const { interact: _, ...withoutInteraction } = hooks

// What happens behind a cache's back is told only when the time to live is over, so no interactions and no
// connectors here.
Contract.suite(
  "memory behind a cache",
  Cached.layer({ timeToLive: "1 minute" }).pipe(Layer.provideMerge(memory())),
  withoutInteraction,
)

Contract.suite(
  "memory behind a rate limit",
  RateLimited.layer({ limit: 1_000_000, window: "1 second" }).pipe(Layer.provideMerge(memory())),
  options,
)
