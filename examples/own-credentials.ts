/**
 * Signs with credentials of one's own: any function that an AWS SDK would take for a provider, several in their order.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer } from "node:http"

/** A login that nobody has made on this machine. What it says might hold a secret: errors tell its name and its class. */
const login = Credentials.fromProvider(() => Promise.reject(new Error("run `login` first")), { name: "the login" })

/** Something that hands out temporary keys; it is asked again before they expire. */
let handedOut = 0
const vault = async () => ({
  accessKeyId: `ASIAEXAMPLE${++handedOut}`,
  secretAccessKey: "of no use",
  sessionToken: "of-no-use-either",
  expiration: new Date(Date.now() + 3_600_000),
})

const StandIn = ProxySessionServer.layer({
  authentication: {
    keys: Authentication.fromRecord({
      ASIAEXAMPLE1: { secretAccessKey: Redacted.make("of no use"), sessionToken: Redacted.make("of-no-use-either") },
    }),
  },
}).pipe(
  Layer.provide(MemoryRepo.layer()),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
)

const Live = Layer.unwrap(
  HttpServer.addressFormattedWith((endpoint) => Effect.succeed(HttpRepo.layer({ endpoint, region: "us-east-1" }))),
).pipe(Layer.provide([Transport.layerFetch(), StandIn]))

const tagOfGet = ProxySessionRepo.use((repo) => Effect.flip(repo.get(Fixtures.key)))
const chain = Credentials.first(login, Credentials.fromProvider(vault))
const signed = Effect.gen(function* () {
  const errors = yield* Effect.all([tagOfGet, tagOfGet, tagOfGet], { concurrency: 3 })
  yield* Console.log(`the stand-in let in ${errors.filter(({ _tag }) => _tag === "NotFoundException").length} requests`)
  yield* Console.log(`the vault handed out ${handedOut} key`)
})
await Effect.runPromise(Effect.provide(signed, Live.pipe(Layer.provide(chain))))

const unsigned = Effect.flatMap(tagOfGet, ({ message }) => Console.log(message))
await Effect.runPromise(Effect.provide(unsigned, Live.pipe(Layer.provide(login))))
