/**
 * A connector's proxy configuration.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const request = (
  voiceConnectorId: VoiceConnectorId,
  changes: Partial<Omit<PutVoiceConnectorProxy, "voiceConnectorId">> = {},
) => new PutVoiceConnectorProxy({ ...Fixtures.putVoiceConnectorProxy, ...changes, voiceConnectorId })

export const proxy: ContractGroup = {
  subject: "the proxy configuration",
  cases: [
    {
      name: "a connector without a configuration is a NotFoundException",
      run: Effect.gen(function* () {
        const { connector } = yield* Bench
        const proxies = yield* VoiceConnectorProxyRepo
        const key = new VoiceConnectorProxyKey({ voiceConnectorId: yield* connector(Fixtures.pool) })
        yield* Expect.fails("get", "NotFoundException", proxies.get(key))
      }),
    },
    {
      name: "a configuration is read as it was put, not disabled unless it says so",
      run: Effect.gen(function* () {
        const { connector } = yield* Bench
        const proxies = yield* VoiceConnectorProxyRepo
        const voiceConnectorId = yield* connector(Fixtures.pool)
        const put = yield* proxies.put(request(voiceConnectorId))
        yield* Expect.same("the answer", { ...put }, { ...Fixtures.proxyConfiguration })
        const read = yield* proxies.get(new VoiceConnectorProxyKey({ voiceConnectorId }))
        yield* Expect.same("what is read", { ...read }, { ...put })
      }),
    },
    {
      name: "a put replaces the whole configuration",
      run: Effect.gen(function* () {
        const proxies = yield* VoiceConnectorProxyRepo
        const fallBackPhoneNumber = PhoneNumber.make("+12065550199")
        const voiceConnectorId = yield* Given.connector({ fallBackPhoneNumber, disabled: true })
        const key = new VoiceConnectorProxyKey({ voiceConnectorId })
        const before = yield* proxies.get(key)
        yield* Expect.same("the number before", before.fallBackPhoneNumber, fallBackPhoneNumber)
        yield* Expect.same("disabled before", before.disabled, true)
        yield* proxies.put(request(voiceConnectorId, { defaultSessionExpiryMinutes: 5 }))
        yield* Expect.same(
          "the configuration after",
          { ...(yield* proxies.get(key)) },
          { ...Fixtures.proxyConfiguration, defaultSessionExpiryMinutes: 5 },
        )
      }),
    },
    {
      name: "default minutes outside the range are a BadRequestException, and change nothing",
      run: Effect.gen(function* () {
        const { expiryRange } = yield* Bench
        const proxies = yield* VoiceConnectorProxyRepo
        const voiceConnectorId = yield* Given.connector()
        for (const minutes of [expiryRange.minimum - 1, expiryRange.maximum + 1, -1]) {
          const put = proxies.put(request(voiceConnectorId, { defaultSessionExpiryMinutes: minutes }))
          yield* Expect.fails(`put ${minutes}`, "BadRequestException", put)
        }
        const { defaultSessionExpiryMinutes } = yield* proxies.get(new VoiceConnectorProxyKey({ voiceConnectorId }))
        yield* Expect.same("the default minutes", defaultSessionExpiryMinutes, 60)
      }),
    },
    {
      name: "a deleted configuration is gone, its sessions live on, and there are no new ones",
      run: Effect.gen(function* () {
        const repo = yield* ProxySessionRepo
        const proxies = yield* VoiceConnectorProxyRepo
        const voiceConnectorId = yield* Given.connector()
        const key = new VoiceConnectorProxyKey({ voiceConnectorId })
        const session = yield* Given.session(voiceConnectorId)
        yield* proxies.delete(key)
        yield* Expect.fails("get", "NotFoundException", proxies.get(key))
        yield* Expect.same("the status", (yield* repo.get(session)).status, "Open")
        yield* Expect.fails("create", "BadRequestException", Given.session(voiceConnectorId))
      }),
    },
    {
      name: "deleting a configuration that is not there is no failure",
      run: Effect.gen(function* () {
        const { connector } = yield* Bench
        const proxies = yield* VoiceConnectorProxyRepo
        const key = new VoiceConnectorProxyKey({ voiceConnectorId: yield* connector(Fixtures.pool) })
        yield* proxies.delete(key)
        yield* proxies.delete(key)
      }),
    },
    {
      name: "each connector has a configuration of its own",
      run: Effect.gen(function* () {
        const proxies = yield* VoiceConnectorProxyRepo
        const one = new VoiceConnectorProxyKey({ voiceConnectorId: yield* Given.connector() })
        const other = new VoiceConnectorProxyKey({ voiceConnectorId: yield* Given.connector({ disabled: true }) })
        yield* Expect.same("disabled", (yield* proxies.get(one)).disabled, false)
        yield* proxies.delete(one)
        yield* Expect.same("disabled", (yield* proxies.get(other)).disabled, true)
      }),
    },
    {
      name: "a connector that does not exist is a NotFoundException",
      only: { unknownConnectors: "refused" },
      run: Effect.gen(function* () {
        const proxies = yield* VoiceConnectorProxyRepo
        const voiceConnectorId = VoiceConnectorId.make("no-such-connector")
        const key = new VoiceConnectorProxyKey({ voiceConnectorId })
        yield* Expect.fails("put", "NotFoundException", proxies.put(request(voiceConnectorId)))
        yield* Expect.fails("get", "NotFoundException", proxies.get(key))
        yield* Expect.fails("delete", "NotFoundException", proxies.delete(key))
      }),
    },
  ],
}
