/**
 * Calls and texts through masked numbers: the webhooks of carriers, and a JSON endpoint for SIP proxies.
 */
export * as Bandwidth from "./Bandwidth.ts"
export { CallLimits, type CallLimitsOptions } from "./CallLimits.ts"
export * from "./Carrier.ts"
export * as Form from "./Form.ts"
export * as Gateway from "./Gateway.ts"
export { AmbiguousTenant } from "./GatewayTenant.ts"
export * as Jambonz from "./Jambonz.ts"
export * as Plivo from "./Plivo.ts"
export * as RouteApi from "./RouteApi.ts"
export { Sender, SendError } from "./Sender.ts"
export * as SignalWire from "./SignalWire.ts"
export * as Somleng from "./Somleng.ts"
export * as Telnyx from "./Telnyx.ts"
export * as Twilio from "./Twilio.ts"
export * as Vonage from "./Vonage.ts"
