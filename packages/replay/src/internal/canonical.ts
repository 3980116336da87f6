/** A text for JSON that is the same for equal values, whatever the order of their keys. */
export const canonical = (json: unknown): string => {
  if (typeof json !== "object" || json === null) return JSON.stringify(json)
  if (Array.isArray(json)) return `[${json.map(canonical).join()}]`
  let text = "{"
  for (const [key, value] of Object.entries(json).toSorted(byKey)) text += `${key}:${canonical(value)},`
  return `${text}}`
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1)
