import { ConflictException, ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import * as Provision from "@proxy-session/domain/Provision"
import { defaultRules } from "@proxy-session/domain/Rules"
import { CreateVoiceConnector, UpdateVoiceConnector } from "@proxy-session/domain/VoiceConnectorRequest"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { session } from "./support/samples.ts"

const { voiceConnectorId } = session
const tenant = { namespace: "chime-sdk-voice", region: "eu-west-1", account: "111122223333" } as const
const facts = { tenant, count: 2, voiceConnectorId, now: 1_586_967_010_288 }
const request = new CreateVoiceConnector({ name: "Rides", requireEncryption: true })

describe("createVoiceConnector", () => {
  it("names the connector as AWS's examples and policies do", () => {
    const made = Result.getOrThrow(Provision.createVoiceConnector(defaultRules, request, facts))
    assert.strictEqual(made.outboundHostName, `${voiceConnectorId}.voiceconnector.chime.aws`)
    assert.strictEqual(made.voiceConnectorArn, `arn:aws:chime:eu-west-1:111122223333:vc/${voiceConnectorId}`)
  })

  it("has the two regions of the namespace chime there, and ten in the newer one", () => {
    const elsewhere = new CreateVoiceConnector({ ...request, awsRegion: "eu-west-2" })
    assert.isTrue(Result.isSuccess(Provision.createVoiceConnector(defaultRules, elsewhere, facts)))
    const chime = { ...facts, tenant: { ...tenant, namespace: "chime" } } as const
    const refused = Provision.createVoiceConnector(defaultRules, elsewhere, chime)
    assert.isTrue(Result.isFailure(refused))
    const west = new CreateVoiceConnector({ ...request, awsRegion: "us-west-2" })
    assert.isTrue(Result.isSuccess(Provision.createVoiceConnector(defaultRules, west, chime)))
  })

  it("refuses a fourth connector where the quotas hold, and only there", () => {
    const quotas = { ...defaultRules, quotas: true }
    assert.isTrue(Result.isSuccess(Provision.createVoiceConnector(quotas, request, facts)))
    const fourth = { ...facts, count: 3 }
    const refused = Provision.createVoiceConnector(quotas, request, fourth)
    assert.instanceOf(Result.isFailure(refused) && refused.failure, ResourceLimitExceededException)
    assert.isTrue(Result.isSuccess(Provision.createVoiceConnector(defaultRules, request, fourth)))
  })
})

describe("updateVoiceConnector", () => {
  it("dates a connector that was seeded from a later clock at that one", () => {
    const made = Result.getOrThrow(Provision.createVoiceConnector(defaultRules, request, facts))
    const update = new UpdateVoiceConnector({ voiceConnectorId, name: "Parcels", requireEncryption: false })
    const at = (now: number) => {
      const { updatedTimestamp } = Result.getOrThrow(Provision.updateVoiceConnector(update, made, now))
      return updatedTimestamp && DateTime.toEpochMillis(updatedTimestamp)
    }
    assert.deepStrictEqual([at(facts.now + 1), at(facts.now - 1)], [facts.now + 1, facts.now])
  })
})

describe("deleteVoiceConnector", () => {
  it("is a conflict while there are numbers", () => {
    const refused = Provision.deleteVoiceConnector({ pool: [1] })
    assert.instanceOf(Result.isFailure(refused) && refused.failure, ConflictException)
    for (const pool of [undefined, []]) assert.isTrue(Result.isSuccess(Provision.deleteVoiceConnector({ pool })))
  })
})
