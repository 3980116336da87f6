/**
 * The file of `serve --seed`: the short form, or a snapshot, which its `format` tells apart.
 */
import type { Violation } from "@proxy-session/domain/InvalidRequest"
import { describe, violations } from "@proxy-session/domain/InvalidRequest"
import { type ConnectorSnapshot, Snapshot } from "@proxy-session/repo/Snapshot"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Stdio from "effect/Stdio"
import { type CommandFailure, usage } from "./ExitCode.ts"
import { similar } from "./internal/similar.ts"
import * as SnapshotFile from "./SnapshotFile.ts"

/**
 * What an empty store begins with.
 *
 * - `snapshot`: the content of some tenants
 * - `everyTenant`: the connectors of each tenant that is not among them; for a store in memory
 *
 * @category models
 */
export interface Beginning {
  readonly snapshot: Snapshot | undefined
  readonly everyTenant: ReadonlyArray<ConnectorSnapshot> | undefined
}

/**
 * Where a seed goes to.
 *
 * @category models
 */
export interface Options {
  readonly seed: string | undefined
  readonly database: Redacted.Redacted | undefined
  readonly region: string | undefined
  readonly idSeed: string | undefined
}

const format = "proxy-session-memory/1"

/** A member that there is not, with the one that was probably meant. */
const suggest = ({ path, rule }: Violation, members: ReadonlyArray<string>): Violation => {
  if (rule !== "is not a member") return { path, rule }
  const [name = ""] = /[^.[\]]*$/u.exec(path) ?? []
  // What is a member somewhere else is none here.
  const others = members.filter((member) => member !== name)
  const [nearest] = similar(name, others, 0.6)
  return { path, rule: nearest === undefined ? rule : `${rule}; did you mean ${nearest}?` }
}

const snapshotMembers = [
  "format",
  "stores",
  "secret",
  "namespace",
  "region",
  "account",
  "created",
  "provisioned",
  "connectors",
  "voiceConnectorId",
  "pool",
  "phoneNumber",
  "country",
  "configuration",
  "defaultSessionExpiryMinutes",
  "disabled",
  "fallBackPhoneNumber",
  "phoneNumberCountries",
  "sessions",
  "lastNumbers",
]

/**
 * Reads the file, if one is named. Every tenant of a store in memory begins with a seed of the short form; a database gets it
 * for the default account, in the server's region.
 *
 * @category decoding
 */
export const read = Effect.fnUntraced(function* ({
  database,
  idSeed,
  region = Tenant.defaultValue().region,
  seed,
}: Options): Effect.fn.Return<Beginning, CommandFailure, FileSystem.FileSystem | Stdio.Stdio> {
  if (seed === undefined) return { snapshot: undefined, everyTenant: undefined }
  const what = `--seed ${seed}`
  const refuse = (found: ReadonlyArray<Violation>, members: ReadonlyArray<string>) =>
    usage(
      `${what}: ${describe(
        found.map((each) => suggest(each, members)),
        "the file",
      )}`,
    )
  const content = yield* SnapshotFile.content(seed, what)
  if (typeof content === "object" && content !== null && "format" in content) {
    const snapshot = yield* Effect.mapError(
      Schema.decodeUnknownEffect(Snapshot, { errors: "all", onExcessProperty: "error" })(content),
      ({ issue }) => refuse(violations(issue), snapshotMembers),
    )
    return { snapshot, everyTenant: undefined }
  }
  const Seed = yield* Effect.promise(() => import("@proxy-session/control/Seed"))
  const connectors = yield* Effect.mapError(Seed.connectors(content, idSeed), (problem) =>
    refuse(problem.violations, Seed.members),
  )
  if (database === undefined || Redacted.value(database) === "memory:") {
    return { snapshot: undefined, everyTenant: connectors }
  }
  return { snapshot: { format, stores: [{ region, connectors }] }, everyTenant: undefined }
})
