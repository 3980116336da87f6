import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import * as Seed from "../src/Seed.ts"
import { schemaText } from "./seedSchema.ts"

const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"
const configuration = { defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US", "CA"] }
const session = { participantPhoneNumbers: ["+12065550100", "+14015550101"], capabilities: ["Voice"] }

const paths = (content: unknown) =>
  Effect.map(Effect.flip(Seed.connectors(content)), ({ violations }) => violations.map(({ path }) => path))

describe("a seed", () => {
  it.effect("is connectors with numbers, configurations and sessions, whose numbers the service chooses", () =>
    Effect.gen(function* () {
      const [rides, plain] = yield* Seed.connectors({
        $schema: "https://example.org/seed.schema.json",
        connectors: [
          {
            voiceConnectorId: VoiceConnectorId,
            name: "Rides",
            phoneNumbers: ["+19135550199", { phoneNumber: "+14165550101", country: "CA" }],
            configuration,
            sessions: [{ ...session, proxySessionId: "trip-1", expiryMinutes: 30 }, session],
          },
          { voiceConnectorId: "zyxwvu1ghij2klmno3pqr4" },
        ],
      })
      assert.deepStrictEqual<unknown>(rides?.pool, [
        { phoneNumber: "+19135550199", country: "US" },
        { phoneNumber: "+14165550101", country: "CA" },
      ])
      assert.strictEqual(rides?.name, "Rides")
      assert.deepStrictEqual(rides?.configuration?.phoneNumberCountries, ["US", "CA"])
      const [first, second] = rides?.sessions ?? []
      assert.strictEqual(first?.proxySessionId, "trip-1")
      assert.strictEqual(first?.expiryMinutes, 30)
      assert.notStrictEqual(first?.participants[0]?.proxyPhoneNumber, second?.participants[0]?.proxyPhoneNumber)
      assert.deepStrictEqual([plain?.pool, plain?.configuration, plain?.sessions?.length], [undefined, undefined, 0])
    }),
  )

  it.effect("that breaks rules is refused with every one of them, by path", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* paths({}), ["connectors"])
      assert.sameMembers(
        [
          ...new Set(
            yield* paths({
              conectors: [],
              connectors: [
                {
                  voiceConnectorId: VoiceConnectorId,
                  phoneNumber: ["+19135550199"],
                  configuration: { ...configuration, defaultSessionExpiryMinutes: "60" },
                  sessions: [{ ...session, capabilities: ["Fax"] }],
                },
              ],
            }),
          ),
        ],
        [
          "conectors",
          "connectors[0].phoneNumber",
          "connectors[0].configuration.defaultSessionExpiryMinutes",
          "connectors[0].sessions[0].capabilities[0]",
        ],
      )
      const connector = { voiceConnectorId: VoiceConnectorId, configuration }
      assert.deepStrictEqual(yield* paths({ connectors: [connector, connector] }), ["connectors"])
    }),
  )

  it.effect("that the service would refuse is refused, too, in the service's words", () =>
    Effect.gen(function* () {
      const { violations } = yield* Effect.flip(
        Seed.connectors({
          connectors: [
            { voiceConnectorId: VoiceConnectorId, sessions: [session] },
            {
              voiceConnectorId: "zyxwvu1ghij2klmno3pqr4",
              phoneNumbers: ["+19135550199"],
              configuration,
              sessions: [session, session],
            },
          ],
        }),
      )
      assert.deepStrictEqual(
        violations.map(({ path }) => path),
        ["connectors[0].sessions[0]", "connectors[1].sessions[1]"],
      )
      for (const { rule } of violations) {
        assert.match(rule, /^is refused: /u)
        assert.notInclude(rule, "5550")
      }
    }),
  )

  it("is described by a JSON Schema that is kept in the documents", () => {
    const kept = FileSystem.readFileSync(Path.resolve(import.meta.dirname, "../../../docs/seed.schema.json"), "utf8")
    assert.strictEqual(schemaText, kept)
  })
})
