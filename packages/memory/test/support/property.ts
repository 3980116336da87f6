/**
 * How a property of this package is tried: always with the same seed, on inputs that grow to the full length that they
 * may have. A failure prints its input, shrunk, and how to play it again.
 */
export const property = (runs: number) => ({ arbitrary: { runs, seed: 20_260_407, size: 60 }, timeout: 120_000 })
