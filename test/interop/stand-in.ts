/**
 * The stand-in on a free loopback port, for clients that know nothing of Effect.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { Namespace } from "@proxy-session/domain/Namespace"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { Faulty } from "@proxy-session/repo/Faulty"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer } from "node:http"

export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "an example, of no use anywhere" }

export class StandIn extends Context.Service<StandIn, { readonly url: string }>()("test/interop/StandIn") {}

/** A stand-in over memory, or over any repositories, and what else they provide. */
export const over = <A, E>(repos: Layer.Layer<A | ProxySessionRepo | VoiceConnectorProxyRepo, E>) =>
  Layer.effect(
    StandIn,
    Effect.map(HttpServer.HttpServer, ({ address }) => ({ url: HttpServer.formatAddress(address) })),
  ).pipe(
    Layer.merge(
      ProxySessionServer.layer({
        authentication: {
          keys: Authentication.fromRecord({
            [credentials.accessKeyId]: { secretAccessKey: Redacted.make(credentials.secretAccessKey) },
          }),
        },
      }),
    ),
    Layer.provideMerge(repos),
    Layer.provide(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  )

export const overMemory = over(Faulty.layer(MemoryRepo.layer({ seed: "interop", unknownConnectors: "created" })))

/** The URLs of two stand-ins over one memory, one for each namespace, and of one that knows another secret. */
export class StandIns extends Context.Service<
  StandIns,
  Readonly<Record<"chime" | "chime-sdk-voice" | "wrong-secret", string>>
>()("test/interop/StandIns") {}

const serve = Effect.fnUntraced(function* (namespace: Namespace, secret = credentials.secretAccessKey) {
  const context = yield* Layer.build(
    ProxySessionServer.layer({
      namespace,
      authentication: {
        keys: Authentication.fromRecord({ [credentials.accessKeyId]: { secretAccessKey: Redacted.make(secret) } }),
      },
    }).pipe(
      Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
      // Each has a port of its own.
      Layer.fresh,
    ),
  )
  return HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address)
})

export const overBoth = Layer.effect(
  StandIns,
  Effect.all({
    chime: serve("chime"),
    "chime-sdk-voice": serve("chime-sdk-voice"),
    "wrong-secret": serve("chime-sdk-voice", "another secret, of no use either"),
  }),
).pipe(Layer.provideMerge(Faulty.layer(MemoryRepo.layer({ seed: "interop", unknownConnectors: "created" }))))
