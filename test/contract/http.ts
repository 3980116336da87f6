/**
 * The memory repository behind the server and the live client, over a real socket of this machine.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as HttpVoiceConnectors from "@proxy-session/http/HttpVoiceConnectors"
import type { OptionsError } from "@proxy-session/http/OptionsError"
import type { Transport } from "@proxy-session/http/Transport"
import type * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createServer } from "node:http"
import { memory } from "./memory.ts"

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("an example, of no use anywhere") }

/** A server on a free port, and the memory behind it. */
export const server = (
  authentication: Authentication.Authentication = { keys: Authentication.fromRecord({ [key.accessKeyId]: key }) },
  options: MemoryRepo.MemoryRepoOptions = {},
) =>
  ProxySessionServer.layer({ authentication }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
    Layer.provideMerge(memory(options)),
  )

const clientsOf = (options: HttpRepo.Options) =>
  Layer.merge(HttpRepo.layer(options), HttpVoiceConnectors.layer(options))

/** The live client before such a server; each call is made once, so that every error arrives as it was given. */
export const overServer = (
  transport: Layer.Layer<Transport, OptionsError>,
  options: MemoryRepo.MemoryRepoOptions = {},
) =>
  Layer.unwrap(
    Effect.map(HttpServer.HttpServer, ({ address }) =>
      clientsOf({
        endpoint: HttpServer.formatAddress(address),
        region: "us-east-1",
        retry: { maxAttempts: 1 },
      }),
    ),
  ).pipe(Layer.provide([Credentials.layer(key), transport]), Layer.provideMerge(server(undefined, options)))
