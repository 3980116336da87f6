import * as Reader from "@proxy-session/domain/Reader"
import { toWireName } from "./wireName.ts"

export { unread } from "@proxy-session/domain/Reader"

/** Reads JSON whose members have the names of the wire. */
export const read = Reader.make(toWireName)
