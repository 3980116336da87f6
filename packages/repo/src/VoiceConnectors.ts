/**
 * What can be asked about Voice Connectors and their telephone numbers.
 */
import { connectorOperations } from "@proxy-session/domain/ConnectorOperations"
import type { ErrorOf, InputOf, RequestOf, SuccessOf } from "@proxy-session/domain/Operations"
import type { ClientError } from "@proxy-session/domain/ProxySessionError"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { decodingBy } from "./internal/decoding.ts"

/**
 * Provisioning by AWS's own operations: connectors, and the numbers that their sessions choose from.
 *
 * A number is ordered, and is then in the tenant's inventory. The numbers of a connector are its pool, in the order in
 * which they were associated. A connector without any has the default pool of fictional numbers, unless a rule says
 * otherwise. Requests are plain data, as those of `ProxySessionRepo` are.
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
 *   const e164PhoneNumbers = ["+19135550199"]
 *   const order = yield* connectors.createPhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers })
 *   const { voiceConnectorId } = yield* connectors.create({ name: "Rides", requireEncryption: false })
 *   yield* connectors.associatePhoneNumbers({ voiceConnectorId, e164PhoneNumbers })
 *   const { phoneNumbers } = yield* connectors.listPhoneNumbers({
 *     filterName: "VoiceConnectorId",
 *     filterValue: voiceConnectorId
 *   })
 *   return [order.status, ...phoneNumbers.map(({ country }) => country)]
 * }).pipe(Effect.provide(MemoryRepo.layer()))
 *
 * await Effect.runPromise(program) // => ["Successful", "US"]
 * ```
 *
 * @category services
 */
export class VoiceConnectors extends Context.Service<
  VoiceConnectors,
  {
    /** Makes a connector. By default, unknown connectors of the tenant are refused from then on. */
    readonly create: (
      request: InputOf["CreateVoiceConnector"],
    ) => Effect.Effect<SuccessOf["CreateVoiceConnector"], ErrorOf["CreateVoiceConnector"]>
    /** Reads one connector. */
    readonly get: (
      key: InputOf["GetVoiceConnector"],
    ) => Effect.Effect<SuccessOf["GetVoiceConnector"], ErrorOf["GetVoiceConnector"]>
    /** Reads one page of the tenant's connectors, oldest first. */
    readonly list: (
      request: InputOf["ListVoiceConnectors"],
    ) => Effect.Effect<SuccessOf["ListVoiceConnectors"], ErrorOf["ListVoiceConnectors"]>
    /** Replaces a connector's name, and whether it wants encryption. */
    readonly update: (
      request: InputOf["UpdateVoiceConnector"],
    ) => Effect.Effect<SuccessOf["UpdateVoiceConnector"], ErrorOf["UpdateVoiceConnector"]>
    /** Removes a connector that has no numbers, with its configuration and its sessions. */
    readonly delete: (
      key: InputOf["DeleteVoiceConnector"],
    ) => Effect.Effect<SuccessOf["DeleteVoiceConnector"], ErrorOf["DeleteVoiceConnector"]>
    /** Gives numbers of the inventory to a connector, after those that it has; the result names those that it did not get. */
    readonly associatePhoneNumbers: (
      request: InputOf["AssociatePhoneNumbersWithVoiceConnector"],
    ) => Effect.Effect<
      SuccessOf["AssociatePhoneNumbersWithVoiceConnector"],
      ErrorOf["AssociatePhoneNumbersWithVoiceConnector"]
    >
    /** Takes numbers from a connector and ends its live sessions on them; the result names those that it did not have. */
    readonly disassociatePhoneNumbers: (
      request: InputOf["DisassociatePhoneNumbersFromVoiceConnector"],
    ) => Effect.Effect<
      SuccessOf["DisassociatePhoneNumbersFromVoiceConnector"],
      ErrorOf["DisassociatePhoneNumbersFromVoiceConnector"]
    >
    /** Reads one page of the tenant's numbers, in the order in which they came. */
    readonly listPhoneNumbers: (
      request: InputOf["ListPhoneNumbers"],
    ) => Effect.Effect<SuccessOf["ListPhoneNumbers"], ErrorOf["ListPhoneNumbers"]>
    /** Reads one number of the inventory. */
    readonly getPhoneNumber: (
      key: InputOf["GetPhoneNumber"],
    ) => Effect.Effect<SuccessOf["GetPhoneNumber"], ErrorOf["GetPhoneNumber"]>
    /** Reads one page of the numbers that can be ordered. */
    readonly searchAvailablePhoneNumbers: (
      request: InputOf["SearchAvailablePhoneNumbers"],
    ) => Effect.Effect<SuccessOf["SearchAvailablePhoneNumbers"], ErrorOf["SearchAvailablePhoneNumbers"]>
    /** Orders numbers for the inventory. The order has ended when it is returned. */
    readonly createPhoneNumberOrder: (
      request: InputOf["CreatePhoneNumberOrder"],
    ) => Effect.Effect<SuccessOf["CreatePhoneNumberOrder"], ErrorOf["CreatePhoneNumberOrder"]>
    /** Reads one order. */
    readonly getPhoneNumberOrder: (
      key: InputOf["GetPhoneNumberOrder"],
    ) => Effect.Effect<SuccessOf["GetPhoneNumberOrder"], ErrorOf["GetPhoneNumberOrder"]>
  }
