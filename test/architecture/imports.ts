/**
 * The arrows between packages, and what else a package's sources may not reach for, as pure functions over text.
 */

/** Who may import whom, besides itself. */
export const arrows: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: [],
  repo: ["domain"],
  protocol: ["domain"],
  http: ["domain", "protocol", "repo"],
  memory: ["domain", "repo"],
  replay: ["domain", "repo"],
  server: ["domain", "protocol", "repo"],
  testing: ["domain", "repo"],
  cli: ["domain", "http", "memory", "protocol", "replay", "repo", "server", "testing"],
}

/** Packages besides `effect` that a package may need at run time. */
export const dependencies: Readonly<Record<string, ReadonlyArray<string>>> = {
  http: ["@smithy/signature-v4"],
  server: ["@smithy/signature-v4"],
  testing: ["@effect/vitest"],
  cli: ["@effect/platform-node"],
}

/** Packages that know nothing of Node. */
const neutral = ["domain", "repo", "protocol", "memory", "replay"]

/** Effect's modules that may change in a minor, which the two foundations stay away from. */
const unstable =
  /^effect\/(?:ai|cli|cluster|encoding|http|http-api|observability|persistence|rpc|sql|testing|workers|workflow)\//u

/** Time, chance and the outside come from Effect. */
const forbidden: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  ["Date.now", /\bDate\.now\b/u],
  ["new Date()", /\bnew Date\(\s*\)/u],
  ["Math.random", /\bMath\.random\b/u],
  ["process.env", /\bprocess\.env\b/u],
  ["console", /\bconsole\.\w/u],
  ["globalThis.fetch", /\bglobalThis\.fetch\b/u],
]

/** The text of a module without its comments, which may name what they like. */
export const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*/gu, "")

/** What a module imports, re-exports or imports dynamically. */
export const imports = (source: string): ReadonlyArray<string> =>
  [
    ...withoutComments(source).matchAll(
      /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)(["'`])(?<specifier>[^"'`\n]+)\1/gmu,
    ),
  ].map((match) => match.groups?.["specifier"] ?? "")

/** What is wrong with one module of a package's `src`; `depth` is how many folders below `src` it lies. */
export const violations = (name: string, source: string, depth = 0): ReadonlyArray<string> => [
  ...imports(source).flatMap((specifier) => judge(name, specifier, depth)),
  ...(name === "cli"
    ? []
    : forbidden.flatMap(([what, pattern]) => (pattern.test(withoutComments(source)) ? [`${name} uses ${what}`] : []))),
]

const judge = (name: string, specifier: string, depth: number): ReadonlyArray<string> => {
  if (specifier.startsWith(".")) {
    const up = specifier.split("/").filter((step) => step === "..").length
    return up > depth ? [`${name} leaves its package by ${specifier}`] : []
  }
  const sibling = /^@proxy-session\/(?<package>[^/]+)(?<module>\/.+)?$/u.exec(specifier)
  if (sibling !== null) {
    const target = sibling.groups?.["package"] ?? ""
    if (!(arrows[name] ?? []).includes(target)) return [`${name} may not import ${target}`]
    return sibling.groups?.["module"] === undefined ? [`${name} imports the barrel ${specifier}`] : []
  }
  if (specifier.startsWith("node:")) return neutral.includes(name) ? [`${name} imports ${specifier}`] : []
  if (specifier === "effect" || /^effect\/(?:cli|http|http-api|persistence|observability|testing)$/u.test(specifier)) {
    return [`${name} imports the barrel ${specifier}`]
  }
  if (specifier.startsWith("effect/")) {
    return name === "domain" && unstable.test(specifier) ? [`${name} imports ${specifier}, which is not stable`] : []
  }
  const allowed = dependencies[name] ?? []
  return allowed.some((each) => specifier === each || specifier.startsWith(`${each}/`))
    ? []
    : [`${name} may not import ${specifier}`]
}
