import type { Json } from "../Output.ts"

/** A value in YAML's block style. Text stays bare only where every reader of YAML 1.1 or 1.2 takes it for text. */
export const yaml = (value: Json): string => lines(value).join("\n")

const lines = (value: Json): ReadonlyArray<string> => {
  if (Array.isArray(value)) {
    return value.length === 0 ? ["[]"] : value.flatMap((element) => under("- ", "  ", lines(element)))
  }
  if (typeof value !== "object" || value === null) return [scalar(value)]
  const entries = Object.entries(value)
  return entries.length === 0 ? ["{}"] : entries.flatMap(([name, inner]) => member(scalar(name), inner))
}

const member = (name: string, value: Json): ReadonlyArray<string> => {
  const inner = lines(value)
  const isBlock = typeof value === "object" && value !== null && Object.keys(value).length > 0
  if (!isBlock) return [`${name}: ${inner.join("")}`]
  return [`${name}:`, ...(Array.isArray(value) ? inner : inner.map((line) => `  ${line}`))]
}

const under = (first: string, rest: string, inner: ReadonlyArray<string>): ReadonlyArray<string> =>
  inner.map((line, index) => `${index === 0 ? first : rest}${line}`)

const scalar = (value: boolean | number | string | null): string => {
  if (typeof value !== "string") return String(value)
  if (/^[A-Za-z][\w -]*(?<! )$/u.test(value) && !/^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/iu.test(value))
    return value
  return /^[\x20-\x7e\u00a0-\ud7ff]*$/u.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}
