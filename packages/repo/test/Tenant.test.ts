import { Tenant } from "@proxy-session/repo/Tenant"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

it.effect("where nobody provides a tenant there is one, and it can be provided", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* Tenant, {
      namespace: "chime-sdk-voice",
      region: "us-east-1",
      account: "000000000000",
    })
    const other: Tenant = { namespace: "chime", region: "eu-west-1", account: "111122223333" }
    assert.strictEqual(yield* Effect.provideService(Tenant, Tenant, other), other)
  }),
)
