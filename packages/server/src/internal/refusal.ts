/**
 * What the server says by itself, before a repository is asked. No message repeats anything that was sent, except names
 * of headers that the signature itself lists.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import { operations } from "@proxy-session/protocol/Operation"
import type { RouteError } from "@proxy-session/protocol/WireRequest"

/** An error answer, and the headers that come with it. */
export interface Refusal extends ErrorFormat.WireError {
  readonly headers?: Readonly<Record<string, string>>
}

const make =
  (status: number, code: string) =>
  (message: string): ErrorFormat.WireError => ({ status, type: `${code}Exception`, code, message })

const badRequest = make(ErrorFormat.exceptions.BadRequestException.status, "BadRequest")
const missingToken = make(403, "MissingAuthenticationToken")
const incomplete = make(400, "IncompleteSignature")
const invalid = make(403, "InvalidSignature")

export const malformedPath = badRequest("The path is not well formed")

export const route = (error: RouteError): Refusal => {
  if (error._tag === "MalformedPath") return malformedPath
  if (error._tag === "UnknownPath") return unknownPath("No operation has this path")
  if (error._tag === "UnknownQuery") {
    return unknownPath(`No operation of this path has this query: it must hold ${error.allowed.join(" or ")}`)
  }
  return {
    ...make(405, "UnknownOperation")("No operation of this path has this method"),
    headers: { allow: error.allowed.join(", ") },
  }
}

const unknownPath = make(404, "UnknownOperation")

/** An operation of AWS's that nobody here answers. A log of the client's then tells which call was missing. */
export const notImplemented = (name: string) =>
  make(501, "NotImplemented")(`${name} is not implemented here; what is: ${Object.keys(operations).join(", ")}`)

/** The path of an operation, below a path that is the client's alone. */
export const unknownBasePath = unknownPath(
  "No operation has this path, but the end of it has one: " +
    "the path at the end of the client's endpoint must be the base path of the server (basePath, --base-path)",
)
export const outsideBasePath = (basePath: string) =>
  unknownPath(`This server's operations are below ${basePath}: the client's endpoint must end in it`)

export const repeatedHost = badRequest("The header host must be given once")
/** Nobody can tell where such a body ends. */
export const unknownEncoding: Refusal = {
  ...badRequest("The only encoding for a transfer is chunked"),
  headers: { connection: "close" },
}
export const unreadableBody = badRequest("The body could not be read")
export const tooLarge = (limit: number) =>
  make(413, "RequestEntityTooLarge")(`The body must be at most ${limit} bytes long`)

export const failure: ErrorFormat.WireError = {
  ...ErrorFormat.exceptions.ServiceFailureException,
  type: "ServiceFailureException",
  message: "The service failed",
}

export const missing = missingToken(
  "The request has no Authorization header: sign it, or have the server take unsigned requests (--no-auth)",
)
export const presigned = missingToken("A signature in the query is not accepted; sign the headers")

export const malformed = incomplete(
  "Authorization must be AWS4-HMAC-SHA256 with Credential, SignedHeaders in order, and Signature",
)
export const malformedDate = incomplete("X-Amz-Date must be of the form 20060102T150405Z")
export const absent = (header: string) => incomplete(`The signed header ${header} is not there`)
export const unsigned = (header: string) => incomplete(`The header ${header} must be signed`)
export const repeated = (header: string) => incomplete(`The header ${header} must be given once`)

export const service = invalid("The credential must be scoped to the service chime and end in aws4_request")
export const region = (name: string) => invalid(`The credential must be scoped to the region ${name}`)
export const day = invalid("The date in the credential's scope must be that of X-Amz-Date")
// An SDK of AWS's tries again after these first two words.
export const expired = invalid("Signature expired: X-Amz-Date is too far from the time in this answer's Date header")
export const contentHash = invalid(
  "X-Amz-Content-Sha256 must be the hash of the body, which a proxy in between must pass on as it was signed",
)
export const mismatch = invalid(
  "The access key is unknown, the session token is not that of the key, or the signature does not match. If all of " +
    "them are right, a proxy in between has rewritten Host, the path or the query, and must pass them on as they were signed",
)

const forbidden = make(ErrorFormat.exceptions.ForbiddenException.status, "Forbidden")

/** All operations declare this exception; the action is what IAM calls the operation. */
export const readOnly = (operation: OperationName) =>
  forbidden(`The access key may only read; it is not authorized to perform chime:${operation}`)
