/**
 * The names of the operations, as AWS spells them.
 *
 * They are a module of their own, below the table in `Operations`, since errors hold the name of an operation and the
 * table holds the errors. The compiler asks the table for a row for each name.
 */
import * as Schema from "effect/Schema"

/**
 * The name of an operation, as it stands in AWS's model, in a policy's action after `chime:` and in an SDK's command.
 *
 * @category models
 */
export const OperationName = Schema.Literals([
  "CreateProxySession",
  "GetProxySession",
  "ListProxySessions",
  "UpdateProxySession",
  "DeleteProxySession",
  "PutVoiceConnectorProxy",
  "GetVoiceConnectorProxy",
  "DeleteVoiceConnectorProxy",
  "CreateVoiceConnector",
  "GetVoiceConnector",
  "ListVoiceConnectors",
  "UpdateVoiceConnector",
  "DeleteVoiceConnector",
  "AssociatePhoneNumbersWithVoiceConnector",
  "DisassociatePhoneNumbersFromVoiceConnector",
  "ListPhoneNumbers",
  "GetPhoneNumber",
  "SearchAvailablePhoneNumbers",
  "CreatePhoneNumberOrder",
  "GetPhoneNumberOrder",
])

/**
 * The type of an operation's name.
 *
 * @category models
 */
export type OperationName = typeof OperationName.Type
