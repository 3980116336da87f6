import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeTransport from "@proxy-session/http/NodeTransport"
import * as Transport from "@proxy-session/http/Transport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import * as Contract from "@proxy-session/testing/Contract"
import * as Layer from "effect/Layer"
import { overServer } from "./http.ts"
import { options as hooks } from "./memory.ts"

const options = { ...hooks, connectors: VoiceConnectors }

Contract.suite("HTTP over the server, with fetch", overServer(Transport.layerFetch()), options)

Contract.suite("HTTP over the server, with undici", overServer(UndiciTransport.layer()), options)

Contract.suite("HTTP over the server, with node:http", overServer(NodeTransport.layer()), options)

Contract.suite(
  "HTTP over the server, with a client of Effect's",
  overServer(Layer.provide(Transport.layerHttpClient(), NodeHttpClient.layerUndici)),
  options,
)
