/**
 * Keeps a number of calls in flight for a while, and tells what they took.
 */

/**
 * Keeps calls in flight while `goesOn` says so, asked with the time before each, and tells of each how many milliseconds
 * it took. A wrong answer is an error.
 */
export type Calls = (
  inFlight: number,
  goesOn: (now: number) => boolean,
  took: (millis: number) => void,
) => Promise<void>

export interface Figures {
  readonly calls: number
  readonly callsPerSecond: number
  /** Processor time of this process per call, in microseconds. */
  readonly cpuPerCall: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

export const measure = async (calls: Calls, inFlight: number, seconds: number): Promise<Figures> => {
  const latencies: Array<number> = []
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const end = begun + seconds * 1000
  await calls(
    inFlight,
    (now) => now < end,
    (millis) => void latencies.push(millis),
  )
  const elapsed = performance.now() - begun
  const { system, user } = process.cpuUsage(cpu)
  latencies.sort((one, other) => one - other)
  const percentile = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return {
    calls: latencies.length,
    callsPerSecond: (latencies.length / elapsed) * 1000,
    cpuPerCall: (system + user) / latencies.length,
    p50: percentile(0.5),
    p99: percentile(0.99),
  }
}
