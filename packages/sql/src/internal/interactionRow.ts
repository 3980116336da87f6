import { Interaction, type Interaction as Value } from "@proxy-session/domain/Interaction"
import type { RecordRequest } from "@proxy-session/domain/RoutingRequest"
import type { InteractionSnapshot } from "@proxy-session/repo/Snapshot"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { DatabaseError } from "../DatabaseError.ts"

/** A row of the table `interaction` that concerns a session. Postgres returns its integers as `bigint`, SQLite as numbers. */
export interface Row {
  readonly id: bigint | number
  readonly provider: string
  readonly provider_id: string
  readonly channel: string
  readonly at: bigint | number
  readonly caller: bigint | number | null
  readonly via: string | null
  readonly reason: string | null
  readonly outcome: string | null
  readonly seconds: bigint | number | null
  readonly recorded: bigint | number | null
}

const { caller, channel, outcome, provider, providerId, reason, seconds, via } = Interaction.fields
const decode = Schema.decodeUnknownResult(
  Schema.Struct({ caller, channel, outcome, provider, providerId, reason, seconds, via }),
)

const unreadable = new DatabaseError({
  reason: "Unreadable",
  hint: "A row of the table interaction is not as written.",
})

/** The call of a row. */
export const toInteraction = (row: Row): Result.Result<Value, DatabaseError> => {
  const members = decode({
    provider: row.provider,
    providerId: row.provider_id,
    channel: row.channel,
    caller: Number(row.caller),
    ...(row.via === null ? {} : { via: row.via }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.seconds === null ? {} : { seconds: Number(row.seconds) }),
  })
  if (Result.isFailure(members)) return Result.fail(unreadable)
  const instant = (milliseconds: bigint | number) => DateTime.makeUnsafe(Number(milliseconds))
  return Result.succeed(
    new Interaction(
      {
        ...members.success,
        at: instant(row.at),
        ...(row.recorded === null ? {} : { recordedAt: instant(row.recorded) }),
      },
      { disableChecks: true },
    ),
  )
}

/** The columns by which a provider's call is found. */
export const keyOf = (call: Pick<RecordRequest, "channel" | "provider" | "providerId">) => ({
  channel: call.channel,
  provider: call.provider,
  provider_id: call.providerId,
})

/** The columns that a report can change. */
export const reported = (interaction: Pick<Value, "outcome" | "seconds" | "recordedAt">) => ({
  outcome: interaction.outcome ?? null,
  seconds: interaction.seconds ?? null,
  recorded: interaction.recordedAt === undefined ? null : DateTime.toEpochMillis(interaction.recordedAt),
})

/**
 * The row of a call of a snapshot. A snapshot has no answers, so a carrier that delivers the call again is answered anew:
 * `content` equals no checksum.
 */
export const imported = (
  tenant: string,
  connector: number,
  { proxySessionId, ...interaction }: typeof InteractionSnapshot.Type,
  place: number,
) => ({
  tenant,
  ...keyOf(interaction),
  content: `imported ${connector} ${place}`,
  connector,
  session: proxySessionId,
  caller: interaction.caller,
  via: interaction.via ?? null,
  reason: interaction.reason ?? null,
  at: DateTime.toEpochMillis(interaction.at),
  expires: 0,
  ...reported(interaction),
})
