import { tollFreePrefixes } from "../AvailableNumbers.ts"
import type { Listed } from "../Inventory.ts"
import { InventoryNumber } from "../InventoryNumber.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import { instance } from "./instance.ts"

/** A number as the service returns it: AWS's examples have every capability, and no calling name. */
export const inventoryNumber = (listed: Omit<Listed, "place">): InventoryNumber => {
  const { associations, country, createdTimestamp, orderId, phoneNumber, updatedTimestamp } = listed
  return instance(InventoryNumber, {
    phoneNumberId: phoneNumber.replace("+", "%2B"),
    e164PhoneNumber: phoneNumber,
    country,
    type: tollFreePrefixes.includes(PhoneNumber.areaCode(phoneNumber) ?? "") ? "TollFree" : "Local",
    productType: "VoiceConnector",
    status: associations.length > 0 ? "Assigned" : "Unassigned",
    capabilities: {
      inboundCall: true,
      outboundCall: true,
      inboundSMS: true,
      outboundSMS: true,
      inboundMMS: true,
      outboundMMS: true,
    },
    associations: associations.map(({ associatedTimestamp, voiceConnectorId }) => ({
      value: voiceConnectorId,
      name: "VoiceConnectorId" as const,
      ...(associatedTimestamp === undefined ? {} : { associatedTimestamp }),
    })),
    callingNameStatus: "Unassigned",
    ...(createdTimestamp === undefined ? {} : { createdTimestamp }),
    ...(updatedTimestamp === undefined ? {} : { updatedTimestamp }),
    ...(orderId === undefined ? {} : { orderId }),
  })
}
