import * as CliOutput from "effect/cli/CliOutput"
import { type Dict, isDict, isList, str, type Value } from "./python.ts"

/** A titled group of rows of the same columns, drawn `depth` bars deep. */
interface Section {
  readonly title: string
  readonly depth: number
  readonly header: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/**
 * A value as nested boxes: each structure a section with its plain fields, each structure within it a section further
 * in. If that takes more than `width` columns, fields stand below each other.
 */
export const table = (title: string, value: Value, width: number): string => {
  if (isPlain(value)) return draw([{ title, depth: 0, header: [], rows: [[print(value)]] }])
  const found = sections(title, value, 0)
  const wide = draw(found)
  return CliOutput.displayWidth(wide.split("\n", 1)[0] ?? "") <= width ? wide : draw(found.flatMap(upright))
}

const print = (value: Value | undefined): string => (value === undefined ? "" : str(value))

const isPlain = (value: Value | undefined): boolean => value === undefined || !(isDict(value) || isList(value))

const sections = (title: string, value: Value, depth: number): ReadonlyArray<Section> => {
  if (isDict(value)) return ofStructure(title, value, depth, [...value.keys()])
  if (!isList(value)) return [{ title, depth, header: [], rows: [[print(value)]] }]
  const structures = value.filter(isDict)
  if (structures.length === 0) {
    const rows = value.map((each) => (isList(each) ? each.map(print) : [print(each)]))
    return [{ title, depth, header: [], rows }]
  }
  const names = [...new Set(structures.flatMap((each) => [...each.keys()]))]
  const plain = names.filter((name) => structures.every((each) => isPlain(each.get(name))))
  return plain.length === names.length
    ? [{ title, depth, header: plain, rows: structures.map((each) => plain.map((name) => print(each.get(name)))) }]
    : structures.flatMap((each) => ofStructure(title, each, depth, names))
}

const ofStructure = (
  title: string,
  value: Dict,
  depth: number,
  names: ReadonlyArray<string>,
): ReadonlyArray<Section> => {
  const header = names.filter((name) => value.has(name) && isPlain(value.get(name)))
  return [
    { title, depth, header, rows: header.length === 0 ? [] : [header.map((name) => print(value.get(name)))] },
    ...names.flatMap((name) => {
      const inner = value.get(name)
      return inner === undefined || isPlain(inner) ? [] : sections(name, inner, depth + 1)
    }),
  ]
}

/** The same section with each row as a list of names and values. */
const upright = (section: Section): ReadonlyArray<Section> =>
  section.header.length === 0 || section.rows.length === 0
    ? [section]
    : section.rows.map((row) => ({
        ...section,
        header: [],
        rows: section.header.map((name, index) => [name, row[index] ?? ""]),
      }))

const cells = (row: ReadonlyArray<string>, widths: ReadonlyArray<number>): string =>
  row.map((cell, index) => ` ${pad(cell, (widths[index] ?? 0) + 1)}`).join("|")

const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - CliOutput.displayWidth(text)))

/** Columns as wide as their widest cell, the last one stretched so that all boxes end in the same column. */
const draw = (found: ReadonlyArray<Section>): string => {
  const measured = found.map((section) => {
    const rows = section.header.length === 0 ? section.rows : [section.header, ...section.rows]
    const columns = Math.max(1, ...rows.map((row) => row.length))
    const widths = Array.from({ length: columns }, (_, at) =>
      Math.max(0, ...rows.map((row) => CliOutput.displayWidth(row[at] ?? ""))),
    )
    const inner = Math.max(
      widths.reduce((sum, each) => sum + each + 3, -1),
      CliOutput.displayWidth(section.title) + 2,
    )
    return { section, widths, total: inner + 2 * (section.depth + 1) }
  })
  const total = Math.max(...measured.map((each) => each.total))
  const lines = [`-`.repeat(total)]
  for (const { section, widths } of measured) {
    const bars = "|".repeat(section.depth + 1)
    const inner = total - 2 * bars.length
    const rule = (columns: ReadonlyArray<number>) =>
      `${bars.slice(1)}+${columns.map((each) => "-".repeat(each)).join("+")}+${bars.slice(1)}`
    const used = widths.reduce((sum, each) => sum + each + 3, -1)
    const stretched = widths.map((each, at) => (at === widths.length - 1 ? each + inner - used : each))
    const left = Math.floor((inner - CliOutput.displayWidth(section.title)) / 2)
    const grid = rule(stretched.map((each) => each + 2))
    lines.push(`${bars}${pad(" ".repeat(left) + section.title, inner)}${bars}`)
    lines.push(section.rows.length === 0 ? rule([inner]) : grid)
    if (section.rows.length === 0) continue
    if (section.header.length > 0) lines.push(`${bars}${cells(section.header, stretched)}${bars}`, grid)
    for (const row of section.rows) lines.push(`${bars}${cells(row, stretched)}${bars}`)
    lines.push(grid)
  }
  return lines.join("\n")
}
