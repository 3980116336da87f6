import * as Json from "./json.ts"
import { compareText, isDict, isList, type Value } from "./python.ts"

/** A value in YAML's block style, members in the order of their names. A scalar alone is JSON, which is YAML as well. */
export const yaml = (value: Value): string =>
  isDict(value) || isList(value) ? lines(value).join("\n") : Json.write(value)

const lines = (value: Value): ReadonlyArray<string> => {
  if (isList(value)) {
    return value.length === 0 ? ["[]"] : value.flatMap((element) => under("- ", "  ", lines(element)))
  }
  if (!isDict(value)) return [scalar(value)]
  const members = [...value].toSorted(([a], [b]) => compareText(a, b))
  return members.length === 0 ? ["{}"] : members.flatMap(([name, inner]) => member(scalar(name), inner))
}

const member = (name: string, value: Value): ReadonlyArray<string> => {
  const inner = lines(value)
  const isBlock = (isList(value) && value.length > 0) || (isDict(value) && value.size > 0)
  if (!isBlock) return [`${name}: ${inner.join("")}`]
  return [`${name}:`, ...(isList(value) ? inner : inner.map((line) => `  ${line}`))]
}

const under = (first: string, rest: string, inner: ReadonlyArray<string>): ReadonlyArray<string> =>
  inner.map((line, index) => `${index === 0 ? first : rest}${line}`)

/** Text stays bare only where every reader of YAML 1.1 or 1.2 takes it for text. */
export const scalar = (value: Value): string => {
  if (typeof value === "number") return number(value)
  if (typeof value !== "string") return Json.write(value)
  if (/^[A-Za-z][\w -]*(?<! )$/u.test(value) && !/^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/iu.test(value))
    return value
  return /^[\x20-\x7e\u00a0-\ud7ff]*$/u.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}

const number = (value: number): string =>
  Number.isNaN(value) ? ".nan" : Number.isFinite(value) ? Json.write(value) : value < 0 ? "-.inf" : ".inf"
