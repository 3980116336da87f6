/**
 * Telephone numbers and names are secrets: no error, log or span tells them, and no answer prints them.
 */
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { BadRequestException } from "@proxy-session/domain/ServiceError"
import * as Effect from "effect/Effect"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import * as Fixtures from "../Fixtures.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"
import { recorded, shown } from "../internal/traces.ts"

const people = [PhoneNumber.make("+12065550177"), PhoneNumber.make("+14015550178")] as const
const fallBackPhoneNumber = PhoneNumber.make("+12065550179")
const name = "Canary Sings"
const canaries = [...people, fallBackPhoneNumber, ...Fixtures.pool.map(({ phoneNumber }) => phoneNumber), name].flatMap(
  (secret) => [secret.replace(/^\+/u, ""), encodeURIComponent(secret)],
)

const tellsNothing = (what: string, output: string) => {
  const told = canaries.filter((canary) => output.includes(canary))
  return Expect.holds(`${what} should tell no secret, and tells ${told.length}`, told.length === 0)
}

const secretive = { participantPhoneNumbers: people, name }

const always = cases()({
  "no answer prints a number or a name, and no operation logs or traces one": function* () {
    const { proxies, repo } = yield* Bench
    const [answers, output] = yield* recorded(
      Effect.gen(function* () {
        const voiceConnectorId = yield* Given.connector({ fallBackPhoneNumber })
        const session = yield* Given.session(voiceConnectorId, secretive)
        return [
          session,
          yield* repo.get(session),
          yield* Given.listed(voiceConnectorId),
          yield* repo.update({ ...session, capabilities: ["SMS"] }),
          yield* repo.delete(session),
          yield* proxies.get({ voiceConnectorId }),
        ]
      }),
    )
    yield* tellsNothing("the logs and spans", output)
    for (const answer of answers) yield* tellsNothing("the answer", shown(answer))
  },
  "no error about a request tells what it held": function* () {
    const { proxies } = yield* Bench
    const voiceConnectorId = yield* Given.connector({}, Fixtures.pool.slice(0, 1))
    yield* Given.session(voiceConnectorId, secretive)
    const [one] = people
    const put = { ...Fixtures.putVoiceConnectorProxy, voiceConnectorId }
    const calls: ReadonlyArray<Effect.Effect<unknown, Error, Bench>> = [
      Given.session(voiceConnectorId, secretive),
      Given.session(voiceConnectorId, { ...secretive, participantPhoneNumbers: [one, one] }),
      Given.session(voiceConnectorId, { ...secretive, capabilities: [] }),
      proxies.put({ ...put, fallBackPhoneNumber, defaultSessionExpiryMinutes: -1 }),
    ]
    for (const failing of calls) {
      const [error, output] = yield* recorded(Effect.flip(failing))
      yield* tellsNothing("the error", shown(error))
      yield* tellsNothing("the logs and spans", output)
    }
  },
  "a request that breaks the model is refused without repeating what it held": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const broken = PhoneNumber.make(`${people[0]} 7`, { disableChecks: true })
    const [error, output] = yield* recorded(
      Effect.flip(
        Effect.suspend(() =>
          repo.create(
            Object.assign(Object.create(Object.getPrototypeOf(Fixtures.createProxySession)), {
              ...Fixtures.createProxySession,
              voiceConnectorId,
              participantPhoneNumbers: [broken, people[1]],
              name: `${name}!`,
            }),
          ),
        ),
      ),
    )
    yield* Expect.same("the error", error._tag, "InvalidRequest")
    yield* tellsNothing("the error", shown(error))
    yield* tellsNothing("the logs and spans", output)
  },
})

const failing = cases({ needs: ["fail"] })({
  "an error of the service is passed on without logging what was asked": function* () {
    const { fail } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    yield* fail("CreateProxySession", new BadRequestException({ message: "Refused", code: "BadRequest" }))
    const [error, output] = yield* recorded(Effect.flip(Given.session(voiceConnectorId, secretive)))
    yield* tellsNothing("the error", shown(error))
    yield* tellsNothing("the logs and spans", output)
  },
})

export const redaction: ContractGroup = { subject: "redaction", cases: [...always, ...failing] }
