import { parseDocument } from "yaml"
import type { Value } from "./python.ts"

/** Reads a document of YAML 1.2, as the AWS CLI does; `undefined` for what is none. */
export const read = (text: string): { readonly value: Value } | undefined => {
  const document = parseDocument(text, { intAsBigInt: true, logLevel: "silent" })
  if (document.errors.length > 0) return undefined
  return { value: valueOf(document.toJS({ mapAsMap: true })) }
}

const valueOf = (value: unknown): Value => {
  if (Array.isArray(value)) return value.map(valueOf)
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [String(key), valueOf(each)]))
  switch (typeof value) {
    case "bigint":
    case "boolean":
    case "number":
    case "string":
      return value
    default:
      return null
  }
}
