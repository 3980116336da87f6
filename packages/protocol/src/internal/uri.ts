/** Percent-encodes everything but RFC 3986's unreserved characters, as SigV4 wants paths and queries to be. */
export const encode = (text: string): string => (/^[\w.~-]*$/u.test(text) ? text : percentEncode(text))

const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Decodes one segment or parameter, or tells that it is not well formed. */
export const decode = (text: string): string | undefined => {
  if (!text.includes("%")) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
