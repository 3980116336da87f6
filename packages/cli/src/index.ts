/**
 * The `proxy-session` command, as a value: what other programs and tests run in the stead of a process.
 */
export * as Cli from "./Cli.ts"
export * as NodePlatform from "./NodePlatform.ts"
export { Platform } from "./Platform.ts"
