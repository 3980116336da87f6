import { canonical, type Interaction } from "../Cassette.ts"

/** What calls are told apart by: equal ones have the same. */
export const keyOf = ({ operation, request }: Pick<Interaction, "operation" | "request">): string =>
  `${operation} ${canonical(request)}`
