/**
 * A connector's proxy configuration.
 */
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const always = cases()({
  "a connector without a configuration is a NotFoundException": function* () {
    const { connector, proxies } = yield* Bench
    const key = { voiceConnectorId: yield* connector(Fixtures.pool) }
    yield* Expect.fails("get", "NotFoundException", proxies.get(key))
  },
  "a configuration is read as it was put, not disabled unless it says so": function* () {
    const { connector, proxies } = yield* Bench
    const voiceConnectorId = yield* connector(Fixtures.pool)
    const put = yield* Given.configure(voiceConnectorId)
    yield* Expect.same("the answer", { ...put }, { ...Fixtures.proxyConfiguration })
    const read = yield* proxies.get({ voiceConnectorId })
    yield* Expect.same("what is read", { ...read }, { ...put })
  },
  "a put replaces the whole configuration": function* () {
    const { proxies } = yield* Bench
    const fallBackPhoneNumber = "+12065550199"
    const voiceConnectorId = yield* Given.connector({ fallBackPhoneNumber, disabled: true })
    const key = { voiceConnectorId }
    const before = yield* proxies.get(key)
    yield* Expect.same("the number before", before.fallBackPhoneNumber, fallBackPhoneNumber)
    yield* Expect.same("disabled before", before.disabled, true)
    yield* Given.configure(voiceConnectorId, { defaultSessionExpiryMinutes: 5 })
    yield* Expect.same(
      "the configuration after",
      { ...(yield* proxies.get(key)) },
      { ...Fixtures.proxyConfiguration, defaultSessionExpiryMinutes: 5 },
    )
  },
  "default minutes outside the range are a BadRequestException, and change nothing": function* () {
    const { expiryRange, proxies } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    for (const minutes of [expiryRange.minimum - 1, expiryRange.maximum + 1, -1]) {
      const put = Given.configure(voiceConnectorId, { defaultSessionExpiryMinutes: minutes })
      yield* Expect.fails(`put ${minutes}`, "BadRequestException", put)
    }
    const { defaultSessionExpiryMinutes } = yield* proxies.get({ voiceConnectorId })
    yield* Expect.same("the default minutes", defaultSessionExpiryMinutes, 60)
  },
  "a deleted configuration is gone, its sessions live on, and there are no new ones": function* () {
    const { proxies, repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const key = { voiceConnectorId }
    const session = yield* Given.session(voiceConnectorId)
    yield* proxies.delete(key)
    yield* Expect.fails("get", "NotFoundException", proxies.get(key))
    yield* Expect.same("the status", (yield* repo.get(session)).status, "Open")
    yield* Expect.fails("create", "BadRequestException", Given.session(voiceConnectorId))
  },
  "deleting a configuration that is not there is no failure": function* () {
    const { connector, proxies } = yield* Bench
    const key = { voiceConnectorId: yield* connector(Fixtures.pool) }
    yield* proxies.delete(key)
    yield* proxies.delete(key)
  },
  "each connector has a configuration of its own": function* () {
    const { proxies } = yield* Bench
    const one = { voiceConnectorId: yield* Given.connector() }
    const other = { voiceConnectorId: yield* Given.connector({ disabled: true }) }
    yield* Expect.same("disabled", (yield* proxies.get(one)).disabled, false)
    yield* proxies.delete(one)
    yield* Expect.same("disabled", (yield* proxies.get(other)).disabled, true)
  },
})

const whereRefused = cases({ only: { unknownConnectors: "refused" } })({
  "a connector that does not exist is a NotFoundException": function* () {
    const { proxies } = yield* Bench
    const voiceConnectorId = "no-such-connector"
    const key = { voiceConnectorId }
    yield* Expect.fails("put", "NotFoundException", Given.configure(voiceConnectorId))
    yield* Expect.fails("get", "NotFoundException", proxies.get(key))
    yield* Expect.fails("delete", "NotFoundException", proxies.delete(key))
  },
})

export const proxy: ContractGroup = { subject: "the proxy configuration", cases: [...always, ...whereRefused] }
