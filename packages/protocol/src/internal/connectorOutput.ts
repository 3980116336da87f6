import type { AvailablePhoneNumbers, InventoryNumber, InventoryPage } from "@proxy-session/domain/InventoryNumber"
import type { PhoneNumberError, PhoneNumberErrors } from "@proxy-session/domain/PhoneNumberError"
import type { OrderedPhoneNumber, PhoneNumberOrder } from "@proxy-session/domain/PhoneNumberOrder"
import type { VoiceConnector, VoiceConnectorPage } from "@proxy-session/domain/VoiceConnector"
import { instant, type Members } from "./members.ts"

export const voiceConnector = (connector: VoiceConnector) =>
  ({
    AwsRegion: connector.awsRegion ?? null,
    CreatedTimestamp: instant(connector.createdTimestamp),
    IntegrationType: connector.integrationType ?? null,
    Name: connector.name ?? null,
    NetworkType: connector.networkType ?? null,
    OutboundHostName: connector.outboundHostName ?? null,
    RequireEncryption: connector.requireEncryption ?? null,
    UpdatedTimestamp: instant(connector.updatedTimestamp),
    VoiceConnectorArn: connector.voiceConnectorArn ?? null,
    VoiceConnectorId: connector.voiceConnectorId,
  }) satisfies Members<VoiceConnector>

export const voiceConnectorPage = ({ nextToken, voiceConnectors }: VoiceConnectorPage) =>
  ({
    NextToken: nextToken ?? null,
    VoiceConnectors: voiceConnectors.map(voiceConnector),
  }) satisfies Members<VoiceConnectorPage>

export const inventoryNumber = (number: InventoryNumber) =>
  ({
    Associations: number.associations.map(association),
    CallingName: number.callingName ?? null,
    CallingNameStatus: number.callingNameStatus ?? null,
    Capabilities: number.capabilities === undefined ? null : capabilities(number.capabilities),
    Country: number.country ?? null,
    CreatedTimestamp: instant(number.createdTimestamp),
    DeletionTimestamp: instant(number.deletionTimestamp),
    E164PhoneNumber: number.e164PhoneNumber,
    OrderId: number.orderId ?? null,
    PhoneNumberId: number.phoneNumberId,
    ProductType: number.productType ?? null,
    Status: number.status ?? null,
    Type: number.type ?? null,
    UpdatedTimestamp: instant(number.updatedTimestamp),
  }) satisfies Members<InventoryNumber>

type Association = InventoryNumber["associations"][number]

const association = ({ associatedTimestamp, name, value }: Association) =>
  ({
    AssociatedTimestamp: instant(associatedTimestamp),
    Name: name ?? null,
    Value: value ?? null,
  }) satisfies Members<Association>

type Capabilities = NonNullable<InventoryNumber["capabilities"]>

const capabilities = (value: Capabilities) =>
  ({
    InboundCall: value.inboundCall ?? null,
    InboundMMS: value.inboundMMS ?? null,
    InboundSMS: value.inboundSMS ?? null,
    OutboundCall: value.outboundCall ?? null,
    OutboundMMS: value.outboundMMS ?? null,
    OutboundSMS: value.outboundSMS ?? null,
  }) satisfies Members<Capabilities>

export const inventoryPage = ({ nextToken, phoneNumbers }: InventoryPage) =>
  ({ NextToken: nextToken ?? null, PhoneNumbers: phoneNumbers.map(inventoryNumber) }) satisfies Members<InventoryPage>

export const availablePhoneNumbers = ({ e164PhoneNumbers, nextToken }: AvailablePhoneNumbers) =>
  ({ E164PhoneNumbers: e164PhoneNumbers, NextToken: nextToken ?? null }) satisfies Members<AvailablePhoneNumbers>

export const phoneNumberErrors = ({ phoneNumberErrors: errors }: PhoneNumberErrors) =>
  ({ PhoneNumberErrors: errors.map(phoneNumberError) }) satisfies Members<PhoneNumberErrors>

const phoneNumberError = ({ errorCode, errorMessage, phoneNumberId }: PhoneNumberError) =>
  ({
    ErrorCode: errorCode ?? null,
    ErrorMessage: errorMessage ?? null,
    PhoneNumberId: phoneNumberId,
  }) satisfies Members<PhoneNumberError>

export const phoneNumberOrder = (order: PhoneNumberOrder) =>
  ({
    CreatedTimestamp: instant(order.createdTimestamp),
    OrderType: order.orderType ?? null,
    OrderedPhoneNumbers: order.orderedPhoneNumbers.map(ordered),
    PhoneNumberOrderId: order.phoneNumberOrderId,
    ProductType: order.productType ?? null,
    Status: order.status ?? null,
    UpdatedTimestamp: instant(order.updatedTimestamp),
  }) satisfies Members<PhoneNumberOrder>

const ordered = ({ e164PhoneNumber, status }: OrderedPhoneNumber) =>
  ({ E164PhoneNumber: e164PhoneNumber, Status: status ?? null }) satisfies Members<OrderedPhoneNumber>
