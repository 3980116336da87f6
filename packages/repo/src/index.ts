/**
 * What can be asked of proxy sessions, as services that any transport can stand behind.
 */
export { ProxySessionRepo } from "./ProxySessionRepo.ts"
export { Tenant } from "./Tenant.ts"
export { VoiceConnectorProxyRepo } from "./VoiceConnectorProxyRepo.ts"
