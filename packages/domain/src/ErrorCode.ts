/**
 * The codes and names of errors that are known to hold no secret.
 *
 * A service, a proxy or a client can put any text into a code, so what may be shown or written is listed here.
 */
import * as CommonError from "./CommonError.ts"

/** Source: shape `ErrorCode` of both models. */
const codes: ReadonlySet<string> = new Set([
  "AccessDenied",
  "BadRequest",
  "Conflict",
  "Forbidden",
  "Gone",
  "NotFound",
  "PhoneNumberAssociationsExist",
  "PreconditionFailed",
  "ResourceLimitExceeded",
  "ServiceFailure",
  "ServiceUnavailable",
  "Throttled",
  "Throttling",
  "Unauthorized",
  "Unprocessable",
  "VoiceConnectorGroupAssociationsExist",
])

/** Codes of the platform by name, those of its parts by their prefixes. OpenSSL's also name versions of protocols. */
const platform = new RegExp(
  `^(?:${[
    "E(?:ACCES|ADDRNOTAVAIL|CONNABORTED|CONNREFUSED|CONNRESET|HOSTDOWN|HOSTUNREACH|MFILE|NETDOWN|NETUNREACH|NFILE|NOENT)",
    "E(?:NOTFOUND|PERM|PIPE|PROTO|TIMEDOUT)",
    "(?:CERT|CRL|EAI|HPE|ERR_TLS_CERT|UNABLE_TO|UND_ERR)_[A-Z_]{1,60}",
    "DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE",
    "ERR_SSL_(?:(?:SSLV3|TLSV1|TLSV13)_)?[A-Z_/]{1,60}",
  ].join("|")})$`,
  "u",
)

/**
 * Whether a text is a code of the platform: of Node's sockets, resolver, certificate checks and HTTP parser, of undici or
 * OpenSSL.
 *
 * @category predicates
 */
export const isPlatformCode = (code: string): boolean => platform.test(code)

/**
 * Whether a text is a code of the service's models, the name of an exception with such a code, the name of one of AWS's
 * common errors, or a code of the platform.
 *
 * **Example** (A code and a text that only looks like one)
 *
 * ```ts
 * import * as ErrorCode from "@proxy-session/domain/ErrorCode"
 *
 * ErrorCode.isKnown("GoneException") // => true
 * ErrorCode.isKnown("AliceLiddell") // => false
 * ```
 *
 * @category predicates
 */
export const isKnown = (code: string): boolean =>
  codes.has(code.replace(/(?:Client)?Exception$/u, "")) ||
  CommonError.reasonOf(code) !== undefined ||
  isPlatformCode(code)
