/**
 * What the cases about calls and texts have in common.
 */
import type { Outcome } from "@proxy-session/domain/Interaction"
import type { Input } from "@proxy-session/domain/Input"
import type { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { Decision } from "@proxy-session/domain/Routing"
import type { RouteRequest } from "@proxy-session/domain/RoutingRequest"
import type { CallRouter } from "@proxy-session/repo/CallRouter"
import * as Effect from "effect/Effect"
import { Bench } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import * as Expect from "./expect.ts"
import * as Given from "./given.ts"

type Parts = Partial<Input<typeof RouteRequest>>

export const [rider, driver] = Given.pairOf(0)
export const stranger = Fixtures.person(99)
export const fallback = Fixtures.person(98)

/** A number of a connector that no other connector has. */
export const ownPool = (person: number) => [{ country: "US", phoneNumber: Fixtures.person(person) }]

/** Ids that no other case has used, since all cases of a run share one tenant. */
let used = 0
export const nextId = () => `call-${++used}`

/** A session, and calls to its number; each has an id of its own unless it is given one. */
export const scene = Effect.fnUntraced(function* (
  configuration: Parameters<typeof Given.connector>[0] = {},
  changes: Parameters<typeof Given.session>[1] = {},
) {
  const { repo, router } = yield* Bench
  const voiceConnectorId = yield* Given.connector(configuration)
  const session = yield* Given.session(voiceConnectorId, { capabilities: ["Voice", "SMS"], ...changes })
  const call = (caller: string, parts: Parts = {}) =>
    router.route({
      channel: "Voice",
      caller,
      dialled: Given.proxyNumber(session) ?? "",
      voiceConnectorId,
      provider: "contract",
      providerId: nextId(),
      ...parts,
    })
  const record = (providerId: string, outcome: Outcome, seconds?: number, channel: "SMS" | "Voice" = "Voice") =>
    router.record({ channel, provider: "contract", providerId, outcome, seconds })
  const current = Effect.map(repo.get(session), Given.facts)
  return { call, current, record, repo, router, session, voiceConnectorId }
})

/** A decision in one word: whom it connects, or why nobody. */
export const brief = (decision: Decision): string =>
  decision._tag === "Connect" ? `${decision.via} ${decision.to}` : decision.reason

export const decides = (what: string, call: Effect.Effect<Decision, { readonly _tag: string }>, expected: string) =>
  Effect.flatMap(call, (decision) => Expect.same(what, brief(decision), expected))

export const connects = (person: PhoneNumber) => `Session ${person}`

export const withFallback = { fallBackPhoneNumber: fallback }

/** The calls of a session, each in a few words. */
export const logOf = (router: CallRouter["Service"], session: ProxySession) =>
  Effect.map(router.interactions(session), (interactions) =>
    interactions.map(({ caller, channel, outcome, reason, seconds, via }) =>
      [channel, caller, via ?? reason, outcome ?? "", seconds ?? ""].join(" ").trimEnd(),
    ),
  )