>()("@proxy-session/repo/VoiceConnectors") {}

/**
 * The operation behind each method.
 *
 * @category models
 */
export interface Methods {
  readonly create: "CreateVoiceConnector"
  readonly get: "GetVoiceConnector"
  readonly list: "ListVoiceConnectors"
  readonly update: "UpdateVoiceConnector"
  readonly delete: "DeleteVoiceConnector"
  readonly associatePhoneNumbers: "AssociatePhoneNumbersWithVoiceConnector"
  readonly disassociatePhoneNumbers: "DisassociatePhoneNumbersFromVoiceConnector"
  readonly listPhoneNumbers: "ListPhoneNumbers"
  readonly getPhoneNumber: "GetPhoneNumber"
  readonly searchAvailablePhoneNumbers: "SearchAvailablePhoneNumbers"
  readonly createPhoneNumberOrder: "CreatePhoneNumberOrder"
  readonly getPhoneNumberOrder: "GetPhoneNumberOrder"
}

/**
 * What an implementation provides: the same methods, given requests that are sound.
 *
 * @category models
 */
export type Implementation = {
  readonly [Method in keyof Methods]: (
    request: RequestOf[Methods[Method]],
  ) => Effect.Effect<SuccessOf[Methods[Method]], ErrorOf[Methods[Method]]>
}

const decoding = decodingBy(connectorOperations)

/**
 * Makes the service of an implementation, which only ever sees sound requests. A request that breaks the model fails with
 * `InvalidRequest` before the implementation hears of it.
 *
 * @category constructors
 */
export const make = (implementation: Implementation): VoiceConnectors["Service"] => ({
  create: decoding("CreateVoiceConnector", implementation.create),
  get: decoding("GetVoiceConnector", implementation.get),
  list: decoding("ListVoiceConnectors", implementation.list),
  update: decoding("UpdateVoiceConnector", implementation.update),
  delete: decoding("DeleteVoiceConnector", implementation.delete),
  associatePhoneNumbers: decoding("AssociatePhoneNumbersWithVoiceConnector", implementation.associatePhoneNumbers),
  disassociatePhoneNumbers: decoding(
    "DisassociatePhoneNumbersFromVoiceConnector",
    implementation.disassociatePhoneNumbers,
  ),
  listPhoneNumbers: decoding("ListPhoneNumbers", implementation.listPhoneNumbers),
  getPhoneNumber: decoding("GetPhoneNumber", implementation.getPhoneNumber),
  searchAvailablePhoneNumbers: decoding("SearchAvailablePhoneNumbers", implementation.searchAvailablePhoneNumbers),
  createPhoneNumberOrder: decoding("CreatePhoneNumberOrder", implementation.createPhoneNumberOrder),
  getPhoneNumberOrder: decoding("GetPhoneNumberOrder", implementation.getPhoneNumberOrder),
})

