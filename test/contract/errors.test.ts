import { assert, it } from "@effect/vitest"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import * as Effect from "effect/Effect"
import { overServer } from "./http.ts"

it.effect("over HTTP, a name of one letter takes nothing out of an error but itself", () =>
  Effect.gen(function* () {
    const repo = yield* ProxySessionRepo
    for (const name of ["B", "a", "0"]) {
      const error = yield* Effect.flip(
        repo.create(new CreateProxySession({ ...Fixtures.createProxySession, name, capabilities: [] })),
      )
      assert.deepInclude(error, {
        _tag: "BadRequestException",
        code: "BadRequest",
        message: "Capabilities must not be empty",
      })
      assert.notInclude("requestId" in error ? error.requestId : "<", "<")
    }
  }).pipe(Effect.provide(overServer(UndiciTransport.layer()))),
)
