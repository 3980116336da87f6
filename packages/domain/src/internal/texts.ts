import * as Schema from "effect/Schema"
import * as Role from "../Role.ts"

/** Texts of errors, by what they are about. */
export const prose = Schema.String.annotate(Role.annotation("prose"))
export const code = Schema.String.annotate(Role.annotation("code"))
export const requestId = Schema.String.annotate(Role.annotation("id"))
