/** A text with the escapes of URLs, XML and JSON taken off, and with every digit an ASCII one. */
const plain = (text: string): string =>
  text
    .replace(/%([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&#x([0-9a-f]+);?/giu, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);?/gu, (_, digits: string) => String.fromCodePoint(Math.min(Number(digits), 0x10ffff)))
    .replace(/\\u([0-9a-f]{4})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .normalize("NFKC")

/** Up to three characters that are neither letters nor digits may stand between two digits. */
const spread = (digits: ReadonlyArray<string>) => new RegExp(digits.join("[^0-9A-Za-z]{0,3}"), "u")

/** Whether a text tells a number, in whatever encoding: escaped, separated, in other digits, backwards, in hex or Base64. */
export const leaks = (text: string, number: string, depth = 0): boolean => {
  const digits = number.replace(/^\+(?:1|44)|\D/gu, "").split("")
  const found = plain(plain(text))
  if (spread(digits).test(found) || spread(digits.toReversed()).test(found)) return true
  if (depth > 0) return false
  const encodings = [
    [/[0-9a-f]{16,}/giu, "hex", 2],
    [/[\w+/-]{10,}/gu, "base64", 4],
  ] as const
  return encodings.some(([pattern, encoding, cuts]) =>
    (found.match(pattern) ?? []).some((word) =>
      Array.from({ length: cuts }).some((_, cut) =>
        leaks(Buffer.from(word.slice(cut), encoding).toString("latin1"), number, 1),
      ),
    ),
  )
}
