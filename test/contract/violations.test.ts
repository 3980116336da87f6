/**
 * A request that breaks the model is refused alike by memory and by the live client, which does not even send it; sent all
 * the same, it is a 400 `BadRequestException` of the server.
 */
import { assert, describe, layer } from "@effect/vitest"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import {
  type CreateProxySession,
  ListProxySessions,
  type ProxySessionKey,
  type UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { type PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Http from "node:http"
import * as Violations from "../../packages/testing/src/internal/violations.ts"
import { overServer, server } from "./http.ts"
import { memory } from "./memory.ts"

interface Answer {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly body: string
}

/** Sends a request exactly as it is written: no client of a higher level leaves a path alone. */
const send = ({ body, method, path, query }: WireRequest.WireRequest) =>
  Effect.flatMap(HttpServer.HttpServer, ({ address }) =>
    Effect.callback<Answer, Error>((resume) => {
      const { port } = new URL(HttpServer.formatAddress(address))
      const search = query.length === 0 ? "" : `?${WireRequest.queryString(query)}`
      const request = Http.request({ host: "127.0.0.1", port, method, path: `${path}${search}` }, (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("end", () => {
          const type = response.headers["x-amzn-errortype"]
          resume(
            Effect.succeed({
              status: response.statusCode,
              type: Array.isArray(type) ? type[0] : type,
              body: Buffer.concat(chunks).toString(),
            }),
          )
        })
      })
      request.on("error", (error) => resume(Effect.fail(error)))
      request.end(body)
    }),
  )

/**
 * Whether a value says the same on the wire: there, text in a path or a query has no other type, JSON has no `NaN`, and
 * what is `null` is absent. No server takes a request line of 64 KiB.
 */
const survives = (
  operation: { readonly path: string; readonly query: object },
  member: string,
  value: unknown,
): boolean => {
  if (operation.path.includes(`{${member.charAt(0).toUpperCase()}${member.slice(1)}}`) || member in operation.query) {
    return member === "maxResults"
      ? typeof value === "number"
      : typeof value === "string" && value.length < 8192 && value.isWellFormed()
  }
  const text = JSON.stringify(value)
  return value !== null && text !== "null" && text !== "[null]"
}

const check = <Request extends object, Success, Error extends { readonly _tag: string }>(
  operation: Operation.Operation<Request, Success, Error>,
  rows: ReadonlyArray<Violations.Row>,
  request: Request,
  run: (request: Request) => Effect.Effect<unknown, Error, ProxySessionRepo | VoiceConnectorProxyRepo>,
) => {
  const violations = rows.flatMap(([member, path, ...values]) =>
    values.map((value) => ({ member, path, value, broken: Violations.withMember(request, member, value) })),
  )

  describe(operation.name, () => {
    layer(Layer.fresh(overServer(UndiciTransport.layer())))("by the live client", (it) => {
      it.effect("is refused with the words of memory", () =>
        Effect.gen(function* () {
          for (const { broken } of violations) {
            const overHttp = yield* Effect.flip(run(broken))
            const inMemory = yield* Effect.flip(Effect.provide(run(broken), memory()))
            assert.strictEqual(overHttp._tag, "InvalidRequest")
            assert.deepStrictEqual({ ...overHttp }, { ...inMemory })
          }
        }),
      )
    })

    layer(Layer.fresh(server("none")))("sent all the same", (it) => {
      it.effect("is a 400 BadRequestException that names the member", () =>
        Effect.gen(function* () {
          const sent = violations.filter(({ member, value }) => survives(operation, member, value))
          assert.isAbove(sent.length, 0)
          for (const { broken, path, value } of sent) {
            const answer = yield* send(WireRequest.encode(operation, broken))
            const what = `${path} ${JSON.stringify(value)?.slice(0, 50)}`
            assert.strictEqual(answer.status, 400, what)
            assert.strictEqual(answer.type?.replace(/:.*$/u, ""), "BadRequestException", what)
            const message: unknown = JSON.parse(answer.body)
            assert.nestedPropertyVal(message, "Code", "BadRequest", what)
            assert.include(answer.body.toLowerCase(), path.toLowerCase().replace(/\[\d\]$/u, ""), what)
          }
        }),
      )
    })
  })
}

const { key, voiceConnectorId } = Fixtures

describe("a request that breaks the model", () => {
  check(
    Operation.operations.CreateProxySession,
    Violations.createRows,
    Fixtures.createProxySession,
    (request: CreateProxySession) => ProxySessionRepo.use((repo) => repo.create(request)),
  )
  check(Operation.operations.GetProxySession, Violations.keyRows, key, (request: ProxySessionKey) =>
    ProxySessionRepo.use((repo) => repo.get(request)),
  )
  check(
    Operation.operations.ListProxySessions,
    Violations.listRows,
    new ListProxySessions({ voiceConnectorId }),
    (request: ListProxySessions) => ProxySessionRepo.use((repo) => repo.list(request)),
  )
  check(
    Operation.operations.UpdateProxySession,
    Violations.updateRows,
    Fixtures.updateProxySession,
    (request: UpdateProxySession) => ProxySessionRepo.use((repo) => repo.update(request)),
  )
  check(Operation.operations.DeleteProxySession, Violations.keyRows, key, (request: ProxySessionKey) =>
    ProxySessionRepo.use((repo) => repo.delete(request)),
  )
  check(
    Operation.operations.PutVoiceConnectorProxy,
    Violations.putRows,
    Fixtures.putVoiceConnectorProxy,
    (request: PutVoiceConnectorProxy) => VoiceConnectorProxyRepo.use((proxies) => proxies.put(request)),
  )
  const connectorKey = new VoiceConnectorProxyKey({ voiceConnectorId })
  check(
    Operation.operations.GetVoiceConnectorProxy,
    Violations.connectorRows,
    connectorKey,
    (request: VoiceConnectorProxyKey) => VoiceConnectorProxyRepo.use((proxies) => proxies.get(request)),
  )
  check(
    Operation.operations.DeleteVoiceConnectorProxy,
    Violations.connectorRows,
    connectorKey,
    (request: VoiceConnectorProxyKey) => VoiceConnectorProxyRepo.use((proxies) => proxies.delete(request)),
  )
})
