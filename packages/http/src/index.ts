/**
 * Proxy sessions over signed HTTP: the live Layer.
 *
 * A module whose main export shares its name is exported flat; a module of functions as a namespace. What needs
 * Node (`NodeTransport`, `UndiciTransport`) is imported by its own path alone.
 */
export type { ConnectionOptions } from "./ConnectionOptions.ts"
export { AwsCredentials, type AwsCredentialProvider, Credentials } from "./Credentials.ts"
export * as Exchange from "./Exchange.ts"
export * as FastSigner from "./FastSigner.ts"
export * as HttpRepo from "./HttpRepo.ts"
export * as HttpVoiceConnectors from "./HttpVoiceConnectors.ts"
export { OptionsError } from "./OptionsError.ts"
export * as Retry from "./Retry.ts"
export { type AttemptHeaders, type Sign, Signer } from "./Signer.ts"
export * as Telemetry from "./Telemetry.ts"
export * as Transport from "./Transport.ts"
