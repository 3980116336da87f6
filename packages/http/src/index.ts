/**
 * Proxy sessions over signed HTTP: the live Layer.
 *
 * A module whose main export shares its name is exported flat; a module of functions as a namespace.
 */
export { AwsCredentials, type AwsCredentialProvider, Credentials } from "./Credentials.ts"
export * as HttpRepo from "./HttpRepo.ts"
export * as SigV4 from "./SigV4.ts"
