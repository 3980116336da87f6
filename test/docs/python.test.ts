/**
 * The Python of the documents: its syntax where there is a Python, and what it does where there is a boto3 of the older
 * namespace.
 */
import { it, layer } from "@effect/vitest"
import { assert } from "vitest"
import * as Effect from "effect/Effect"
import { spawn, spawnSync } from "node:child_process"
import * as FileSystem from "node:fs"
import * as Path from "node:path"
import { lacking } from "../lacking.ts"
import { findBoto3 } from "../interop/boto3.ts"
import { environment, programs } from "../interop/programs.ts"
import { overBoth, StandIns } from "../interop/stand-in.ts"

const document = Path.resolve(import.meta.dirname, "../../docs/migrating.md")
const script = Array.from(
  FileSystem.readFileSync(document, "utf8").matchAll(/^```python\n(?<code>[\s\S]*?)^```$/gmu),
  ({ groups }) => groups?.["code"] ?? "",
).join("\n")

const [anyPython] = programs("python3")
const python = findBoto3("chime")

if (anyPython === undefined) {
  lacking("the Python of docs/migrating.md is well formed", "no Python 3 here")
} else {
  it("the Python of docs/migrating.md is well formed", () => {
    const { status, stderr } = spawnSync(anyPython, ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], {
      input: script,
      encoding: "utf8",
    })
    assert.include(script, "create_proxy_session")
    assert.strictEqual(stderr, "")
    assert.strictEqual(status, 0)
  })
}

if (python === undefined) {
  lacking(
    "the Python of docs/migrating.md does what it says",
    "no Python 3 here has a boto3 that knows proxy sessions in chime",
  )
} else {
  layer(overBoth, { excludeTestServices: true })("the Python of docs/migrating.md", (it) => {
    it.effect("does what it says", () =>
      Effect.gen(function* () {
        const { chime } = yield* StandIns
        const outcome = yield* Effect.callback<string>((resume) => {
          const child = spawn(python, ["-W", "ignore", "-c", script], {
            env: { ...environment, AWS_ENDPOINT_URL_CHIME: chime },
            stdio: ["ignore", "ignore", "pipe"],
          })
          let stderr = ""
          child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
          child.on("close", (code) => resume(Effect.succeed(`${code} ${stderr}`)))
        })
        assert.strictEqual(outcome, "0 ")
      }),
    )
  })
}
