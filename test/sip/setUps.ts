/**
 * How long calls took to set up, as both sides have it.
 */
import type { Side } from "./trunk.ts"

const callIdOf = (text: string) => /^Call-ID: *(.*?)\r?$/mu.exec(text)?.[1] ?? ""

/** The milliseconds from the first INVITE to the first 200 for it, by Call-ID. */
const delays = ({ messages }: Side): ReadonlyMap<string, number> => {
  const began = new Map<string, number>()
  const took = new Map<string, number>()
  for (const { at, text } of messages) {
    const callId = callIdOf(text)
    if (text.startsWith("INVITE ") && !began.has(callId)) began.set(callId, at)
    const start = began.get(callId)
    if (
      start !== undefined &&
      text.startsWith("SIP/2.0 200 ") &&
      /^CSeq: *\d+ INVITE/mu.test(text) &&
      !took.has(callId)
    ) {
      took.set(callId, at - start)
    }
  }
  return took
}

/** What a proxy adds to the callee's own delay, in milliseconds. */
export const setUps = ({ callee, caller }: Record<"callee" | "caller", Side>) => {
  const own = delays(callee)
  const added = [...delays(caller)].flatMap(([callId, took]) => {
    const delay = own.get(callId)
    return delay === undefined ? [] : [took - delay]
  })
  const sorted = added.toSorted((a, b) => a - b)
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { count: sorted.length, added: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) } }
}
