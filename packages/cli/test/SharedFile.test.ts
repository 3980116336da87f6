import * as SharedFile from "@proxy-session/cli/SharedFile"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"

type Plain = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const plain = (sections: SharedFile.Sections): Plain =>
  Object.fromEntries(
    [...sections].map(([name, section]) => [
      name,
      Object.fromEntries(
        [...section].map(([key, value]) => [key, typeof value === "string" ? value : Object.fromEntries(value)]),
      ),
    ]),
  )

const read = (text: string): Plain => plain(Result.getOrThrow(SharedFile.parse(text)))
const broken = (text: string) => Result.getOrThrow(Result.flip(SharedFile.parse(text)))

describe("a shared file", () => {
  it("has sections, settings in lower case with = or :, and comments on lines of their own", () => {
    assert.deepStrictEqual(read("; a\n[default] # b\n\n# c\nRegion = x # y\n  ; d\nb:c=d\ne =\n[ empty ]\n"), {
      default: { region: "x # y", b: "c=d", e: "" },
      " empty ": {},
    })
  })

  it("may be indented as a whole, and has any line break that Python knows", () => {
    assert.deepStrictEqual(read("  [a]\r\n\tb = 1\r\tc = 2\n\td\u00A0=\u00A03\u00A0"), {
      a: { b: "1", c: "2", d: "3" },
    })
    assert.deepStrictEqual(read("[a]\nb = 1\u2028c = 2"), { a: { b: "1\u2028c = 2" } })
  })

  it("continues a value on lines that are indented deeper, over blank lines and comments", () => {
    assert.deepStrictEqual(read("[a]\nb = 1\n  2\n# c\n\n   3\n\nd = 4\n\n"), { a: { b: "1\n2\n\n3", d: "4" } })
    assert.deepStrictEqual(read("[a]\n  b = 1\n  c = 2\n   d = 3\n [e]"), { a: { b: "1", c: "2\nd = 3" }, e: {} })
  })

  it("nests settings below one without a value, whose names keep their case", () => {
    assert.deepStrictEqual(read("[a]\ns3 =\n  B = c = d\n\n  # e\n  f=\n  B = g\nh = 1"), {
      a: { s3: { B: "g", f: "" }, h: "1" },
    })
  })

  it("gives the settings of [DEFAULT] to every section, wherever it stands", () => {
    assert.deepStrictEqual(read("[a]\nb = 1\n[DEFAULT]\nb = 2\nc = 3\n[d]\n[DEFAULT]\ne = 4"), {
      a: { b: "1", c: "3", e: "4" },
      d: { b: "2", c: "3", e: "4" },
    })
    assert.deepStrictEqual(read("[DEFAULT]\na = 1"), {})
  })

  it("is broken as a whole by one line, and the error has its number and no word of it", () => {
    const rules: ReadonlyArray<readonly [text: string, line: number, rule: RegExp]> = [
      ["a = 1", 1, /before the first/u],
      ["\uFEFF[a]", 1, /before the first/u],
      ["[a]\n\nb", 3, /neither a \[section\] nor a setting/u],
      ["[a]\n[b", 2, /neither/u],
      ["[a]\n[]", 2, /neither/u],
      ["[a]\n= b", 2, /no name/u],
      ["[a]\nb = 1\nB : 2", 3, /already set/u],
      ["[a]\n[b]\n[a]", 3, /already has/u],
      ["[DEFAULT]\na = 1\n[b]\n[DEFAULT]\na = 2", 5, /already set/u],
      ["[a]\nb =\n  c = 1\n  d", 2, /below it/u],
    ]
    for (const [text, line, rule] of rules) {
      const failure = broken(text)
      assert.strictEqual(failure.line, line)
      assert.match(failure.rule, rule)
    }
  })

  it("is read in a time that grows with its length alone", () => {
    const blanks = " ".repeat(200_000)
    assert.deepStrictEqual(read(`[a]\nb${blanks}=${blanks}c${blanks}d\n`), { a: { b: `c${blanks}d` } })
  })
})

describe("sections of a kind", () => {
  const names = (kind: "profile" | "services" | "sso-session", ...headers: ReadonlyArray<string>) => [
    ...SharedFile.named(
      Result.getOrThrow(SharedFile.parse(headers.map((header) => `[${header}]`).join("\n"))),
      kind,
    ).keys(),
  ]

  it("have one name, in quotes where it has spaces", () => {
    assert.deepStrictEqual(
      names(
        "profile",
        "profile a",
        "profile\t b ",
        `profile "c d"`,
        "profile 'e'\"f\"\\ g",
        `profile "h\\"\\i"`,
        "profile ''",
      ),
      ["a", "b", "c d", "ef g", 'h"\\i', ""],
    )
    assert.deepStrictEqual(
      names("profile", "profile", "profile a b", "profile 'a", "profile a\\", "Profile a", "a"),
      [],
    )
    assert.deepStrictEqual(names("services", "profile a", "services b", "default"), ["b"])
    assert.deepStrictEqual(names("sso-session", "sso-session a"), ["a"])
  })

  it("are the last ones of their name, and [default] is one of the profiles", () => {
    const last = (text: string) => plain(SharedFile.named(Result.getOrThrow(SharedFile.parse(text)), "profile"))
    assert.deepStrictEqual(last("[default]\na = 1\n[profile default]\nb = 2"), { default: { b: "2" } })
    assert.deepStrictEqual(last("[profile 'default']\nb = 2\n[default]\na = 1"), { default: { a: "1" } })
  })
})
