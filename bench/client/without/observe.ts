import type * as Real from "../../../packages/http/src/internal/observe.ts"

/** Neither spans nor metrics. */
export const make: typeof Real.make = () => ({
  operation: (_, __, call) => call,
  attempt: (_, __, exchange) => exchange,
  sent: () => {},
  throttled: () => {},
  quota: () => {},
})
