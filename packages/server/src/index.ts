/**
 * Any implementation of the two repositories behind HTTP, in AWS's own wire format, with signatures verified.
 */
export * as AccessKeyFile from "./AccessKeyFile.ts"
export * as Authentication from "./Authentication.ts"
export * as Call from "./Call.ts"
export * as Monitoring from "./Monitoring.ts"
export * as NodeServer from "./NodeServer.ts"
export * as ProxySessionServer from "./ProxySessionServer.ts"
export * as Readiness from "./Readiness.ts"
export * as UnverifiedRequests from "./UnverifiedRequests.ts"
