/**
 * The commands of the container recipe, as an engine would run them: by a user who is not root, without any capability, on a
 * file system that nobody can write to. There is no engine here, so the image itself is not built.
 */
import { assert, describe, it } from "vitest"
import { execFile, spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { command } from "../../scripts/bundle.ts"

const recipe = FileSystem.readFileSync(Path.resolve(import.meta.dirname, "../../deploy/Containerfile"), "utf8")

const stages: ReadonlyMap<string, string> = new Map(
  recipe
    .split(/^FROM /mu)
    .slice(1)
    .map((stage) => [/^\S+ AS (?<name>\S+)$/mu.exec(stage)?.groups?.["name"] ?? "", stage]),
)

/** What an instruction of a stage, or of the one that it is built from, says. */
const said = (stage: string, instruction: RegExp): string => {
  for (const name of [stage, "base"]) {
    const found = instruction.exec(stages.get(name) ?? "")?.[1]
    if (found !== undefined) return found
  }
  return assert.fail(`${stage} says nothing of ${instruction.source}`)
}

const words = (stage: string, instruction: RegExp): ReadonlyArray<string> => JSON.parse(said(stage, instruction))

const quoted = (argv: ReadonlyArray<string>) => argv.map((word) => `'${word}'`).join(" ")

/** A machine without a network, whose files are read-only but for the folder of the data. */
const script = (stage: string, data: string) => {
  const [user = "", group = ""] = said(stage, /^USER (\S+)$/mu).split(":")
  const [name, value = ""] = said(stage, /^ENV (\S+)$/mu).split("=")
  const own = `'${process.execPath}' '${Path.join(command(), "proxy-session.cjs")}'`
  const contained =
    `setpriv --reuid ${user} --regid ${group} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all env -i ` +
    `${name}='${value.replace("/data", data)}' AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b PROXY_SESSION_CONTROL_TOKEN=t`
  return `
set -e
mount --make-rprivate /
mount -t tmpfs -o uid=${user},gid=${group} none '${data}'
mount -o remount,bind,ro /
ip link set lo up
if ${contained} touch '${data}.new' 2>/dev/null; then echo writable; fi
${contained} ${own} ${quoted(words(stage, /^CMD (.+)$/mu))} &
server=$!
${own} ${quoted(words(stage, /^HEALTHCHECK .*CMD (.+)$/mu).slice(1)).replace("2 seconds", "30 seconds")}
echo "healthy as $(stat -c %u /proc/$server)"
kill -${said(stage, /^STOPSIGNAL (.+)$/mu)} $server
wait $server && echo ended well
`
}

const run = (stage: string) => {
  const data = FileSystem.mkdtempSync(Path.join(Os.tmpdir(), "proxy-session-container-"))
  return new Promise<string>((resolve) => {
    execFile("unshare", ["--mount", "--net", "bash", "-c", script(stage, data)], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  }).finally(() => FileSystem.rmdirSync(data))
}

/** Only root may take the right to write away from itself. */
const isAble = spawnSync("unshare", ["--mount", "--net", "ip", "link", "set", "lo", "up"]).status === 0

describe("the container recipe", () => {
  for (const stage of ["server", "stand-in"]) {
    it(`starts a ${stage} that is healthy and ends on SIGTERM, without root and without writing`, async (context) => {
      if (!isAble) return context.skip("nobody may make a namespace here")
      const output = await run(stage)
      assert.match(output, /^listening on http:\/\/0\.0\.0\.0:4010$/mu)
      assert.match(output, /^healthy as 1000$/mu, output)
      assert.match(output, /^ended well$/mu, output)
      assert.notInclude(output, "writable")
    }, 60_000)
  }
})
