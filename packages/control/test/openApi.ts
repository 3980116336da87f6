import { specification } from "@proxy-session/control/ControlApi"

/** The description of the control API, as it is kept in `golden`. */
export const document = `${JSON.stringify(specification(), null, 2)}\n`
