/**
 * What the service asks of a request beyond the model: rules that depend on its state, or that AWS only documents.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { bad } from "./internal/refused.ts"
import { ExpiryMinutes, maximum } from "./ExpiryMinutes.ts"
import { normalize } from "./PhoneNumber.ts"
import { ProxyConfiguration } from "./ProxyConfiguration.ts"
import type { CreateProxySession, UpdateProxySession } from "./ProxySessionRequest.ts"
import { type BadRequestException, ForbiddenException } from "./ServiceError.ts"
import type { PutVoiceConnectorProxy } from "./VoiceConnectorProxyRequest.ts"

/**
 * The lives that are accepted, in minutes, both ends included.
 *
 * @category models
 */
export interface ExpiryRange {
  readonly minimum: number
  readonly maximum: number
}

/**
 * 1 minute to 12 hours: the range that AWS's own samples and documentation speak of.
 *
 * @category constants
 */
export const defaultExpiryRange: ExpiryRange = { minimum: 1, maximum }

const inRange = (minutes: number, { minimum, maximum }: ExpiryRange): boolean =>
  minutes >= minimum && minutes <= maximum

/**
 * Whether a request for a session may be looked at further, as far as the request itself tells.
 *
 * Refused, as `BadRequestException`, are two equal participants, no capability at all, and a life out of range.
 *
 * @category rules
 */
export const create = (
  request: Pick<CreateProxySession, "capabilities" | "expiryMinutes" | "participantPhoneNumbers">,
  range: ExpiryRange = defaultExpiryRange,
): Result.Result<void, BadRequestException> => {
  const [first, second] = request.participantPhoneNumbers
  if (normalize(first) === normalize(second)) return bad("ParticipantPhoneNumbers must be two different numbers")
  return update(request, range)
}

/**
 * The life, in minutes, that a connector grants a new session: what was asked for, or its own default.
 *
 * A connector without a configuration refuses with `BadRequestException`, and so does one whose default is no life at
 * all (the model sets it no range); a disabled one refuses with `ForbiddenException`.
 *
 * @category rules
 */
export const grant = (
  request: Pick<CreateProxySession, "expiryMinutes">,
  configuration: ProxyConfiguration | undefined,
): Result.Result<ExpiryMinutes | undefined, BadRequestException | ForbiddenException> => {
  if (configuration === undefined) return bad("The Voice Connector has no proxy configuration")
  if (configuration.disabled) {
    return Result.fail(new ForbiddenException({ message: "The proxy configuration is disabled", code: "Forbidden" }))
  }
  const { defaultSessionExpiryMinutes: ownDefault } = configuration
  if (request.expiryMinutes !== undefined || ownDefault === undefined) return Result.succeed(request.expiryMinutes)
  const minutes = ExpiryMinutes.makeOption(ownDefault)
  return Option.isSome(minutes)
    ? Result.succeed(minutes.value)
    : bad("The Voice Connector's DefaultSessionExpiryMinutes must be at least 1")
}

const outOfRange = ({ minimum, maximum }: ExpiryRange, member = "ExpiryMinutes") =>
  bad(`${member} must be from ${minimum} to ${maximum}`)

/**
 * Whether an update may be looked at further, as far as the request itself tells.
 *
 * Refused, as `BadRequestException`, are no capability at all and a life out of range.
 *
 * @category rules
 */
export const update = (
  request: Pick<UpdateProxySession, "capabilities" | "expiryMinutes">,
  range: ExpiryRange = defaultExpiryRange,
): Result.Result<void, BadRequestException> => {
  if (request.capabilities.length === 0) return bad("Capabilities must not be empty")
  if (request.expiryMinutes !== undefined && !inRange(request.expiryMinutes, range)) return outOfRange(range)
  return Result.void
}

/**
 * The configuration that a request sets: all of it, whatever there was before.
 *
 * @category rules
 */
export const configure = (
  request: Pick<
    PutVoiceConnectorProxy,
    "defaultSessionExpiryMinutes" | "disabled" | "fallBackPhoneNumber" | "phoneNumberPoolCountries"
  >,
  range: ExpiryRange = defaultExpiryRange,
): Result.Result<ProxyConfiguration, BadRequestException> => {
  if (!inRange(request.defaultSessionExpiryMinutes, range)) return outOfRange(range, "DefaultSessionExpiryMinutes")
  return Result.succeed(
    new ProxyConfiguration({
      defaultSessionExpiryMinutes: request.defaultSessionExpiryMinutes,
      disabled: request.disabled ?? false,
      phoneNumberCountries: [...request.phoneNumberPoolCountries],
      ...(request.fallBackPhoneNumber === undefined
        ? {}
        : { fallBackPhoneNumber: normalize(request.fallBackPhoneNumber) }),
    }),
  )
}
