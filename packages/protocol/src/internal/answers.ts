import type { InventoryNumber } from "@proxy-session/domain/InventoryNumber"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { SuccessOf } from "@proxy-session/domain/Operations"
import type { PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import type { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import type { VoiceConnector } from "@proxy-session/domain/VoiceConnector"
import * as ConnectorOutput from "./connectorOutput.ts"
import * as Output from "./output.ts"

const session = (value: ProxySession) => ({ ProxySession: Output.proxySession(value) })
const proxy = (value: ProxyConfiguration) => ({ Proxy: Output.proxy(value) })
const connector = (value: VoiceConnector) => ({ VoiceConnector: ConnectorOutput.voiceConnector(value) })
const number = (value: InventoryNumber) => ({ PhoneNumber: ConnectorOutput.inventoryNumber(value) })
const order = (value: PhoneNumberOrder) => ({ PhoneNumberOrder: ConnectorOutput.phoneNumberOrder(value) })
const nothing = () => undefined

/** What makes the JSON of each operation's answer. The table of operations is without it, since a client only reads. */
export const answers: { readonly [Name in OperationName]: (value: SuccessOf[Name]) => object | undefined } = {
  CreateProxySession: session,
  GetProxySession: session,
  ListProxySessions: Output.page,
  UpdateProxySession: session,
  DeleteProxySession: nothing,
  PutVoiceConnectorProxy: proxy,
  GetVoiceConnectorProxy: proxy,
  DeleteVoiceConnectorProxy: nothing,
  CreateVoiceConnector: connector,
  GetVoiceConnector: connector,
  ListVoiceConnectors: ConnectorOutput.voiceConnectorPage,
  UpdateVoiceConnector: connector,
  DeleteVoiceConnector: nothing,
  AssociatePhoneNumbersWithVoiceConnector: ConnectorOutput.phoneNumberErrors,
  DisassociatePhoneNumbersFromVoiceConnector: ConnectorOutput.phoneNumberErrors,
  ListPhoneNumbers: ConnectorOutput.inventoryPage,
  GetPhoneNumber: number,
  SearchAvailablePhoneNumbers: ConnectorOutput.availablePhoneNumbers,
  CreatePhoneNumberOrder: order,
  GetPhoneNumberOrder: order,
}
