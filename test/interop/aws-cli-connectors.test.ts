/**
 * Voice Connectors and their numbers through the unmodified AWS CLI, in the namespaces that it knows, and through our own
 * command beside it.
 */
import { assert, layer } from "@effect/vitest"
import type { connectorOperations } from "@proxy-session/domain/ConnectorOperations"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as OurCli from "../../packages/cli/test/harness.ts"
import { failuresOf } from "../declared.ts"
import { lacking } from "../lacking.ts"
import { AwsCli, findAwsCli, network } from "./aws-cli.ts"
import { environment } from "./programs.ts"
import { overBoth, StandIns } from "./stand-in.ts"

/** What a test reads of an answer; the rest is compared as it was printed. */
const Answer = Schema.fromJsonString(
  Schema.Struct({
    E164PhoneNumbers: Schema.optionalKey(Schema.Array(Schema.String)),
    PhoneNumberErrors: Schema.optionalKey(Schema.Array(Schema.Unknown)),
    PhoneNumber: Schema.optionalKey(Schema.Struct({ E164PhoneNumber: Schema.String })),
    PhoneNumbers: Schema.optionalKey(
      Schema.Array(Schema.Struct({ PhoneNumberId: Schema.String, E164PhoneNumber: Schema.String })),
    ),
    PhoneNumberOrder: Schema.optionalKey(Schema.Struct({ PhoneNumberOrderId: Schema.String, Status: Schema.String })),
    VoiceConnector: Schema.optionalKey(
      Schema.Struct({ VoiceConnectorId: Schema.String, Name: Schema.String, RequireEncryption: Schema.Boolean }),
    ),
    VoiceConnectors: Schema.optionalKey(Schema.Array(Schema.Struct({ VoiceConnectorId: Schema.String }))),
  }),
)

/** A call of each operation that is well formed, for the errors that it is made to fail with. */
const key = ["--voice-connector-id", "abcdef1ghij2klmno3pqr4"]
const batch = [...key, "--e164-phone-numbers", "+12065550100"]
const calls: { readonly [Name in keyof typeof connectorOperations]: ReadonlyArray<string> } = {
  CreateVoiceConnector: ["create-voice-connector", "--name", "Rides", "--require-encryption"],
  GetVoiceConnector: ["get-voice-connector", ...key],
  ListVoiceConnectors: ["list-voice-connectors"],
  UpdateVoiceConnector: ["update-voice-connector", ...key, "--name", "Rides", "--require-encryption"],
  DeleteVoiceConnector: ["delete-voice-connector", ...key],
  AssociatePhoneNumbersWithVoiceConnector: ["associate-phone-numbers-with-voice-connector", ...batch],
  DisassociatePhoneNumbersFromVoiceConnector: ["disassociate-phone-numbers-from-voice-connector", ...batch],
  ListPhoneNumbers: ["list-phone-numbers"],
  GetPhoneNumber: ["get-phone-number", "--phone-number-id", "%2B12065550100"],
  SearchAvailablePhoneNumbers: ["search-available-phone-numbers", "--area-code", "206"],
  CreatePhoneNumberOrder: [
    "create-phone-number-order",
    "--product-type",
    "VoiceConnector",
    "--e164-phone-numbers",
    "+12065550100",
  ],
  GetPhoneNumberOrder: ["get-phone-number-order", "--phone-number-order-id", "00000000-0000-0000-0000-000000000000"],
}

const operations = Record.keys(calls)

