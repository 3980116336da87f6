import { ExpiryMinutes } from "@proxy-session/domain/ExpiryMinutes"
import { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { Participant } from "@proxy-session/domain/Participant"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { CreateProxySession, ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SchemaIssue from "effect/SchemaIssue"
import { cast } from "./support/check.ts"
import { createRequest } from "./support/samples.ts"

/** What a constructor throws. */
const thrown = (construct: () => unknown): Error => {
  try {
    construct()
  } catch (error) {
    if (error instanceof Error) return error
  }
  return assert.fail("nothing was thrown")
}

const e164 = "must be an E.164 number: an optional +, then 2 to 15 digits that do not begin with 0"

describe("a constructor says the rule and the path", () => {
  for (const [what, construct, message] of [
    ["a number", () => PhoneNumber.make("206-555"), `PhoneNumber ${e164}`],
    [
      "a session's id",
      () => ProxySessionId.make(".."),
      "ProxySessionId must be neither . nor .., which are not names but steps of a path",
    ],
    [
      "a connector's id, with every rule that it breaks",
      () => VoiceConnectorId.make(""),
      "VoiceConnectorId must be 1 to 128 characters; " +
        "VoiceConnectorId must be text with at least one character that is not white space",
    ],
    ["minutes", () => ExpiryMinutes.make(0), "ExpiryMinutes must be a whole number of at least 1"],
    [
      "a participant",
      () => new Participant(cast({ phoneNumber: "+12065550100" })),
      "Participant.proxyPhoneNumber is required",
    ],
    [
      "a request by new",
      () =>
        new CreateProxySession(cast({ ...createRequest, participantPhoneNumbers: ["0", "+12065550100"], name: "!" })),
      `CreateProxySession.participantPhoneNumbers[0] ${e164}; ` +
        "CreateProxySession.name must be at most 30 letters, digits and spaces",
    ],
    [
      "a request by make",
      () => PutVoiceConnectorProxy.make(cast({ voiceConnectorId: "v", phoneNumberPoolCountries: ["us"] })),
      "PutVoiceConnectorProxy.defaultSessionExpiryMinutes is required; " +
        "PutVoiceConnectorProxy.phoneNumberPoolCountries[0] must be two capital letters, or empty",
    ],
    ["no object", () => new ProxySessionKey(cast("key")), "ProxySessionKey must be object"],
  ] as const) {
    it(`of ${what}`, () => {
      const error = thrown(construct)
      assert.strictEqual(error.message, message)
      assert.isTrue(SchemaIssue.isIssue(error.cause))
    })
  }

  it("as decode does", () => {
    const input = { voiceConnectorId: "", proxySessionId: "." }
    const { violations } = Effect.runSync(Effect.flip(ProxySessionKey.decode(input)))
    assert.strictEqual(
      thrown(() => new ProxySessionKey(cast(input))).message,
      violations.map(({ path, rule }) => `ProxySessionKey.${path} ${rule}`).join("; "),
    )
    assert.instanceOf(Effect.runSync(Effect.flip(ProxySessionKey.decode(input))), InvalidRequest)
  })
})

describe("a constructor makes what is sound", () => {
  it("by new, by make, and without checks", () => {
    const key = { voiceConnectorId: VoiceConnectorId.make("v"), proxySessionId: ProxySessionId.make("p") }
    for (const made of [new ProxySessionKey(key), ProxySessionKey.make(key)]) {
      assert.instanceOf(made, ProxySessionKey)
      assert.deepStrictEqual({ ...made }, key)
    }
    assert.strictEqual(PhoneNumber.make("0", { disableChecks: true }), "0")
    assert.strictEqual(
      new ProxySessionKey(cast({ ...key, proxySessionId: ".." }), { disableChecks: true }).proxySessionId,
      "..",
    )
  })
})
