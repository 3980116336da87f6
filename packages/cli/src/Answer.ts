/**
 * An answer's body as the AWS CLI reads it: by the shape of the model, and leniently.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as Json from "./internal/json.ts"
import { floatOf, isDict, isList, PythonError, str, typeName, type Value } from "./internal/python.ts"
import type { Shape } from "./Shape.ts"

/**
 * How timestamps are printed: as they were sent, or as Python writes them.
 *
 * @category models
 */
export type Timestamps = "iso8601" | "wire"

/**
 * Reads a body.
 *
 * Members come in the order of the model; those that the model does not know or that are null are left out. Text that is
 * no JSON is an answer without members. Values of another type than the model's stay as they are. It throws what is an
 * error in the AWS CLI, too, such as a list where a structure belongs.
 *
 * @category decoding
 */
export const read = (shape: Shape | undefined, body: string, timestamps: Timestamps = "iso8601"): Value => {
  const members = shape === undefined ? new Map<string, Value>() : shaped(shape, parse(body), timestamps)
  if (members === null) throw new PythonError("'NoneType' object is not iterable")
  return members
}

const parse = (body: string): Value =>
  body === "" ? new Map<string, Value>() : Result.getOrElse(Json.read(body), () => new Map<string, Value>())

const shaped = (shape: Shape, value: Value, timestamps: Timestamps): Value => {
  switch (shape._tag) {
    case "List":
      return elements(value).map((each) => shaped(shape.element, each, timestamps))
    case "Structure": {
      if (value === null) return null
      if (!isDict(value)) throw new PythonError(`'${typeName(value)}' object has no attribute 'get'`)
      return new Map(
        shape.members.flatMap(({ shape, wireName }): ReadonlyArray<readonly [string, Value]> => {
          const member = value.get(wireName) ?? null
          return member === null ? [] : [[wireName, shaped(shape, member, timestamps)]]
        }),
      )
    }
    case "Timestamp":
      return timestamps === "wire" ? value : timestamp(value)
    default:
      return value
  }
}

/** What Python iterates over, characters and names included. */
const elements = (value: Value): ReadonlyArray<Value> => {
  if (isList(value)) return value
  if (isDict(value)) return [...value.keys()]
  if (typeof value === "string") return Array.from(value)
  throw new PythonError(`'${typeName(value)}' object is not iterable`)
}

/** The forms of ISO 8601, with and without its signs. */
const iso =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/iu

/** An instant as Python writes it: microseconds if there are any, and an offset where there was one. */
const timestamp = (value: Value): string => {
  const seconds = typeof value === "string" ? floatOf(value) : isNumeric(value) ? Number(value) : undefined
  if (seconds !== undefined && Number.isFinite(seconds)) return ofEpoch(seconds)
  const text = str(value)
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = ""] =
    iso.exec(text.trim()) ?? []
  if (year === undefined) {
    const problem =
      typeof value === "string"
        ? `Unknown string format: ${value}`
        : `Parser must be a string or character stream, not ${typeName(value)}`
    throw new PythonError(`Invalid timestamp "${text}": ${problem}`)
  }
  const micros = fraction.slice(0, 6).padEnd(6, "0")
  const [, sign, hours, minutes = "00"] = /^([+-])(\d\d):?(\d\d)?$/u.exec(zone) ?? []
  const offset = sign === undefined ? (zone === "" ? "" : "+00:00") : `${sign}${hours}:${minutes}`
  return (
    `${year}-${month}-${day}T${hour}:${minute}:${second}` +
    `${Number(micros) === 0 ? "" : `.${micros}`}${offset.replace("-00:00", "+00:00")}`
  )
}

const isNumeric = (value: Value): value is bigint | boolean | number =>
  typeof value === "bigint" || typeof value === "boolean" || typeof value === "number"

const ofEpoch = (seconds: number): string => {
  const micros = BigInt(Math.round(seconds * 1_000_000))
  const whole = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n)
  const fraction = micros - whole * 1_000_000n
  const date = DateTime.formatIso(DateTime.makeUnsafe(Number(whole) * 1000)).slice(0, 19)
  return `${date}${fraction === 0n ? "" : `.${String(fraction).padStart(6, "0")}`}+00:00`
}