for (const namespace of ["chime", "chime-sdk-voice"] as const) {
  const aws = findAwsCli(namespace)
  if (aws === undefined) {
    lacking(`connectors by the AWS CLI's ${namespace}`, `no AWS CLI here knows ${namespace}`)
    continue
  }
  const argvOf = (options: ReadonlyArray<string>) =>
    Effect.map(StandIns, ({ [namespace]: endpoint }) => [...options, "--endpoint-url", endpoint, "--output", "json"])
  const print = Effect.fnUntraced(function* (...options: ReadonlyArray<string>) {
    const argv = yield* argvOf(options)
    const env = { ...environment, AWS_MAX_ATTEMPTS: "1" }
    return yield* AwsCli.use(({ run }) => run({ argv: [namespace, ...argv], env }))
  })
  const done = Effect.fnUntraced(function* (...options: ReadonlyArray<string>) {
    const { code, stderr, stdout } = yield* print(...options)
    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" }, options.join(" "))
    return stdout === "" ? {} : yield* Schema.decodeEffect(Answer)(stdout)
  })

  /** Two numbers of an area, ordered. */
  const orderTwo = Effect.fnUntraced(function* (areaCode: string) {
    const found = yield* done("search-available-phone-numbers", "--area-code", areaCode, "--max-results", "2")
    const { E164PhoneNumbers: numbers = [] } = found
    assert.lengthOf(numbers, 2)
    const ordering = ["--product-type", "VoiceConnector", "--e164-phone-numbers", ...numbers]
    return { numbers, ordered: yield* done("create-phone-number-order", ...ordering) }
  })

  layer(Layer.mergeAll(overBoth, aws.layer, network), { excludeTestServices: true, timeout: "1 minute" })(
    `connectors by the AWS CLI's ${namespace}`,
    (it) => {
      it.effect(
        "all twelve operations are performed, from an order to the end of the connector",
        () =>
          Effect.gen(function* () {
            const { numbers, ordered } = yield* orderTwo("206")
            assert.strictEqual(ordered.PhoneNumberOrder?.Status, "Successful")
            const orderId = ordered.PhoneNumberOrder?.PhoneNumberOrderId ?? ""
            assert.deepStrictEqual(yield* done("get-phone-number-order", "--phone-number-order-id", orderId), ordered)

            const made = yield* done("create-voice-connector", "--name", "Rides", "--require-encryption")
            const id = made.VoiceConnector?.VoiceConnectorId ?? ""
            const key = ["--voice-connector-id", id]
            assert.deepStrictEqual(made.VoiceConnector, {
              VoiceConnectorId: id,
              Name: "Rides",
              RequireEncryption: true,
            })
            assert.deepStrictEqual(yield* done("get-voice-connector", ...key), made)
            const update = ["update-voice-connector", ...key, "--name", "Parcels", "--no-require-encryption"]
            const updated = { VoiceConnectorId: id, Name: "Parcels", RequireEncryption: false }
            assert.deepStrictEqual((yield* done(...update)).VoiceConnector, updated)
            const { VoiceConnectors } = yield* done("list-voice-connectors")
            assert.deepStrictEqual(VoiceConnectors, [{ VoiceConnectorId: id }])

            const batch = [...key, "--e164-phone-numbers", ...numbers]
            const associate = ["associate-phone-numbers-with-voice-connector", ...batch]
            assert.deepStrictEqual(yield* done(...associate, "--no-force-associate"), { PhoneNumberErrors: [] })
            const filter = ["--filter-name", "VoiceConnectorId", "--filter-value", id, "--status", "Assigned"]
            const { PhoneNumbers = [] } = yield* done("list-phone-numbers", ...filter)
            assert.deepStrictEqual(
              PhoneNumbers.map(({ E164PhoneNumber }) => E164PhoneNumber),
              numbers,
            )
            const { PhoneNumberId = "" } = PhoneNumbers[0] ?? {}
            const { PhoneNumber } = yield* done("get-phone-number", "--phone-number-id", PhoneNumberId)
            assert.deepStrictEqual(PhoneNumber, { E164PhoneNumber: numbers[0] ?? "" })

            assert.include((yield* print("delete-voice-connector", ...key)).stderr, "(ConflictException)")
            const disassociate = ["disassociate-phone-numbers-from-voice-connector", ...batch]
            assert.deepStrictEqual(yield* done(...disassociate), { PhoneNumberErrors: [] })
            assert.deepStrictEqual(yield* done("delete-voice-connector", ...key), {})
            assert.include((yield* print("get-voice-connector", ...key)).stderr, "(NotFoundException)")
          }),
        120_000,
      )

      // Both models declare the same, and each call takes its time.
      if (namespace === "chime-sdk-voice") {
        it.effect(
          "each error that one of the twelve declares is shown by its name",
          () =>
            Effect.gen(function* () {
              const faulty = yield* Faulty
              for (const operation of operations) {
                for (const { error, next } of failuresOf(operation)) {
                  yield* next(faulty)
                  const { code, stderr } = yield* print(...calls[operation])
                  assert.include([254, 255], code)
                  assert.include(stderr, `(${error._tag}) when calling the ${operation} operation`)
                  assert.include(stderr, error.message)
                }
              }
            }),
          120_000,
        )
      }

      const same = "our own command prints what it prints, byte for byte, and ends alike"
      if (!aws.version.startsWith("2."))
        return lacking(same, "the AWS CLI here is of version 1, which prints otherwise")
      it.effect(
        same,
        () =>
          Effect.gen(function* () {
            const { numbers } = yield* orderTwo("360")
            const { ordered } = yield* orderTwo("503")
            const connector = () => done("create-voice-connector", "--name", "Rides", "--require-encryption")
            const [one, two, three] = yield* Effect.all([connector(), connector(), connector()])
            const keyOf = ({ VoiceConnector }: typeof one) => [
              "--voice-connector-id",
              VoiceConnector?.VoiceConnectorId ?? "",
            ]
            const key = keyOf(one)
            const batch = [...key, "--e164-phone-numbers", ...numbers]
            const order = ["create-phone-number-order", "--product-type", "VoiceConnector", "--e164-phone-numbers"]
            const orderId = ordered.PhoneNumberOrder?.PhoneNumberOrderId ?? ""
            const compare = Effect.fnUntraced(function* ([theirs, ours]: readonly [
              ReadonlyArray<string>,
              ReadonlyArray<string>,
            ]) {
              const printed = yield* print(...theirs)
              const own = yield* OurCli.run(yield* argvOf(ours), { env: { ...environment, AWS_MAX_ATTEMPTS: "1" } })
              const { code, stderr, stdout } = own
              assert.deepStrictEqual({ code, stderr, stdout }, { ...printed }, ours.join(" "))
              return printed
            })
            for (const options of [
              ["associate-phone-numbers-with-voice-connector", ...batch],
              ["associate-phone-numbers-with-voice-connector", ...keyOf(two), "--e164-phone-numbers", ...numbers],
              ["get-voice-connector", ...key],
              ["list-voice-connectors"],
              ["list-voice-connectors", "--query", "VoiceConnectors[].Name", "--output", "text"],
              [
                "update-voice-connector",
                ...key,
                "--name",
                "Parcels",
                "--no-require-encryption",
                "--query",
                "VoiceConnector.Name",
              ],
              [
                "create-voice-connector",
                "--name",
                "More",
                "--require-encryption",
                "--query",
                "VoiceConnector.[Name, RequireEncryption]",
              ],
              ["create-voice-connector", "--name", "", "--require-encryption"],
              ["list-phone-numbers", "--filter-name", "VoiceConnectorId", "--filter-value", key[1] ?? ""],
              ["list-phone-numbers", "--status", "Unassigned", "--query", "length(PhoneNumbers)"],
              ["get-phone-number", "--phone-number-id", numbers[0] ?? ""],
              ["get-phone-number", "--phone-number-id", "no-such-number"],
              ["search-available-phone-numbers", "--country", "US", "--state", "WA", "--max-results", "3"],
              ["search-available-phone-numbers", "--area-code", "206", "--output", "text"],
              ["get-phone-number-order", "--phone-number-order-id", orderId],
              ["get-phone-number-order", "--phone-number-order-id", "no-such-order"],
              [...order, "not a number"],
              ["delete-voice-connector", ...key],
              ["disassociate-phone-numbers-from-voice-connector", ...keyOf(two), "--e164-phone-numbers", ...numbers],
              ["get-voice-connector", "--voice-connector-id", "no-such-connector"],
            ]) {
              yield* compare([options, options])
            }
            // What happens once is done to one by each.
            const more = (yield* done("search-available-phone-numbers", "--area-code", "212")).E164PhoneNumbers ?? []
            const status = ["--query", "PhoneNumberOrder.[ProductType, Status, length(OrderedPhoneNumbers)]"]
            yield* compare([
              [...order, ...more.slice(0, 1), ...status],
              [...order, ...more.slice(1, 2), ...status],
            ])
            yield* compare([
              ["delete-voice-connector", ...keyOf(two)],
              ["delete-voice-connector", ...keyOf(three)],
            ])
            yield* compare([
              [
                "disassociate-phone-numbers-from-voice-connector",
                ...key,
                "--e164-phone-numbers",
                ...numbers.slice(0, 1),
              ],
              ["disassociate-phone-numbers-from-voice-connector", ...key, "--e164-phone-numbers", ...numbers.slice(1)],
            ])
          }),
        120_000,
      )
    },
  )
}
