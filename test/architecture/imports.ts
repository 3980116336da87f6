/**
 * The arrows between packages, and what else a package's sources may not reach for, as pure functions over text.
 */
import { type Masked, mask } from "./source.ts"

/** Who may import whom, besides itself. */
export const arrows: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: [],
  repo: ["domain"],
  protocol: ["domain"],
  http: ["domain", "protocol", "repo"],
  memory: ["domain", "repo"],
  sql: ["domain", "repo"],
  replay: ["domain", "repo"],
  gateway: ["domain", "repo"],
  server: ["domain", "protocol", "repo"],
  testing: ["domain", "repo"],
  control: ["domain", "memory", "repo", "server"],
  cli: ["control", "domain", "gateway", "http", "memory", "protocol", "replay", "repo", "server", "sql"],
}

/** Packages besides `effect` that a package may bring along. Each further one needs a reason in an ADR. */
export const dependencies: Readonly<Record<string, ReadonlyArray<string>>> = {
  http: ["@smithy/signature-v4"],
  server: ["@smithy/signature-v4"],
  cli: ["@effect/platform-node", "@effect/sql-pg", "yaml"],
}

/** Packages besides `effect` that a package may import but leaves to its user to install. */
export const peers: Readonly<Record<string, ReadonlyArray<string>>> = {
  http: ["@effect/platform-node"],
  sql: ["@effect/sql-pg"],
  testing: ["@effect/vitest"],
}

/** Names that a package's manifest gives what it imports (`imports`), and the package or folder behind each. */
export const aliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  http: { "#signature-v4": "@smithy/signature-v4" },
  protocol: { "#sha256": "./src/internal" },
}

/** Packages that know nothing of Node. */
const neutral = ["domain", "repo", "protocol", "memory", "replay", "sql"]

/** The one module of each that does: the manifest loads it on Node alone, or it has an import path of its own. */
const onNode: Readonly<Record<string, string>> = {
  protocol: "internal/nodeSha256.ts node:crypto",
  sql: "NodeSqlite.ts node:sqlite",
}

/** Modules that stand on Effect's stable modules only: all of domain, and the services themselves. */
const foundation = (name: string, file: string): boolean =>
  name === "domain" ||
  (name === "repo" &&
    [
      "CallRouter.ts",
      "Faulty.ts",
      "ProxySessionRepo.ts",
      "Snapshot.ts",
      "Snapshots.ts",
      "Invocation.ts",
      "Tenant.ts",
      "VoiceConnectorProxyRepo.ts",
      "VoiceConnectors.ts",
    ].includes(file))

/** Every folder of Effect holds modules that may change in a minor. */
const unstable = /^effect\/[a-z][a-z-]*\//u

const barrel = /^(?:effect(?:\/[a-z][a-z-]*)?|@effect\/platform-node)$/u

/** Time, chance and the outside come from Effect. */
const forbidden: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  ["Date.now", /\bDate\s*\.\s*now\b/u],
  ["new Date", /\bnew\s+(?:globalThis\s*\.\s*)?Date\b/u],
  ["Date()", /(?<![\w$.]|\bnew\s+)Date\s*\(/u],
  ["Math.random", /\bMath\s*\.\s*random\b/u],
  ["process.env", /\bprocess\s*\.\s*env\b/u],
  ["console", /\bconsole\s*\.\s*\w/u],
  ["the global process, fetch or console", /\bglobalThis\s*\.\s*(?:process|fetch|console)\b/u],
]

const specifiers = ({ code, strings }: Masked): ReadonlyArray<string> =>
  [...code.matchAll(/(?<![\w$.])(?:from|import)\s*\(?\s*"(\d+)"/gu)].map((match) => strings[Number(match[1])] ?? "")

/** What a module imports, re-exports or imports dynamically. */
export const imports = (source: string): ReadonlyArray<string> => specifiers(mask(source))

/** What is wrong with one module of a package; `file` is its path below `src`. */
export const violations = (name: string, source: string, file = "Module.ts"): ReadonlyArray<string> => {
  const masked = mask(source)
  return [
    ...specifiers(masked).flatMap((specifier) => judge(name, specifier, file)),
    ...forbidden.flatMap(([what, pattern]) => (pattern.test(masked.code) ? [`${name} uses ${what}`] : [])),
  ]
}

const judge = (name: string, written: string, file: string): ReadonlyArray<string> => {
  const specifier = aliases[name]?.[written] ?? written
  if (specifier.startsWith(".")) {
    const up = specifier.split("/").filter((step) => step === "..").length
    return up >= file.split("/").length ? [`${name} leaves its package by ${specifier}`] : []
  }
  const sibling = /^@proxy-session\/(?<package>[^/]+)(?<module>\/.+)?$/u.exec(specifier)
  if (sibling !== null) {
    const target = sibling.groups?.["package"] ?? ""
    if (!(arrows[name] ?? []).includes(target)) return [`${name} may not import ${target}`]
    return sibling.groups?.["module"] === undefined ? [`${name} imports the barrel ${specifier}`] : []
  }
  if (specifier.startsWith("node:")) {
    return neutral.includes(name) && onNode[name] !== `${file} ${specifier}` ? [`${name} imports ${specifier}`] : []
  }
  if (barrel.test(specifier)) return [`${name} imports the barrel ${specifier}`]
  if (specifier.startsWith("effect/")) {
    return foundation(name, file) && unstable.test(specifier)
      ? [`${name} imports ${specifier}, which is not stable`]
      : []
  }
  const allowed = [...(dependencies[name] ?? []), ...(peers[name] ?? [])]
  return allowed.some((each) => specifier === each || specifier.startsWith(`${each}/`))
    ? []
    : [`${name} may not import ${specifier}`]
}
