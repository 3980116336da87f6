/**
 * Whose numbers a gateway's webhooks are for.
 */
import { CallRouter, type CallRouterError } from "@proxy-session/repo/CallRouter"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * The store has several tenants that a gateway could be for, and the options name none of them.
 *
 * @category errors
 */
export class AmbiguousTenant extends Schema.TaggedError<AmbiguousTenant>()("AmbiguousTenant", {
  tenants: Schema.Array(Schema.Struct({ namespace: Schema.String, region: Schema.String, account: Schema.String })),
}) {
  override get message(): string {
    const names = this.tenants.map(({ account, namespace, region }) => `${namespace} ${region} ${account}`)
    return `the store has several tenants, and the gateway is for one: ${names.join(", ")}`
  }
}

/**
 * Finds the tenant: the only one of the store that has what is named.
 *
 * It fails if there are several. Where there is none yet, the result looks again until there is one; until then it is the tenant
 * that is named, its other parts those of the ambient `Tenant`.
 *
 * @category constructors
 */
export const make = Effect.fnUntraced(function* (
  named: Partial<Tenant>,
): Effect.fn.Return<
  Effect.Effect<Tenant, AmbiguousTenant | CallRouterError>,
  AmbiguousTenant | CallRouterError,
  CallRouter
> {
  const router = yield* CallRouter
  const ambient = yield* Tenant
  let found: Tenant | undefined
  const find = Effect.gen(function* () {
    if (found !== undefined) return found
    const [tenant, ...more] = (yield* router.tenants).filter((tenant) => isNamed(named, tenant))
    if (tenant !== undefined && more.length > 0) return yield* new AmbiguousTenant({ tenants: [tenant, ...more] })
    found = tenant
    return tenant ?? { ...ambient, ...named }
  })
  yield* find
  return find
})

const isNamed = (named: Partial<Tenant>, tenant: Tenant): boolean =>
  (named.account ?? tenant.account) === tenant.account &&
  (named.namespace ?? tenant.namespace) === tenant.namespace &&
  (named.region ?? tenant.region) === tenant.region
