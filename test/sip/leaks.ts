/**
 * Where bytes tell a secret: as they are, or once decoded.
 */
const runs = (bytes: string, pattern: RegExp) => [...bytes.matchAll(pattern)].map(([run]) => run)

/** All that somebody can read out of bytes who looks for hidden text. */
const readings = (bytes: string): ReadonlyArray<readonly [how: string, text: string]> => {
  const base64 = runs(bytes, /[\w+/.=~-]{8,}/gu).flatMap((run) => {
    // Kamailio's alphabet ends in a dot and two hyphens; others have no padding, or are part of a longer word.
    const spellings = [
      run.replaceAll("-", "+").replaceAll("_", "/").replaceAll(".", ""),
      run.replaceAll(".", "/").replaceAll("-", "="),
    ]
    return spellings.flatMap((spelling) =>
      [0, 1, 2, 3].map((offset) => Buffer.from(spelling.slice(offset), "base64").toString("latin1")),
    )
  })
  const hex = runs(bytes, /[\da-f]{8,}/giu).flatMap((run) =>
    [0, 1].map((offset) => Buffer.from(run.slice(offset), "hex").toString("latin1")),
  )
  const percent = bytes.replaceAll(/%([\da-f]{2})/giu, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  )
  // uac_replace_from hides the old URI in Record-Route: XOR with the new one, in base64.
  const uris = new Set(runs(bytes, /sips?:[^\s<>;]+/gu))
  const vsf = [...bytes.matchAll(/;vs[ft]=([^;>\s]+)/gu)].flatMap(([, value = ""]) => {
    const hidden = Buffer.from(value.replaceAll("-", "=").replaceAll(".", "+"), "base64")
    return [...uris].map((uri) =>
      Buffer.from(hidden.map((byte, index) => byte ^ (uri.codePointAt(index) ?? 0))).toString("latin1"),
    )
  })
  return [
    ["plain", bytes],
    ["percent", percent],
    ["base64", base64.join("\n")],
    ["hex", hex.join("\n")],
    ["vsf", vsf.join("\n")],
  ]
}

/** Each way in which bytes tell one of the secrets. */
export const leaks = (bytes: string, secrets: ReadonlyArray<string>): ReadonlyArray<string> =>
  readings(bytes).flatMap(([how, text]) =>
    secrets.filter((secret) => text.toLowerCase().includes(secret.toLowerCase())).map((secret) => `${how}: ${secret}`),
  )
