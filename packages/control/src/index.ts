/**
 * What a stand-in needs besides the API, for tests in any language: state, faults, clock, journal and events.
 */
export * as Account from "./Account.ts"
export * as ClockChange from "./ClockChange.ts"
export * as Control from "./Control.ts"
export * as ControlApi from "./ControlApi.ts"
export * as ControlEvent from "./ControlEvent.ts"
export * as ControlServer from "./ControlServer.ts"
export * as Fault from "./Fault.ts"
export * as Journal from "./Journal.ts"
export * as Seed from "./Seed.ts"
export * as StandIn from "./StandIn.ts"
