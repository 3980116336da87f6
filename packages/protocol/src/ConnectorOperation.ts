/**
 * The part of the wire's table that is about Voice Connectors and telephone numbers.
 */
import * as Domain from "@proxy-session/domain/ConnectorOperations"
import type { InventoryNumber } from "@proxy-session/domain/InventoryNumber"
import type { PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import type { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import * as Output from "./internal/connectorOutput.ts"
import { noAnswer, rowsOf } from "./internal/rows.ts"
import type { Rows } from "./Operation.ts"

const connectors = "/voice-connectors"
const connector = `${connectors}/{VoiceConnectorId}`
const numbers = "/phone-numbers"
const orders = "/phone-number-orders"

const VoiceConnectorAnswer = {
  payload: "voiceConnector",
  write: (value: VoiceConnector) => ({ VoiceConnector: Output.voiceConnector(value) }),
}
const PhoneNumberAnswer = {
  payload: "phoneNumber",
  write: (value: InventoryNumber) => ({ PhoneNumber: Output.inventoryNumber(value) }),
}
const OrderAnswer = {
  payload: "phoneNumberOrder",
  write: (value: PhoneNumberOrder) => ({ PhoneNumberOrder: Output.phoneNumberOrder(value) }),
}
const paged = { nextToken: "next-token", maxResults: "max-results" } as const

const make = rowsOf(Domain.connectorOperations)

/**
 * The twelve operations on Voice Connectors and telephone numbers.
 *
 * Source: the `http` trait of each operation, in which both models agree.
 *
 * @category operations
 */
export const connectorOperations: Rows<keyof typeof Domain.connectorOperations> = {
  CreateVoiceConnector: make("CreateVoiceConnector", {
    method: "POST",
    path: connectors,
    status: 201,
    ...VoiceConnectorAnswer,
  }),
  GetVoiceConnector: make("GetVoiceConnector", {
    method: "GET",
    path: connector,
    status: 200,
    ...VoiceConnectorAnswer,
  }),
  ListVoiceConnectors: make("ListVoiceConnectors", {
    method: "GET",
    path: connectors,
    query: paged,
    status: 200,
    payload: undefined,
    write: Output.voiceConnectorPage,
  }),
  UpdateVoiceConnector: make("UpdateVoiceConnector", {
    method: "PUT",
    path: connector,
    status: 200,
    ...VoiceConnectorAnswer,
  }),
  DeleteVoiceConnector: make("DeleteVoiceConnector", { method: "DELETE", path: connector, ...noAnswer }),
  AssociatePhoneNumbersWithVoiceConnector: make("AssociatePhoneNumbersWithVoiceConnector", {
    method: "POST",
    path: `${connector}?operation=associate-phone-numbers`,
    status: 200,
    payload: undefined,
    write: Output.phoneNumberErrors,
  }),
  DisassociatePhoneNumbersFromVoiceConnector: make("DisassociatePhoneNumbersFromVoiceConnector", {
    method: "POST",
    path: `${connector}?operation=disassociate-phone-numbers`,
    status: 200,
    payload: undefined,
    write: Output.phoneNumberErrors,
  }),
  ListPhoneNumbers: make("ListPhoneNumbers", {
    method: "GET",
    path: numbers,
    query: {
      status: "status",
      productType: "product-type",
      filterName: "filter-name",
      filterValue: "filter-value",
      ...paged,
    },
    status: 200,
    payload: undefined,
    write: Output.inventoryPage,
  }),
  GetPhoneNumber: make("GetPhoneNumber", {
    method: "GET",
    path: `${numbers}/{PhoneNumberId}`,
    status: 200,
    ...PhoneNumberAnswer,
  }),
  SearchAvailablePhoneNumbers: make("SearchAvailablePhoneNumbers", {
    method: "GET",
    path: "/search?type=phone-numbers",
    query: {
      areaCode: "area-code",
      city: "city",
      country: "country",
      state: "state",
      tollFreePrefix: "toll-free-prefix",
      phoneNumberType: "phone-number-type",
      ...paged,
    },
    status: 200,
    payload: undefined,
    write: Output.availablePhoneNumbers,
  }),
  CreatePhoneNumberOrder: make("CreatePhoneNumberOrder", { method: "POST", path: orders, status: 201, ...OrderAnswer }),
  GetPhoneNumberOrder: make("GetPhoneNumberOrder", {
    method: "GET",
    path: `${orders}/{PhoneNumberOrderId}`,
    status: 200,
    ...OrderAnswer,
  }),
}
