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

  it("is refused to a second test of the same titles, but not to a test that is run again", ({ task }) => {
    const { file, suite } = task
    const [first, second] = ["1_0", "1_1"].map((id) => () => CassetteName.fromTask({ id, name: "a b", file, suite }))
    const name = first?.()
    assert.strictEqual(first?.(), name)
    assert.throws(() => second?.(), 'two tests are called "CassetteName > a b": give one another title')
    assert.strictEqual(CassetteName.fromTask({ id: "2_0", name: "a b", file: { name: file.name }, suite }), name)
  })

  const taken: Array<string> = []
  it.for([1, 2])("is refused to the second of tests that a table makes without telling them apart", (_, { task }) => {
    if (taken.length === 0) taken.push(CassetteName.fromTask(task))
    else assert.throws(() => CassetteName.fromTask(task), "give one another title")
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
