import { assert, describe, it } from "@effect/vitest"
import * as CassetteName from "@proxy-session/replay/CassetteName"
import * as CassetteStore from "@proxy-session/replay/CassetteStore"
import * as Effect from "effect/Effect"

const nameOf = (name: string, file = "test/a.test.ts") => CassetteName.fromTask({ name, file: { name: file } })

describe("CassetteName", () => {
  it("is told by the context of a test", ({ task }) => {
    assert.match(
      CassetteName.fromTask(task),
      /^CassetteName\.test\.ts\/cassettename-is-told-by-the-context-of-a-test-[0-9a-f]{6}$/u,
    )
  })

  it("is another for another test, however alike", () => {
    const names = [nameOf("a b"), nameOf("a-b"), nameOf("A b"), nameOf("a b", "test/b.test.ts"), nameOf("x".repeat(99))]
    assert.strictEqual(new Set([...names, nameOf("x".repeat(100))]).size, 6)
  })

  it("is the same from wherever the tests are run", () => {
    const files = ["a.test.ts", "test/a.test.ts", "../packages/replay/test/a.test.ts", "test\\a.test.ts"]
    assert.strictEqual(new Set(files.map((file) => nameOf("a b", file))).size, 1)
  })

  it.effect("is one that every store takes, whatever the test is called", () =>
    Effect.gen(function* () {
      const store = yield* CassetteStore.CassetteStore
      for (const title of ["", "../../etc/passwd", "..", "x".repeat(1000), "\u0000", "Straße ☎", "a/b\\c"]) {
        for (const file of ["a.test.ts", "../../.hidden", "C:\\test\\..a.ts", "x".repeat(1000)]) {
          assert.strictEqual((yield* Effect.flip(store.read(nameOf(title, file)))).reason, "Absent")
        }
      }
    }).pipe(Effect.provide(CassetteStore.layerMemory())),
  )
})
