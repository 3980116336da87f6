/**
 * Brings an older format up to today's, step by step. What is of no known format stays as it is, and is refused later.
 */
export const migrate = (json: unknown): unknown => {
  const step = typeof json === "object" && json !== null && "format" in json ? steps.get(json.format) : undefined
  return step === undefined ? json : migrate(step(Object(json)))
}

/** Format 1 knew neither ticks nor an epoch: its calls are taken to have been made one after the other. */
const fromFirst = ({ interactions }: { readonly interactions?: unknown }): unknown => ({
  format: "proxy-session-cassette/2",
  checksum: "",
  epoch: "1970-01-01T00:00:00.000Z",
  interactions: Array.isArray(interactions)
    ? interactions.map((each: unknown, index) =>
        typeof each === "object" && each !== null ? { ...each, ticks: [2 * index, 2 * index + 1] } : each,
      )
    : interactions,
})

const steps: ReadonlyMap<unknown, (json: { readonly interactions?: unknown }) => unknown> = new Map([
  ["proxy-session-cassette/1", fromFirst],
])
