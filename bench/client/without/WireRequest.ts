import * as Real from "@proxy-session/protocol/WireRequest"

export { decode, pathOf, queryOf, queryString, route } from "@proxy-session/protocol/WireRequest"

let first: Real.WireRequest | undefined

/** The request that was encoded first. */
export const encode: typeof Real.encode = (operation, request) => (first ??= Real.encode(operation, request))
