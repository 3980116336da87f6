import * as Record from "effect/Record"

/**
 * The operations of AWS's API around telephone numbers that nobody here answers, each with its method and path. With them a
 * refusal can name the call that was missing.
 *
 * Source: the `http` trait of the operations of `chime-sdk-voice` 2022-08-03, and of `chime` 2018-05-01 where they are about
 * Voice Connectors, telephone numbers or SIP.
 */
const operations = {
  AssociatePhoneNumberWithUser: "POST /accounts/{accountId}/users/{userId}?operation=associate-phone-number",
  AssociatePhoneNumbersWithVoiceConnectorGroup:
    "POST /voice-connector-groups/{voiceConnectorGroupId}?operation=associate-phone-numbers",
  BatchDeletePhoneNumber: "POST /phone-numbers?operation=batch-delete",
  BatchUpdatePhoneNumber: "POST /phone-numbers?operation=batch-update",
  CreateSipMediaApplication: "POST /sip-media-applications",
  CreateSipMediaApplicationCall: "POST /sip-media-applications/{sipMediaApplicationId}/calls",
  CreateSipRule: "POST /sip-rules",
  CreateVoiceConnectorGroup: "POST /voice-connector-groups",
  DeletePhoneNumber: "DELETE /phone-numbers/{phoneNumberId}",
  DeleteSipMediaApplication: "DELETE /sip-media-applications/{sipMediaApplicationId}",
  DeleteSipRule: "DELETE /sip-rules/{sipRuleId}",
  DeleteVoiceConnectorEmergencyCallingConfiguration:
    "DELETE /voice-connectors/{voiceConnectorId}/emergency-calling-configuration",
  DeleteVoiceConnectorGroup: "DELETE /voice-connector-groups/{voiceConnectorGroupId}",
  DeleteVoiceConnectorOrigination: "DELETE /voice-connectors/{voiceConnectorId}/origination",
  DeleteVoiceConnectorStreamingConfiguration: "DELETE /voice-connectors/{voiceConnectorId}/streaming-configuration",
  DeleteVoiceConnectorTermination: "DELETE /voice-connectors/{voiceConnectorId}/termination",
  DeleteVoiceConnectorTerminationCredentials:
    "POST /voice-connectors/{voiceConnectorId}/termination/credentials?operation=delete",
  DisassociatePhoneNumberFromUser: "POST /accounts/{accountId}/users/{userId}?operation=disassociate-phone-number",
  DisassociatePhoneNumbersFromVoiceConnectorGroup:
    "POST /voice-connector-groups/{voiceConnectorGroupId}?operation=disassociate-phone-numbers",
  GetGlobalSettings: "GET /settings",
  GetPhoneNumberSettings: "GET /settings/phone-number",
  GetSipMediaApplication: "GET /sip-media-applications/{sipMediaApplicationId}",
  GetSipMediaApplicationAlexaSkillConfiguration:
    "GET /sip-media-applications/{sipMediaApplicationId}/alexa-skill-configuration",
  GetSipMediaApplicationLoggingConfiguration:
    "GET /sip-media-applications/{sipMediaApplicationId}/logging-configuration",
  GetSipRule: "GET /sip-rules/{sipRuleId}",
  GetVoiceConnectorEmergencyCallingConfiguration:
    "GET /voice-connectors/{voiceConnectorId}/emergency-calling-configuration",
  GetVoiceConnectorGroup: "GET /voice-connector-groups/{voiceConnectorGroupId}",
  GetVoiceConnectorLoggingConfiguration: "GET /voice-connectors/{voiceConnectorId}/logging-configuration",
  GetVoiceConnectorOrigination: "GET /voice-connectors/{voiceConnectorId}/origination",
  GetVoiceConnectorStreamingConfiguration: "GET /voice-connectors/{voiceConnectorId}/streaming-configuration",
  GetVoiceConnectorTermination: "GET /voice-connectors/{voiceConnectorId}/termination",
  GetVoiceConnectorTerminationHealth: "GET /voice-connectors/{voiceConnectorId}/termination/health",
  ListAvailableVoiceConnectorRegions: "GET /voice-connector-regions",
  ListPhoneNumberOrders: "GET /phone-number-orders",
  ListSipMediaApplications: "GET /sip-media-applications",
  ListSipRules: "GET /sip-rules",
  ListSupportedPhoneNumberCountries: "GET /phone-number-countries",
  ListVoiceConnectorGroups: "GET /voice-connector-groups",
  ListVoiceConnectorTerminationCredentials: "GET /voice-connectors/{voiceConnectorId}/termination/credentials",
  PutSipMediaApplicationAlexaSkillConfiguration:
    "PUT /sip-media-applications/{sipMediaApplicationId}/alexa-skill-configuration",
  PutSipMediaApplicationLoggingConfiguration:
    "PUT /sip-media-applications/{sipMediaApplicationId}/logging-configuration",
  PutVoiceConnectorEmergencyCallingConfiguration:
    "PUT /voice-connectors/{voiceConnectorId}/emergency-calling-configuration",
  PutVoiceConnectorLoggingConfiguration: "PUT /voice-connectors/{voiceConnectorId}/logging-configuration",
  PutVoiceConnectorOrigination: "PUT /voice-connectors/{voiceConnectorId}/origination",
  PutVoiceConnectorStreamingConfiguration: "PUT /voice-connectors/{voiceConnectorId}/streaming-configuration",
  PutVoiceConnectorTermination: "PUT /voice-connectors/{voiceConnectorId}/termination",
  PutVoiceConnectorTerminationCredentials:
    "POST /voice-connectors/{voiceConnectorId}/termination/credentials?operation=put",
  RestorePhoneNumber: "POST /phone-numbers/{phoneNumberId}?operation=restore",
  UpdateGlobalSettings: "PUT /settings",
  UpdatePhoneNumber: "POST /phone-numbers/{phoneNumberId}",
  UpdatePhoneNumberSettings: "PUT /settings/phone-number",
  UpdateSipMediaApplication: "PUT /sip-media-applications/{sipMediaApplicationId}",
  UpdateSipMediaApplicationCall: "POST /sip-media-applications/{sipMediaApplicationId}/calls/{transactionId}",
  UpdateSipRule: "PUT /sip-rules/{sipRuleId}",
  UpdateVoiceConnectorGroup: "PUT /voice-connector-groups/{voiceConnectorGroupId}",
  ValidateE911Address: "POST /emergency-calling/address",
} as const

interface Pattern {
  readonly method: string
  readonly path: RegExp
  /** The fixed member of the query, such as `operation=restore`. */
  readonly query: string | undefined
}

const patternOf = (row: string): Pattern => {
  const [method = "", target = ""] = row.split(" ")
  const [path = "", query] = target.split("?")
  return { method, path: new RegExp(`^${path.replace(/\{\w+\}/gu, "[^/]+")}$`, "u"), query }
}

const patterns = Object.entries(Record.map(operations, patternOf))

/** The name of the operation that a request asks for, if it is one of those that nobody here answers. */
export const nameOf = (method: string, path: string, query: string): string | undefined =>
  patterns.find(
    ([, each]) =>
      each.method === method &&
      each.path.test(path) &&
      (each.query === undefined || query.split("&").includes(each.query)),
  )?.[0]
