/**
 * Keeps a number of calls in flight for a while, and tells what they took.
 */
export interface Figures {
  readonly calls: number
  readonly callsPerSecond: number
  /** Processor time of this process per call, in microseconds. */
  readonly cpuPerCall: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

export const measure = async (
  call: () => Promise<boolean>,
  {
    inFlight,
    seconds,
    warmUpSeconds,
  }: { readonly inFlight: number; readonly seconds: number; readonly warmUpSeconds: number },
): Promise<Figures> => {
  const run = async (millis: number) => {
    const latencies: Array<number> = []
    const cpu = process.cpuUsage()
    const begun = performance.now()
    const end = begun + millis
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let now = performance.now(); now < end;) {
          if (!(await call())) throw new Error("a call gave a wrong answer")
          const later = performance.now()
          latencies.push(later - now)
          now = later
        }
      }),
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
  await run(warmUpSeconds * 1000)
  return run(seconds * 1000)
}
