/**
 * How proxy sessions are asked for and answered over HTTP: AWS's restJson1 wire format, for both sides of it.
 */
export * as CanonicalRequest from "./CanonicalRequest.ts"
export * as Endpoint from "./Endpoint.ts"
export * as ErrorFormat from "./ErrorFormat.ts"
export * as Operation from "./Operation.ts"
export * as RetryClass from "./RetryClass.ts"
export * as Sha256 from "./Sha256.ts"
export * as Uuid from "./Uuid.ts"
export * as WireRequest from "./WireRequest.ts"
export * as WireResponse from "./WireResponse.ts"
