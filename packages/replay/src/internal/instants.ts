import * as DateTime from "effect/DateTime"
import type * as Schema from "effect/Schema"
import { canonical, type Outcome } from "../Cassette.ts"
import { uncapitalized } from "./uncapitalized.ts"

const instants: ReadonlySet<string> = new Set(["createdTimestamp", "endedTimestamp", "updatedTimestamp"])

const isInstant = (member: string): boolean => instants.has(uncapitalized(member))

const requestIds: ReadonlySet<string> = new Set(["requestId", "x-amzn-requestid"])

/** Whether a member's value differs from one recording to the next though nothing has changed. */
export const isVolatile = (member: string): boolean => isInstant(member) || requestIds.has(member)

/** The outcome of before where it differs from this one in instants and request ids alone. */
export const quiet = (outcome: typeof Outcome.Type, before: typeof Outcome.Type | undefined): typeof Outcome.Type =>
  before !== undefined && canonical(still(outcome)) === canonical(still(before)) ? before : outcome

const still = (outcome: typeof Outcome.Type): unknown =>
  map(content(outcome), (member) => (isVolatile(member) ? null : undefined))

/** The outcome with its instants moved by so many milliseconds. */
export const shifted = (outcome: typeof Outcome.Type, by: number): typeof Outcome.Type => {
  if (by === 0) return outcome
  const move = (json: Schema.Json) =>
    map(json, (member, value) =>
      isInstant(member) && typeof value === "string"
        ? DateTime.formatIso(DateTime.add(DateTime.makeUnsafe(value), { milliseconds: by }))
        : undefined,
    )
  switch (outcome._tag) {
    case "Success":
      return { _tag: "Success", value: move(outcome.value) }
    case "Failure":
      return { _tag: "Failure", error: move(outcome.error) }
    case "Interrupted":
    case "InterruptedItself":
    case "Died":
      return outcome
  }
}

const content = (outcome: typeof Outcome.Type): Schema.Json => {
  switch (outcome._tag) {
    case "Success":
      return [outcome._tag, outcome.value]
    case "Failure":
      return [outcome._tag, outcome.error]
    case "Interrupted":
    case "InterruptedItself":
      return [outcome._tag]
    case "Died":
      return [outcome._tag, outcome.defect, outcome.detail]
  }
}

/** Replaces the members for which there is a replacement, however deep. */
const map = (
  json: Schema.Json,
  replace: (member: string, value: Schema.Json) => Schema.Json | undefined,
): Schema.Json => {
  if (Array.isArray(json)) return json.map((each) => map(each, replace))
  if (typeof json !== "object" || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([member, value]) => {
      const replaced = replace(member, value)
      return [member, replaced === undefined ? map(value, replace) : replaced]
    }),
  )
}
