import * as Real from "@proxy-session/protocol/WireResponse"

export { encode } from "@proxy-session/protocol/WireResponse"

let first: object | undefined

/** What was decoded first, whatever comes. */
export const decode: typeof Real.decode = (...args) => Object((first ??= Real.decode(...args)))
