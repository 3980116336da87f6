/**
 * Every constraint of the model, on both sides of its boundary: what breaks it is an `InvalidRequest` that names the
 * member, and changes nothing.
 */
import type { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
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
import type { ContractCase, ContractGroup, Repos } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

/** A request with one member that its type would not allow, as plain JavaScript or a cast could have made it. */
export const withMember = <Request extends object>(request: Request, member: string, value: unknown): Request =>
  Object.assign(Object.create(Object.getPrototypeOf(request)), request, { [member]: value })

/** A member, the path of the violation (the member itself unless it says otherwise), and values that are refused. */
export type Row = readonly [member: string, path: string, ...values: ReadonlyArray<unknown>]

const text = (length: number) => "x".repeat(length)
const id = ["", " ", "\t\n", ".", "..", text(129), "\ud800", 1, null] as const
const number = ["", "+", "1", "+1", "01", "+01", "1234567890123456", "+1 206 555 0100", "+1206555010O", 1] as const
const minutes = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "60"] as const
const [one, other] = Fixtures.createProxySession.participantPhoneNumbers

export const createRows: ReadonlyArray<Row> = [
  ["voiceConnectorId", "voiceConnectorId", ...id],
  ["participantPhoneNumbers", "participantPhoneNumbers[1]", ...number.map((each) => [one, each]), [one]],
  ["participantPhoneNumbers", "participantPhoneNumbers[0]", ...number.map((each) => [each, other]), []],
  ["participantPhoneNumbers", "participantPhoneNumbers[2]", [one, other, one]],
  ["name", "name", text(31), "Trip-1", "Zoë", " \n", 1, null],
  ["expiryMinutes", "expiryMinutes", ...minutes],
  ["capabilities", "capabilities[0]", ["Fax"], [""], ["voice"], [null]],
  ["numberSelectionBehavior", "numberSelectionBehavior", "", "Sticky", null],
  ["geoMatchLevel", "geoMatchLevel", "", "City", null],
  [
    "geoMatchParams",
    "geoMatchParams.country",
    ...["us", "U", "USA", "U1"].map((country) => ({ country, areaCode: "" })),
  ],
  [
    "geoMatchParams",
    "geoMatchParams.areaCode",
    ...["20", "2066", "2O6"].map((areaCode) => ({ country: "", areaCode })),
  ],
  ["geoMatchParams", "geoMatchParams.areaCode", { country: "US" }],
  ["geoMatchParams", "geoMatchParams.country", { areaCode: "206" }],
]
export const keyRows: ReadonlyArray<Row> = [
  ["voiceConnectorId", "voiceConnectorId", ...id],
  ["proxySessionId", "proxySessionId", ...id],
]
export const listRows: ReadonlyArray<Row> = [
  ["voiceConnectorId", "voiceConnectorId", ...id],
  ["status", "status", "", "open", "Ended"],
  ["maxResults", "maxResults", 0, -1, 101, 1.5, "10"],
  ["nextToken", "nextToken", text(65_536), "\ud800", 1],
]
export const updateRows: ReadonlyArray<Row> = [
  ...keyRows,
  ["capabilities", "capabilities[1]", ["Voice", "Fax"]],
  ["expiryMinutes", "expiryMinutes", ...minutes],
]
export const putRows: ReadonlyArray<Row> = [
  ["voiceConnectorId", "voiceConnectorId", ...id],
  ["defaultSessionExpiryMinutes", "defaultSessionExpiryMinutes", 1.5, Number.NaN, "60"],
  ["phoneNumberPoolCountries", "phoneNumberPoolCountries", [], Array.from({ length: 101 }, () => "US")],
  ["phoneNumberPoolCountries", "phoneNumberPoolCountries[1]", ["US", "us"], ["US", "USA"]],
  ["fallBackPhoneNumber", "fallBackPhoneNumber", ...number],
  ["disabled", "disabled", "true", 0],
]

const refuses = <Request extends object, A, E extends { readonly _tag: string }>(
  operation: string,
  rows: ReadonlyArray<Row>,
  request: (voiceConnectorId: VoiceConnectorId) => Request,
  run: (request: Request) => Effect.Effect<A, E | InvalidRequest, Repos>,
): ContractCase => ({
  name: `${operation} refuses what breaks the model, names the member and changes nothing`,
  run: Effect.gen(function* () {
    const proxies = yield* VoiceConnectorProxyRepo
    const voiceConnectorId = yield* Given.connector()
    const session = yield* Given.session(voiceConnectorId)
    for (const [member, path, ...values] of rows) {
      for (const value of values) {
        const what = `${operation} with ${path} ${JSON.stringify(value)?.slice(0, 40)}`
        const error = yield* Effect.flip(run(withMember(request(voiceConnectorId), member, value))).pipe(
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

export const boundaries: ContractGroup = {
  subject: "the model's boundaries",
  cases: [
    {
      name: "what the model just allows is accepted",
      run: Effect.gen(function* () {
        const proxies = yield* VoiceConnectorProxyRepo
        const voiceConnectorId = yield* Given.connector()
        for (const changes of [
          { name: "" },
          { name: "A z 9".padEnd(30, "x") },
          { geoMatchParams: { country: "", areaCode: "" } },
          { participantPhoneNumbers: [PhoneNumber.make("10"), PhoneNumber.make("+999999999999999")] as const },
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
      }),
    },
    refuses(
      "create",
      createRows,
      (voiceConnectorId) => new CreateProxySession({ ...Fixtures.createProxySession, voiceConnectorId }),
      (request) => ProxySessionRepo.use((repo) => repo.create(request)),
    ),
    refuses("get", keyRows, key, (request) => ProxySessionRepo.use((repo) => repo.get(request))),
    refuses(
      "list",
      listRows,
      (voiceConnectorId) => new ListProxySessions({ voiceConnectorId }),
      (request) => ProxySessionRepo.use((repo) => repo.list(request)),
    ),
    refuses(
      "update",
      updateRows,
      (voiceConnectorId) => new UpdateProxySession({ ...key(voiceConnectorId), capabilities: ["SMS"] }),
      (request) => ProxySessionRepo.use((repo) => repo.update(request)),
    ),
    refuses("delete", keyRows, key, (request) => ProxySessionRepo.use((repo) => repo.delete(request))),
    refuses(
      "put",
      putRows,
      (voiceConnectorId) => new PutVoiceConnectorProxy({ ...Fixtures.putVoiceConnectorProxy, voiceConnectorId }),
      (request) => VoiceConnectorProxyRepo.use((proxies) => proxies.put(request)),
    ),
    ...(["get", "delete"] as const).map((operation) =>
      refuses(
        `${operation} of a configuration`,
        [["voiceConnectorId", "voiceConnectorId", ...id]],
        (voiceConnectorId) => new VoiceConnectorProxyKey({ voiceConnectorId }),
        (request) => VoiceConnectorProxyRepo.use((proxies) => proxies[operation](request)),
      ),
    ),
  ],
}
