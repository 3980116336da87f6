/**
 * What the service does with Voice Connectors, as decisions that a store calls.
 *
 * The end of proxy sessions did not end these operations, so they ignore the rule `retired`.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { instance } from "./internal/instance.ts"
import { bad } from "./internal/refused.ts"
import * as Decide from "./Decide.ts"
import * as Inventory from "./Inventory.ts"
import * as Listing from "./Listing.ts"
import type { Namespace } from "./Namespace.ts"
import { ConflictException, type ResourceLimitExceededException } from "./ProvisioningError.ts"
import type { Rules } from "./Rules.ts"
import type { BadRequestException, NotFoundException } from "./ServiceError.ts"
import { VoiceConnector, VoiceConnectorPage } from "./VoiceConnector.ts"
import type { VoiceConnectorId } from "./VoiceConnectorId.ts"
import type { CreateVoiceConnector, ListVoiceConnectors, UpdateVoiceConnector } from "./VoiceConnectorRequest.ts"

/**
 * What the creation of a connector depends on: the tenant, how many connectors it has, and the id for the new one.
 *
 * @category models
 */
export interface CreateVoiceConnectorFacts {
  readonly tenant: { readonly namespace: Namespace; readonly region: string; readonly account: string }
  readonly count: number
  readonly voiceConnectorId: VoiceConnectorId
  readonly now: number
}

/**
 * The connector that a request makes. The store adds it, and the tenant is provisioned from now on.
 *
 * @category decisions
 */
export const createVoiceConnector = (
  rules: Rules,
  request: CreateVoiceConnector,
  { count, now, tenant, voiceConnectorId }: CreateVoiceConnectorFacts,
): Result.Result<VoiceConnector, BadRequestException | ResourceLimitExceededException> => {
  const { awsRegion = "us-east-1", integrationType, name, networkType, requireEncryption, tags } = request
  if (tags !== undefined && tags.length > 0) return bad("Tags is not supported")
  if (tenant.namespace === "chime" && awsRegion !== "us-east-1" && awsRegion !== "us-west-2") {
    return bad("AwsRegion must be us-east-1 or us-west-2 in this namespace")
  }
  if (rules.quotas && count >= Inventory.quotas.voiceConnectors) {
    return Inventory.exceeded(`An account may have ${Inventory.quotas.voiceConnectors} Voice Connectors`)
  }
  const at = DateTime.makeUnsafe(now)
  return Result.succeed(
    instance(VoiceConnector, {
      voiceConnectorId,
      awsRegion,
      name,
      outboundHostName: `${voiceConnectorId}.voiceconnector.chime.aws`,
      requireEncryption,
      createdTimestamp: at,
      updatedTimestamp: at,
      voiceConnectorArn: `arn:aws:chime:${tenant.region}:${tenant.account}:vc/${voiceConnectorId}`,
      ...(integrationType === undefined ? {} : { integrationType }),
      ...(networkType === undefined ? {} : { networkType }),
    }),
  )
}

/**
 * What a request finds: the connector of that id, or nothing.
 *
 * @category decisions
 */
export const findVoiceConnector = <A>(connector: A | undefined): Result.Result<A, NotFoundException> =>
  connector === undefined ? Decide.notFound() : Result.succeed(connector)

/**
 * What an update makes of a connector. The store puts it in the place of the old one.
 *
 * @category decisions
 */
export const updateVoiceConnector = (
  { name, requireEncryption }: UpdateVoiceConnector,
  connector: VoiceConnector | undefined,
  now: number,
): Result.Result<VoiceConnector, NotFoundException> => {
  if (connector === undefined) return Decide.notFound()
  const { updatedTimestamp } = connector
  const before = updatedTimestamp === undefined ? now : DateTime.toEpochMillis(updatedTimestamp)
  return Result.succeed(
    instance(VoiceConnector, {
      ...connector,
      name,
      requireEncryption,
      updatedTimestamp: DateTime.makeUnsafe(Math.max(now, before)),
    }),
  )
}

/**
 * Whether a connector may be deleted: not while it has numbers. The store removes it with its configuration and its
 * sessions.
 *
 * @category decisions
 */
export const deleteVoiceConnector = (
  connector: { readonly pool: ReadonlyArray<unknown> | undefined } | undefined,
): Result.Result<void, ConflictException | NotFoundException> => {
  if (connector === undefined) return Decide.notFound()
  return connector.pool === undefined || connector.pool.length === 0
    ? Result.void
    : Result.fail(
        new ConflictException({
          message: "The Voice Connector has phone numbers: disassociate them before deleting it",
          code: "Conflict",
        }),
      )
}

/**
 * Where a connector stands in a listing: those that tell no instant come first.
 *
 * @category getters
 */
export const positionOf = ({ createdTimestamp, voiceConnectorId }: VoiceConnector): Listing.Position => ({
  created: createdTimestamp === undefined ? 0 : DateTime.toEpochMillis(createdTimestamp),
  id: voiceConnectorId,
})

/**
 * What to read for a listing of connectors. The page itself is then decided by {@link voiceConnectorPage}.
 *
 * `maxResults` is the largest page of the namespace, and `secret` what a token of this store is sealed with.
 *
 * @category decisions
 */
export const listVoiceConnectors = (
  request: ListVoiceConnectors,
  { maxResults, secret }: { readonly maxResults: number; readonly secret: string },
): Result.Result<Listing.Query, BadRequestException> =>
  Listing.query({ voiceConnectorId: "", status: undefined, secret }, request, maxResults)

/**
 * The page that a listing returns, of the connectors that its query found.
 *
 * @category decisions
 */
export const voiceConnectorPage = (
  query: Listing.Query,
  connectors: ReadonlyArray<VoiceConnector>,
): VoiceConnectorPage => {
  const { elements, next } = Listing.page(query, connectors, positionOf)
  return instance(VoiceConnectorPage, { voiceConnectors: elements, ...next })
}
