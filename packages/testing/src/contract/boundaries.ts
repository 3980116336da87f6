/**
 * Every constraint of the model, on both sides of its boundary: what breaks it is an `InvalidRequest` that names the
 * member, and changes nothing.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import type { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as Effect from "effect/Effect"
import { Bench, type ContractCase, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"
import * as Violations from "../internal/violations.ts"

const refuses = <Request extends object>(
  operation: string,
  rows: ReadonlyArray<Violations.Row>,
  request: (voiceConnectorId: VoiceConnectorId) => Request,
  run: (bench: Bench["Service"], request: Request) => Effect.Effect<unknown, ErrorOf[OperationName]>,
): ContractCase => ({
  name: `${operation} refuses what breaks the model, names the member and changes nothing`,
  run: Effect.gen(function* () {
    const bench = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    yield* Given.session(voiceConnectorId)
    const before = yield* Given.content(voiceConnectorId)
    for (const [member, path, ...values] of rows) {
      for (const value of values) {
        const what = `${operation} with ${path} ${JSON.stringify(value)?.slice(0, 40)}`
        const broken = Violations.withMember(request(voiceConnectorId), member, value)
        const { violations } = yield* Expect.fails(what, "InvalidRequest", run(bench, broken))
        yield* Expect.same(`${what}: the path`, violations[0].path, path)
      }
    }
    yield* Expect.same("what there is", yield* Given.content(voiceConnectorId), before)
  }),
})

const key = (voiceConnectorId: VoiceConnectorId) =>
  new ProxySessionKey({ voiceConnectorId, proxySessionId: Fixtures.proxySessionId })

const always = cases()({
  "what the model just allows is accepted": function* () {
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
      const answer = yield* Given.configure(voiceConnectorId, { phoneNumberPoolCountries })
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
      ({ repo }, request) => repo.create(request),
    ),
    refuses("get", Violations.keyRows, key, ({ repo }, request) => repo.get(request)),
    refuses(
      "list",
      Violations.listRows,
      (voiceConnectorId) => new ListProxySessions({ voiceConnectorId }),
      ({ repo }, request) => repo.list(request),
    ),
    refuses(
      "update",
      Violations.updateRows,
      (voiceConnectorId) => new UpdateProxySession({ ...key(voiceConnectorId), capabilities: ["SMS"] }),
      ({ repo }, request) => repo.update(request),
    ),
    refuses("delete", Violations.keyRows, key, ({ repo }, request) => repo.delete(request)),
    refuses(
      "put",
      Violations.putRows,
      (voiceConnectorId) => new PutVoiceConnectorProxy({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId }),
      ({ proxies }, request) => proxies.put(request),
    ),
    ...(["get", "delete"] as const).map((operation) =>
      refuses(
        `${operation} of a configuration`,
        [...Violations.connectorRows],
        (voiceConnectorId) => new VoiceConnectorProxyKey({ voiceConnectorId }),
        ({ proxies }, request) => proxies[operation](request),
      ),
    ),
  ],
}
