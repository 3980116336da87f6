import { OperationName } from "@proxy-session/domain/OperationName"
import type { InputOf } from "@proxy-session/domain/Operations"
import { UnmodeledServiceError } from "@proxy-session/domain/ServiceError"
import { calls, type Services } from "@proxy-session/repo/Calls"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as VoiceConnectors from "@proxy-session/repo/VoiceConnectors"
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
  CreateVoiceConnector: { name: "Rides", requireEncryption: true },
  GetVoiceConnector: key,
  ListVoiceConnectors: {},
  UpdateVoiceConnector: { ...key, name: "Rides", requireEncryption: true },
  DeleteVoiceConnector: key,
  AssociatePhoneNumbersWithVoiceConnector: { ...key, e164PhoneNumbers: ["+12065550100"] },
  DisassociatePhoneNumbersFromVoiceConnector: { ...key, e164PhoneNumbers: ["+12065550100"] },
  ListPhoneNumbers: {},
  GetPhoneNumber: { phoneNumberId: "+12065550100" },
  SearchAvailablePhoneNumbers: {},
  CreatePhoneNumberOrder: { productType: "VoiceConnector", e164PhoneNumbers: ["+12065550100"] },
  GetPhoneNumberOrder: { phoneNumberOrderId: "00000000-0000-0000-0000-000000000000" },
}

/** A member that breaks the model of each operation, whatever else there is. */
const broken = {
  voiceConnectorId: "",
  name: "",
  maxResults: 0,
  phoneNumberId: "",
  e164PhoneNumbers: ["0"],
  phoneNumberOrderId: "1",
}

/** Both services; every method fails with the operation and the method that it was made for. */
const failing = (operation: OperationName, method: string) => () =>
  Effect.fail(new UnmodeledServiceError({ status: 418, message: `${operation} ${method}` }))

const services = Context.make(ProxySessionRepo.ProxySessionRepo, ProxySessionRepo.fromOperations(failing)).pipe(
  Context.add(VoiceConnectorProxyRepo.VoiceConnectorProxyRepo, VoiceConnectorProxyRepo.fromOperations(failing)),
  Context.add(VoiceConnectors.VoiceConnectors, VoiceConnectors.fromOperations(failing)),
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
  CreateVoiceConnector: "create",
  GetVoiceConnector: "get",
  ListVoiceConnectors: "list",
  UpdateVoiceConnector: "update",
  DeleteVoiceConnector: "delete",
  AssociatePhoneNumbersWithVoiceConnector: "associatePhoneNumbers",
  DisassociatePhoneNumbersFromVoiceConnector: "disassociatePhoneNumbers",
  ListPhoneNumbers: "listPhoneNumbers",
  GetPhoneNumber: "getPhoneNumber",
  SearchAvailablePhoneNumbers: "searchAvailablePhoneNumbers",
  CreatePhoneNumberOrder: "createPhoneNumberOrder",
  GetPhoneNumberOrder: "getPhoneNumberOrder",
}

describe("a call by the name of its operation", () => {
  const call = <Name extends OperationName>(name: Name) => calls[name](inputs[name])
  const refused = (name: OperationName, input: never): Effect.Effect<unknown, unknown, Services> => calls[name](input)
  for (const name of OperationName.literals) {
    it.effect(`reaches the method of ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.provideContext(call(name), services))
        assert.strictEqual(error.message, `${name} ${methods[name]}`)
      }),
    )

    it.effect(`is refused where its input breaks the model of ${name}`, () =>
      Effect.gen(function* () {
        const input = { ...inputs[name], ...broken }
        const error = yield* Effect.flip(Effect.provideContext(refused(name, input as never), services))
        assert.deepInclude(error, { _tag: "InvalidRequest", operation: name })
      }),
    )
  }
})
