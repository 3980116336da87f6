import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Contract from "@proxy-session/testing/Contract"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { overServer } from "./http.ts"
import { options } from "./memory.ts"

Contract.suite("HTTP over the server, with fetch", overServer(FetchHttpClient.layer), options)

Contract.suite("HTTP over the server, with undici", overServer(NodeHttpClient.layerUndici), options)

Contract.suite("HTTP over the server, with node:http", overServer(NodeHttpClient.layerNodeHttp), options)
