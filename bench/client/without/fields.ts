import { ProxySession } from "@proxy-session/domain/ProxySession"
import * as Schema from "effect/Schema"
import * as Real from "../../../packages/protocol/src/internal/reader.ts"

export const { unread } = Real

const members = Schema.Struct(ProxySession.fields)

/** The members of a session, of no class. */
export const read: typeof Real.read = (...[, json]: Parameters<typeof Real.read>) => Object(Real.read(members, json))
