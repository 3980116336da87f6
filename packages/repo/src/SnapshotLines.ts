/**
 * A snapshot as lines of JSON: what `proxy-session export` writes and `proxy-session import` reads.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Snapshot } from "./Snapshot.ts"

/**
 * The format's name and version, which the first line tells.
 *
 * @category constants
 */
export const format = "proxy-session-lines/1"

/**
 * A file is not what {@link encode} writes. It names the line, and never says what is in it.
 *
 * @category errors
 */
export class SnapshotLinesError extends Schema.TaggedError<SnapshotLinesError>()("SnapshotLinesError", {
  line: Schema.Int,
  reason: Schema.String,
}) {
  override get message(): string {
    return `line ${this.line} ${this.reason}`
  }
}

const snapshotFormat: Snapshot["format"] = "proxy-session-memory/1"

/**
 * The lines of a snapshot, without line breaks.
 *
 * The first is the header. Then comes each tenant, followed by its connectors, and each connector, followed by its sessions,
 * their interactions and the numbers that its pairs had last. The last line counts the lines before it, so that a file that was cut off is
 * not read as a whole one.
 *
 * **Example** (One line each)
 *
 * ```ts
 * import * as SnapshotLines from "@proxy-session/repo/SnapshotLines"
 *
 * const lines = SnapshotLines.encode({ format: "proxy-session-memory/1", stores: [{ connectors: [] }] })
 *
 * Array.from(lines) // => ['{"format":"proxy-session-lines/1"}', '{"tenant":{}}', '{"end":{"lines":2}}']
 * ```
 *
 * @category encoding
 */
export function* encode(snapshot: typeof Snapshot.Encoded): Generator<string> {
  const { stores, ...header } = { ...snapshot, format }
  let lines = 0
  const line = (value: object) => {
    lines++
    return JSON.stringify(value)
  }
  yield line(header)
  for (const { connectors, ...tenant } of stores) {
    yield line({ tenant })
    for (const { interactions = [], lastNumbers = [], sessions = [], ...connector } of connectors) {
      yield line({ connector })
      for (const session of sessions) yield line({ session })
      for (const interaction of interactions) yield line({ interaction })
      for (const lastNumber of lastNumbers) yield line({ lastNumber })
    }
  }
  yield line({ end: { lines } })
}

type Members = Readonly<Record<string, unknown>>

const kinds = ["tenant", "connector", "session", "interaction", "lastNumber", "end"] as const

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The snapshot that lines tell. Its structure is checked, and its content is not: give it to `Snapshots.import`, or decode
 * it with `Snapshot`.
 *
 * Fails where a line is no JSON, of no known kind, or out of its place, where the format is another, and where lines are
 * missing. Blank lines are skipped.
 *
 * @category decoding
 */
export const decode = (lines: Iterable<string>): Result.Result<unknown, SnapshotLinesError> => {
  const refuse = (line: number, reason: string) => Result.fail(new SnapshotLinesError({ line, reason }))
  let header: Members | undefined
  let isWhole = false
  let place = 0
  let count = 0
  const stores: Array<Members & { readonly connectors: Array<Members> }> = []
  let connector:
    | {
        readonly sessions: Array<Members>
        readonly interactions: Array<Members>
        readonly lastNumbers: Array<Members>
      }
    | undefined
  for (const text of lines) {
    place++
    if (text.trim() === "") continue
    const value = parse(text)
    if (!isMembers(value)) return refuse(place, "is no JSON object")
    if (header === undefined) {
      if (value["format"] !== format) return refuse(place, `must tell the format ${format}`)
      header = { ...value, format: snapshotFormat }
    } else {
      const [kind, ...others] = Object.keys(value)
      const members = kind === undefined ? undefined : value[kind]
      const known = kinds.find((each) => each === kind)
      if (known === undefined || others.length > 0 || !isMembers(members)) return refuse(place, "is of no known kind")
      if (isWhole) return refuse(place, "comes after the end")
      const store = stores.at(-1)
      if (known === "end") {
        if (members["lines"] !== count) return refuse(place, "counts other lines than there are: some are missing")
        isWhole = true
      } else if (known === "tenant") {
        connector = undefined
        stores.push({ ...members, connectors: [] })
      } else if (known === "connector") {
        if (store === undefined) return refuse(place, "is a connector before any tenant")
        connector = { sessions: [], interactions: [], lastNumbers: [] }
        store.connectors.push({ ...members, ...connector })
      } else {
        if (connector === undefined) return refuse(place, `is a ${known} before any connector`)
        connector[`${known}s`].push(members)
      }
    }
    count++
  }
  if (header === undefined) return refuse(1, `must tell the format ${format}`)
  return isWhole ? Result.succeed({ ...header, stores }) : refuse(place, "is the last, and the end is missing")
}