/**
 * Makes the service of methods that all do the same with their operation: send it, count it, record it.
 *
 * @category constructors
 */
export const fromOperations = (
  run: <Method extends keyof Methods>(
    operation: Methods[Method],
    method: Method,
  ) => (
    request: RequestOf[Methods[Method]],
  ) => Effect.Effect<SuccessOf[Methods[Method]], ErrorOf[Methods[Method]] | ClientError>,
): VoiceConnectors["Service"] =>
  make({
    create: run("CreateVoiceConnector", "create"),
    get: run("GetVoiceConnector", "get"),
    list: run("ListVoiceConnectors", "list"),
    update: run("UpdateVoiceConnector", "update"),
    delete: run("DeleteVoiceConnector", "delete"),
    associatePhoneNumbers: run("AssociatePhoneNumbersWithVoiceConnector", "associatePhoneNumbers"),
    disassociatePhoneNumbers: run("DisassociatePhoneNumbersFromVoiceConnector", "disassociatePhoneNumbers"),
    listPhoneNumbers: run("ListPhoneNumbers", "listPhoneNumbers"),
    getPhoneNumber: run("GetPhoneNumber", "getPhoneNumber"),
    searchAvailablePhoneNumbers: run("SearchAvailablePhoneNumbers", "searchAvailablePhoneNumbers"),
    createPhoneNumberOrder: run("CreatePhoneNumberOrder", "createPhoneNumberOrder"),
    getPhoneNumberOrder: run("GetPhoneNumberOrder", "getPhoneNumberOrder"),
  })

/**
 * The methods by the name of their operation, each as a call of the service in the context.
 *
 * @category operations
 */
export const calls: {
  readonly [Name in Methods[keyof Methods]]: (
    input: InputOf[Name],
  ) => Effect.Effect<SuccessOf[Name], ErrorOf[Name], VoiceConnectors>
} = {
  CreateVoiceConnector: (request) => VoiceConnectors.use((connectors) => connectors.create(request)),
  GetVoiceConnector: (key) => VoiceConnectors.use((connectors) => connectors.get(key)),
  ListVoiceConnectors: (request) => VoiceConnectors.use((connectors) => connectors.list(request)),
  UpdateVoiceConnector: (request) => VoiceConnectors.use((connectors) => connectors.update(request)),
  DeleteVoiceConnector: (key) => VoiceConnectors.use((connectors) => connectors.delete(key)),
  AssociatePhoneNumbersWithVoiceConnector: (request) =>
    VoiceConnectors.use((connectors) => connectors.associatePhoneNumbers(request)),
  DisassociatePhoneNumbersFromVoiceConnector: (request) =>
    VoiceConnectors.use((connectors) => connectors.disassociatePhoneNumbers(request)),
  ListPhoneNumbers: (request) => VoiceConnectors.use((connectors) => connectors.listPhoneNumbers(request)),
  GetPhoneNumber: (key) => VoiceConnectors.use((connectors) => connectors.getPhoneNumber(key)),
  SearchAvailablePhoneNumbers: (request) =>
    VoiceConnectors.use((connectors) => connectors.searchAvailablePhoneNumbers(request)),
  CreatePhoneNumberOrder: (request) => VoiceConnectors.use((connectors) => connectors.createPhoneNumberOrder(request)),
  GetPhoneNumberOrder: (key) => VoiceConnectors.use((connectors) => connectors.getPhoneNumberOrder(key)),
}
