/**
 * Compares the names of all tests with those of an earlier commit, so that no test is lost without anybody noticing.
 *
 *     node scripts/test-names.ts write names.txt     # at the earlier commit
 *     node scripts/test-names.ts compare names.txt   # now; exits with 1 if a test is gone
 *
 * A test that only moved to another file is listed, and does not count as gone.
 */
import { execFileSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

const root = Path.resolve(import.meta.dirname, "..")

interface Named {
  readonly file: string
  readonly name: string
}

/** Every test by its file and its full name. Test files run for this, but no test does. */
const collect = (): ReadonlyArray<Named> => {
  const folder = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-names-"))
  try {
    const file = Path.join(folder, "names.json")
    execFileSync(Path.join(root, "node_modules/.bin/vitest"), ["list", "--no-static-parse", `--json=${file}`], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    })
    const listed: ReadonlyArray<Named> = JSON.parse(FileSystem.readFileSync(file, "utf8"))
    return listed.map(({ file, name }) => ({ file: Path.relative(root, file), name: name.replaceAll("\n", "\\n") }))
  } finally {
    FileSystem.rmSync(folder, { recursive: true })
  }
}

const format = ({ file, name }: Named): string => `${file} > ${name}`

const parse = (line: string): Named => {
  const [file = "", ...name] = line.split(" > ")
  return { file, name: name.join(" > ") }
}

/** The members of `these` that `those` lack, a name that is there twice counted twice. */
const without = (these: ReadonlyArray<Named>, those: ReadonlyArray<Named>, key: (test: Named) => string) => {
  const left = new Map<string, number>()
  for (const test of those) left.set(key(test), (left.get(key(test)) ?? 0) + 1)
  return these.filter((test) => {
    const count = left.get(key(test)) ?? 0
    left.set(key(test), count - 1)
    return count <= 0
  })
}

const [command, file] = process.argv.slice(2)
if (file === undefined || (command !== "write" && command !== "compare")) {
  process.stderr.write("usage: node scripts/test-names.ts write|compare FILE\n")
  process.exit(2)
}

const now = collect()
if (command === "write") {
  FileSystem.writeFileSync(file, `${now.map(format).toSorted().join("\n")}\n`)
} else {
  const before = FileSystem.readFileSync(file, "utf8").trimEnd().split("\n").map(parse)
  const changed = { gone: without(before, now, format), new: without(now, before, format) }
  const gone = without(changed.gone, changed.new, ({ name }) => name)
  const added = without(changed.new, changed.gone, ({ name }) => name)
  for (const test of gone) process.stdout.write(`gone  ${format(test)}\n`)
  for (const test of added) process.stdout.write(`new   ${format(test)}\n`)
  const moved = changed.gone.length - gone.length
  process.stdout.write(
    `${before.length} before, ${now.length} now: ${gone.length} gone, ${added.length} new, ${moved} in another file\n`,
  )
  process.exitCode = gone.length === 0 ? 0 : 1
}
