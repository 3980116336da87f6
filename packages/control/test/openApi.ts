import { api } from "@proxy-session/control/ControlApi"
import * as OpenApi from "effect/http-api/OpenApi"

/** The description of the control API, as it is kept in `golden`. */
export const document = `${JSON.stringify(OpenApi.fromApi(api), null, 2)}\n`
