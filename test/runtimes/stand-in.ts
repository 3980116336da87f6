/**
 * The service that `program.ts` asks, and what it has to answer.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const StandIn = ProxySessionServer.layer({
  authentication: {
    keys: Authentication.fromRecord({ AKIDEXAMPLE: { secretAccessKey: Redacted.make("of no use anywhere") } }),
  },
}).pipe(
  Layer.provide(MemoryRepo.layer()),
  Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
)

export const expected = {
  memory: "Open, NotFoundException",
  replay: "Open, NotFoundException",
  live: "Open, NotFoundException",
}
