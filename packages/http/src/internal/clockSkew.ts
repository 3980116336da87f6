import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/** How far the service's clock is ahead of ours, in milliseconds, as far as its answers have told. */
export interface ClockSkew {
  readonly offset: () => number
  /** Looks at the `Date` of an answer to a request, and sets the offset right where it is wrong. */
  readonly observe: (headers: Readonly<Record<string, string | undefined>>, sent: number, received: number) => void
}

/** Below this the service accepts a signature all the same. */
const threshold = 4 * 60_000

/** After a longer round trip the date says nothing about now. */
const longestRoundTrip = 15 * 60_000

/** A clock that is further off is somebody's lie rather than a mistake. */
const largestOffset = 24 * 60 * 60_000

export const none: ClockSkew = { offset: () => 0, observe: () => undefined }

/** Source: the clock skew rules that AWS's SDKs follow since July 2026; the largest offset is ours. */
export const make = (): ClockSkew => {
  let offset = 0
  let latest: { readonly text: string; readonly at: number | undefined } = { text: "", at: undefined }

  const read = (text: string): number | undefined => {
    // Answers within a second have the same date, so most are not parsed.
    if (text !== latest.text) {
      latest = { text, at: Option.getOrUndefined(Option.map(DateTime.make(text), DateTime.toEpochMillis)) }
    }
    return latest.at
  }

  return {
    offset: () => offset,
    observe: (headers, sent, received) => {
      const { age, date } = headers
      if (date === undefined || age !== undefined || received - sent > longestRoundTrip) return
      const server = read(date)
      if (server === undefined) return
      const difference = server - received
      if (Math.abs(difference) > largestOffset || Math.abs(difference - offset) < threshold) return
      offset = Math.abs(difference) < threshold ? 0 : difference
    },
  }
}
