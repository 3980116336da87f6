/**
 * On whose behalf an operation runs, for implementations that keep the resources of several apart.
 */
import type { Namespace } from "@proxy-session/domain/Namespace"
import * as Context from "effect/Context"

/**
 * The three things that keep AWS's resources apart: API namespace, region and account.
 *
 * A server that knows who asks provides it for each request; implementations that hold state look it up. Where nobody
 * provides it there is one tenant: `chime-sdk-voice` in `us-east-1`, account `000000000000`.
 *
 * @category references
 */
export const Tenant = Context.Reference<{
  readonly namespace: Namespace
  readonly region: string
  readonly account: string
}>("@proxy-session/repo/Tenant", {
  defaultValue: () => ({ namespace: "chime-sdk-voice", region: "us-east-1", account: "000000000000" }),
})

/**
 * The value of a tenant.
 *
 * @category models
 */
export type Tenant = typeof Tenant.Service
