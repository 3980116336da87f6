/**
 * The name of a cassette, from the test that it is for.
 */

/**
 * What is needed of a test; vitest's own `task` has it. `id` tells tests of the same titles apart.
 *
 * @category models
 */
export interface Task {
  readonly id?: string
  readonly name: string
  readonly file: { readonly name: string }
  readonly suite?: { readonly name: string; readonly suite?: Task["suite"] } | undefined
}

/**
 * A name that tells the test's file, its suites and its own name, and that no test of other titles has.
 *
 * Two tests of the same titles would have one cassette, which the second would record over the first: it throws for the
 * second, where tests have an `id`. So let the titles of `it.each` tell the cases apart.
 *
 * It ends in six digits of a checksum of the whole, since names are shortened, and lose what a file's name may not hold. Of
 * the file only its last name counts, since vitest tells the way to it from wherever it was started: files of the same
 * name keep their cassettes in stores of their own, such as a folder beside each.
 *
 * **Example** (From the context of a vitest test)
 *
 * ```ts
 * import * as CassetteName from "@proxy-session/replay/CassetteName"
 *
 * const task = { name: "gives a number", file: { name: "test/rides.test.ts" }, suite: { name: "RideCalls" } }
 *
 * CassetteName.fromTask(task).slice(0, -6) // => "rides.test.ts/ridecalls-gives-a-number-"
 * ```
 *
 * @category constructors
 */
export const fromTask = ({ file, id, name, suite }: Task): string => {
  const titles = [...suites(suite), name]
  const slug = titles
    .join(" ")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "")
    .slice(0, 80)
  const base = file.name.slice(Math.max(file.name.lastIndexOf("/"), file.name.lastIndexOf("\\")) + 1)
  const folder = base
    .replaceAll(/[^\w.-]+/gu, "-")
    .slice(-80)
    .replace(/^\.+/u, "")
  const cassette = `${folder}/${slug}-${checksum(JSON.stringify([base, ...titles])).slice(0, 6)}`
  if (id !== undefined && takerOf(file, cassette, id) !== id) {
    throw new Error(
      `two tests are called "${titles.join(" > ")}": give one another title, since both have one cassette`,
    )
  }
  return cassette
}

/** Which test took a name; by its file as it was collected, since another run may count its tests otherwise. */
const takers = new WeakMap<Task["file"], Map<string, string>>()

const takerOf = (file: Task["file"], cassette: string, id: string): string => {
  const names = takers.get(file) ?? new Map<string, string>()
  takers.set(file, names)
  const taker = names.get(cassette) ?? id
  names.set(cassette, taker)
  return taker
}

const suites = (suite: Task["suite"]): ReadonlyArray<string> =>
  suite === undefined ? [] : [...suites(suite.suite), suite.name]

/** FNV-1a: enough to tell titles apart, and there on every platform. */
const checksum = (text: string): string => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, "0")
}
