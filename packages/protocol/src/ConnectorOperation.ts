/**
 * The part of the wire's table that is about Voice Connectors and telephone numbers.
 */
import * as Domain from "@proxy-session/domain/ConnectorOperations"
import { noAnswer, rowsOf } from "./internal/rows.ts"
import type { Rows } from "./Operation.ts"

const connectors = "/voice-connectors"
const connector = `${connectors}/{VoiceConnectorId}`
const numbers = "/phone-numbers"
const orders = "/phone-number-orders"

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
    payload: "voiceConnector",
  }),
  GetVoiceConnector: make("GetVoiceConnector", {
    method: "GET",
    path: connector,
    status: 200,
    payload: "voiceConnector",
  }),
  ListVoiceConnectors: make("ListVoiceConnectors", {
    method: "GET",
    path: connectors,
    query: paged,
    status: 200,
    payload: undefined,
  }),
  UpdateVoiceConnector: make("UpdateVoiceConnector", {
    method: "PUT",
    path: connector,
    status: 200,
    payload: "voiceConnector",
  }),
  DeleteVoiceConnector: make("DeleteVoiceConnector", { method: "DELETE", path: connector, ...noAnswer }),
  AssociatePhoneNumbersWithVoiceConnector: make("AssociatePhoneNumbersWithVoiceConnector", {
    method: "POST",
    path: `${connector}?operation=associate-phone-numbers`,
    status: 200,
    payload: undefined,
  }),
  DisassociatePhoneNumbersFromVoiceConnector: make("DisassociatePhoneNumbersFromVoiceConnector", {
    method: "POST",
    path: `${connector}?operation=disassociate-phone-numbers`,
    status: 200,
    payload: undefined,
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
  }),
  GetPhoneNumber: make("GetPhoneNumber", {
    method: "GET",
    path: `${numbers}/{PhoneNumberId}`,
    status: 200,
    payload: "phoneNumber",
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
  }),
  CreatePhoneNumberOrder: make("CreatePhoneNumberOrder", {
    method: "POST",
    path: orders,
    status: 201,
    payload: "phoneNumberOrder",
  }),
  GetPhoneNumberOrder: make("GetPhoneNumberOrder", {
    method: "GET",
    path: `${orders}/{PhoneNumberOrderId}`,
    status: 200,
    payload: "phoneNumberOrder",
  }),
}
