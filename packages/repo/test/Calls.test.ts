import { OperationName } from "@proxy-session/domain/OperationName"
import type { InputOf } from "@proxy-session/domain/Operations"
import { NotFoundException } from "@proxy-session/domain/ServiceError"
import { calls } from "@proxy-session/repo/Calls"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Fixtures from "@proxy-session/testing/Fixtures"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

const key = { ...Fixtures.key }

const inputs: InputOf = {
  CreateProxySession: Fixtures.createProxySession,
  GetProxySession: key,
  ListProxySessions: key,
  UpdateProxySession: { ...key, capabilities: ["SMS"] },
  DeleteProxySession: key,
  PutVoiceConnectorProxy: Fixtures.putVoiceConnectorProxy,
  GetVoiceConnectorProxy: key,
  DeleteVoiceConnectorProxy: key,
}

/** Both services; every method fails with the operation and the method that it was made for. */
const failing = (operation: OperationName, method: string) => () =>
  Effect.fail(new NotFoundException({ message: `${operation} ${method}` }))

const services = Context.make(ProxySessionRepo.ProxySessionRepo, ProxySessionRepo.fromOperations(failing)).pipe(
  Context.add(VoiceConnectorProxyRepo.VoiceConnectorProxyRepo, VoiceConnectorProxyRepo.fromOperations(failing)),
)

const methods = {
  CreateProxySession: "create",
  GetProxySession: "get",
  ListProxySessions: "list",
  UpdateProxySession: "update",
  DeleteProxySession: "delete",
  PutVoiceConnectorProxy: "put",
  GetVoiceConnectorProxy: "get",
  DeleteVoiceConnectorProxy: "delete",
}

describe("a call by the name of its operation", () => {
  const call = <Name extends OperationName>(name: Name) => calls[name](inputs[name])
  for (const name of OperationName.literals) {
    it.effect(`reaches the method of ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.provideContext(call(name), services))
        assert.strictEqual(error.message, `${name} ${methods[name]}`)
      }),
    )

    it.effect(`is refused where its input breaks the model of ${name}`, () =>
      Effect.gen(function* () {
        const broken = { ...inputs[name], voiceConnectorId: "" }
        const error = yield* Effect.flip(Effect.provideContext(calls[name](broken as never), services))
        assert.deepInclude(error, { _tag: "InvalidRequest", operation: name })
      }),
    )
  }
})
