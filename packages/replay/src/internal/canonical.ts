/** A text for JSON that is the same for equal values, whatever the order of their keys. */
export const canonical = (json: unknown): string => {
  if (!isObject(json)) return JSON.stringify(json)
  if (Array.isArray(json)) return `[${json.map(canonical).join()}]`
  let text = "{"
  for (const key of Object.keys(json).toSorted()) text += `${key}:${canonical(json[key])},`
  return `${text}}`
}

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> => typeof json === "object" && json !== null
