import * as Admission from "@proxy-session/domain/Admission"
import { ExpiryMinutes, maximum } from "@proxy-session/domain/ExpiryMinutes"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { driver, fallBack, rider } from "./support/samples.ts"

const minutes = (value: number) => ExpiryMinutes.make(value, { disableChecks: true })
const sound = { participantPhoneNumbers: [rider, driver], capabilities: ["Voice"] } as const
const refusal = <A>(result: Result.Result<A, { readonly _tag: string; readonly message: string }>) =>
  Result.isFailure(result) ? `${result.failure._tag}: ${result.failure.message}` : undefined

describe("Admission", () => {
  describe("create", () => {
    it("lets a request between two people pass", () => {
      assert.isUndefined(refusal(Admission.create(sound)))
    })

    for (const [one, other] of [
      ["+12065550100", "+12065550100"],
      ["+12065550100", "12065550100"],
      ["12065550100", "+12065550100"],
      ["12065550100", "12065550100"],
    ] as const) {
      it(`takes ${one} and ${other} for one person`, () => {
        assert.strictEqual(
          refusal(
            Admission.create({
              ...sound,
              participantPhoneNumbers: [PhoneNumber.make(one), PhoneNumber.make(other)],
            }),
          ),
          "BadRequestException: ParticipantPhoneNumbers must be two different numbers",
        )
      })
    }

    it("refuses a session that could do nothing", () => {
      assert.strictEqual(
        refusal(Admission.create({ ...sound, capabilities: [] })),
        "BadRequestException: Capabilities must not be empty",
      )
    })
  })

  describe("the range of a life", () => {
    for (const [value, admitted] of [
      [1, true],
      [720, true],
      [721, false],
      [0, false],
      [-1, false],
      [Number.MAX_SAFE_INTEGER, false],
      [Number.NaN, false],
    ] as const) {
      it(`${value} minutes are ${admitted ? "" : "not "}admitted, in all three operations`, () => {
        const message = (member: string) =>
          admitted ? undefined : `BadRequestException: ${member} must be from 1 to ${maximum}`
        const expiryMinutes = minutes(value)
        assert.strictEqual(refusal(Admission.create({ ...sound, expiryMinutes })), message("ExpiryMinutes"))
        assert.strictEqual(
          refusal(Admission.update({ capabilities: ["SMS"], expiryMinutes })),
          message("ExpiryMinutes"),
        )
        assert.strictEqual(
          refusal(Admission.configure({ defaultSessionExpiryMinutes: value, phoneNumberPoolCountries: ["US"] })),
          message("DefaultSessionExpiryMinutes"),
        )
      })
    }

    it("is 1 to 720 unless told otherwise", () => {
      const range = { minimum: 5, maximum: 10 }
      assert.deepStrictEqual(Admission.defaultExpiryRange, { minimum: 1, maximum: 720 })
      assert.isUndefined(refusal(Admission.update({ capabilities: ["SMS"], expiryMinutes: minutes(10) }, range)))
      assert.strictEqual(
        refusal(Admission.create({ ...sound, expiryMinutes: minutes(11) }, range)),
        "BadRequestException: ExpiryMinutes must be from 5 to 10",
      )
    })
  })

  it("an update without capabilities is refused", () => {
    assert.strictEqual(
      refusal(Admission.update({ capabilities: [] })),
      "BadRequestException: Capabilities must not be empty",
    )
  })

  describe("grant", () => {
    const configuration = (members: Partial<ProxyConfiguration>) =>
      new ProxyConfiguration({ disabled: false, phoneNumberCountries: ["US"], ...members })

    it("gives what was asked for", () => {
      const granted = Admission.grant({ expiryMinutes: minutes(5) }, configuration({ defaultSessionExpiryMinutes: 60 }))
      assert.strictEqual(Result.getOrThrow(granted), 5)
    })

    it("gives the connector's default where nothing was asked for", () => {
      const granted = Admission.grant({}, configuration({ defaultSessionExpiryMinutes: 60 }))
      assert.strictEqual(Result.getOrThrow(granted), 60)
    })

    it("gives no limit where neither tells one", () => {
      assert.isUndefined(Result.getOrThrow(Admission.grant({}, configuration({}))))
    })

    for (const none of [0, -60]) {
      it(`refuses where the connector's default is ${none} minutes, which is no life`, () => {
        const broken = configuration({ defaultSessionExpiryMinutes: none })
        assert.match(refusal(Admission.grant({}, broken)) ?? "", /^BadRequestException: .* must be at least 1$/u)
        assert.strictEqual(Result.getOrThrow(Admission.grant({ expiryMinutes: minutes(5) }, broken)), 5)
      })
    }

    it("refuses without a configuration", () => {
      assert.match(refusal(Admission.grant({ expiryMinutes: minutes(5) }, undefined)) ?? "", /^BadRequestException: /u)
    })

    it("refuses while the configuration is disabled", () => {
      const disabled = configuration({ disabled: true, defaultSessionExpiryMinutes: 0 })
      assert.match(refusal(Admission.grant({ expiryMinutes: minutes(5) }, disabled)) ?? "", /^ForbiddenException: /u)
    })
  })

  describe("configure", () => {
    it("sets all of it: what is left out is gone or false", () => {
      const { ...set } = Result.getOrThrow(
        Admission.configure({ defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US", "CA"] }),
      )
      assert.deepStrictEqual(set, {
        defaultSessionExpiryMinutes: 60,
        disabled: false,
        phoneNumberCountries: ["US", "CA"],
      })
    })

    it("spells the fallback number with its +", () => {
      const set = Result.getOrThrow(
        Admission.configure({
          defaultSessionExpiryMinutes: 60,
          phoneNumberPoolCountries: ["US"],
          fallBackPhoneNumber: PhoneNumber.make(fallBack.slice(1)),
          disabled: true,
        }),
      )
      assert.strictEqual(set.fallBackPhoneNumber, fallBack)
      assert.isTrue(set.disabled)
    })
  })
})
