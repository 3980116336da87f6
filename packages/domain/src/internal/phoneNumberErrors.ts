import type { PhoneNumber } from "../PhoneNumber.ts"
import { PhoneNumberError } from "../PhoneNumberError.ts"
import { instance } from "./instance.ts"

const error =
  (errorCode: "NotFound" | "PhoneNumberAssociationsExist", errorMessage: string) =>
  (phoneNumberId: PhoneNumber): PhoneNumberError =>
    instance(PhoneNumberError, { phoneNumberId, errorCode, errorMessage })

export const notInInventory = error("NotFound", "The phone number is not in the inventory: order it first")
export const notAssociated = error("NotFound", "The phone number is not associated with the Voice Connector")
export const associatedElsewhere = error(
  "PhoneNumberAssociationsExist",
  "The phone number is associated with another Voice Connector: disassociate it, or set ForceAssociate",
)
