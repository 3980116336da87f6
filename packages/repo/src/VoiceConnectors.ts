/**
 * What can be asked about Voice Connectors and their telephone numbers.
 */
import type { Input } from "@proxy-session/domain/Input"
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import type {
  PhoneNumberErrors,
  PhoneNumberPage,
  VoiceConnector,
  VoiceConnectorPage,
} from "@proxy-session/domain/VoiceConnector"
import {
  AssociatePhoneNumbersWithVoiceConnector,
  CreateVoiceConnector,
  ListPhoneNumbers,
  ListVoiceConnectors,
  VoiceConnectorKey,
} from "@proxy-session/domain/VoiceConnectorRequest"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { reading } from "./internal/decoding.ts"

/**
 * Provisioning by AWS's own operations: connectors, and the numbers that their sessions choose from.
 *
 * The numbers of a connector are its pool, in the order in which they were associated. A connector without any has the
 * default pool of fictional numbers. Requests are plain data, as those of `ProxySessionRepo` are.
 *
 * **Example** (A connector with a number of its own)
 *
 * ```ts
 * import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
 * import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const connectors = yield* VoiceConnectors
 *   const { voiceConnectorId } = yield* connectors.create({ name: "Rides", requireEncryption: false })
 *   yield* connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers: ["+19135550199"] })
 *   const { phoneNumbers } = yield* connectors.listPhoneNumbers({
 *     filterName: "VoiceConnectorId",
 *     filterValue: voiceConnectorId
 *   })
 *   return phoneNumbers.map(({ country }) => country)
 * }).pipe(Effect.provide(MemoryRepo.layer()))
 *
 * await Effect.runPromise(program) // => ["US"]
 * ```
 *
 * @category services
 */
export class VoiceConnectors extends Context.Service<
  VoiceConnectors,
  {
    /** Makes a connector. By default, unknown connectors of the tenant are refused from then on. */
    readonly create: (request: Input<typeof CreateVoiceConnector>) => Effect.Effect<VoiceConnector, ProxySessionError>
    /** Reads one connector. */
    readonly get: (key: Input<typeof VoiceConnectorKey>) => Effect.Effect<VoiceConnector, ProxySessionError>
    /** Reads the tenant's connectors, oldest first. */
    readonly list: (request: Input<typeof ListVoiceConnectors>) => Effect.Effect<VoiceConnectorPage, ProxySessionError>
    /** Removes a connector with its configuration, its numbers and its sessions. */
    readonly delete: (key: Input<typeof VoiceConnectorKey>) => Effect.Effect<void, ProxySessionError>
    /** Gives numbers to a connector, after those that it has; the result names those that it did not take. */
    readonly associatePhoneNumbers: (
      request: Input<typeof AssociatePhoneNumbersWithVoiceConnector>,
    ) => Effect.Effect<PhoneNumberErrors, ProxySessionError>
    /** Reads the tenant's numbers, or those of one connector. */
    readonly listPhoneNumbers: (
      request: Input<typeof ListPhoneNumbers>,
    ) => Effect.Effect<PhoneNumberPage, ProxySessionError>
  }
>()("@proxy-session/repo/VoiceConnectors") {}

/**
 * What an implementation provides: the same methods, given requests that are sound.
 *
 * @category models
 */
export interface Implementation {
  readonly create: (request: CreateVoiceConnector) => Effect.Effect<VoiceConnector, ProxySessionError>
  readonly get: (key: VoiceConnectorKey) => Effect.Effect<VoiceConnector, ProxySessionError>
  readonly list: (request: ListVoiceConnectors) => Effect.Effect<VoiceConnectorPage, ProxySessionError>
  readonly delete: (key: VoiceConnectorKey) => Effect.Effect<void, ProxySessionError>
  readonly associatePhoneNumbers: (
    request: AssociatePhoneNumbersWithVoiceConnector,
  ) => Effect.Effect<PhoneNumberErrors, ProxySessionError>
  readonly listPhoneNumbers: (request: ListPhoneNumbers) => Effect.Effect<PhoneNumberPage, ProxySessionError>
}

/**
 * Makes the service of an implementation, which only ever sees sound requests. A request that breaks the model fails with
 * `InvalidRequest` before the implementation hears of it.
 *
 * @category constructors
 */
export const make = (implementation: Implementation): VoiceConnectors["Service"] => ({
  create: reading(CreateVoiceConnector, implementation.create),
  get: reading(VoiceConnectorKey, implementation.get),
  list: reading(ListVoiceConnectors, implementation.list),
  delete: reading(VoiceConnectorKey, implementation.delete),
  associatePhoneNumbers: reading(AssociatePhoneNumbersWithVoiceConnector, implementation.associatePhoneNumbers),
  listPhoneNumbers: reading(ListPhoneNumbers, implementation.listPhoneNumbers),
})
