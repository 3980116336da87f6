/**
 * Every constraint of the model, on both sides of its boundary: what breaks it is an `InvalidRequest` that names the
 * member, and changes nothing.
 */
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"
import { Bench, type ContractCase, type ContractGroup, type Repos } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"
import * as Violations from "../internal/violations.ts"

const refuses = <Request extends object, A, E extends { readonly _tag: string }>(
  operation: string,
  rows: ReadonlyArray<Violations.Row>,
  request: (voiceConnectorId: VoiceConnectorId) => Request,
  run: (request: Request) => Effect.Effect<A, E | InvalidRequest, Repos>,
): ContractCase => ({
  name: `${operation} refuses what breaks the model, names the member and changes nothing`,
  run: Effect.gen(function* () {
    const { proxies } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId)
    for (const [member, path, ...values] of rows) {
      for (const value of values) {
        const what = `${operation} with ${path} ${JSON.stringify(value)?.slice(0, 40)}`
        const error = yield* Effect.flip(run(Violations.withMember(request(voiceConnectorId), member, value))).pipe(
          Effect.mapError(() => new Expect.ContractViolation({ rule: `${what} should be refused` })),
        )
        yield* Expect.same(`${what}: the error`, error._tag, "InvalidRequest")
        const paths = "violations" in error ? error.violations.map((each) => each.path) : []
        yield* Expect.same(`${what}: the path`, paths[0], path)
      }
    }
    const listed = yield* Given.listed(voiceConnectorId)
    yield* Expect.same("the sessions", listed.map(Given.facts), [Given.facts(session)])
    const configuration = yield* proxies.get(new VoiceConnectorProxyKey({ voiceConnectorId }))
    yield* Expect.same("the configuration", { ...configuration }, { ...Fixtures.proxyConfiguration })
  }),
})

const key = (voiceConnectorId: VoiceConnectorId) =>
  new ProxySessionKey({ voiceConnectorId, proxySessionId: Fixtures.proxySessionId })

const always = cases()({
  "what the model just allows is accepted": function* () {
    const { proxies } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    for (const changes of [
      { name: "" },
      { name: "A z 9".padEnd(30, "x") },
      { geoMatchParams: { country: "", areaCode: "" } },
      { participantPhoneNumbers: ["10", "+999999999999999"] as const },
    ]) {
      const session = yield* Given.session(voiceConnectorId, changes)
      yield* Expect.same("the name", session.name, changes.name)
      yield* Expect.same("the geo match", session.geoMatchParams, changes.geoMatchParams)
    }
    for (const phoneNumberPoolCountries of [[""], Array.from({ length: 100 }, () => "US")]) {
      const put = new PutVoiceConnectorProxy({
        ...Fixtures.putVoiceConnectorProxy,
        voiceConnectorId,
        phoneNumberPoolCountries,
      })
      const answer = yield* proxies.put(put)
      yield* Expect.same("the countries", [...answer.phoneNumberCountries], phoneNumberPoolCountries)
    }
  },
})

export const boundaries: ContractGroup = {
  subject: "the model's boundaries",
  cases: [
    ...always,
    refuses(
      "create",
      Violations.createRows,
      (voiceConnectorId) => new CreateProxySession({ ...Fixtures.createProxySession, voiceConnectorId }),
      (request) => ProxySessionRepo.use((repo) => repo.create(request)),
    ),
    refuses("get", Violations.keyRows, key, (request) => ProxySessionRepo.use((repo) => repo.get(request))),
    refuses(
      "list",
      Violations.listRows,
      (voiceConnectorId) => new ListProxySessions({ voiceConnectorId }),
      (request) => ProxySessionRepo.use((repo) => repo.list(request)),
    ),
    refuses(
      "update",
      Violations.updateRows,
      (voiceConnectorId) => new UpdateProxySession({ ...key(voiceConnectorId), capabilities: ["SMS"] }),
      (request) => ProxySessionRepo.use((repo) => repo.update(request)),
    ),
    refuses("delete", Violations.keyRows, key, (request) => ProxySessionRepo.use((repo) => repo.delete(request))),
    refuses(
      "put",
      Violations.putRows,
      (voiceConnectorId) => new PutVoiceConnectorProxy({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId }),
      (request) => VoiceConnectorProxyRepo.use((proxies) => proxies.put(request)),
    ),
    ...(["get", "delete"] as const).map((operation) =>
      refuses(
        `${operation} of a configuration`,
        [...Violations.connectorRows],
        (voiceConnectorId) => new VoiceConnectorProxyKey({ voiceConnectorId }),
        (request) => VoiceConnectorProxyRepo.use((proxies) => proxies[operation](request)),
      ),
    ),
  ],
}
