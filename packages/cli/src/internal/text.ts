import { compareText, type Dict, isDict, isList, type List, PythonError, str, typeName, type Value } from "./python.ts"

/**
 * The lines of a value as the AWS CLI's text output writes it: fields behind tabs, in the order of their names, each
 * structure within another on a line of its own that begins with its name in capitals.
 *
 * A list of structures and other things ends in a {@link PythonError} there, behind the lines before it, and so here.
 */
export function* text(value: Value, label?: string, columns?: ReadonlyArray<string>): Generator<string, void> {
  if (isDict(value)) yield* ofStructure(value, label, columns)
  else if (isList(value)) yield* ofList(value, label)
  else yield str(value)
}

const isScalar = (value: Value): boolean => !(isDict(value) || isList(value))

const line = (label: string | undefined, fields: ReadonlyArray<string>): string =>
  [...(label === undefined ? [] : [label.toUpperCase()]), ...fields].join("\t")

function* ofList(list: List, label: string | undefined): Generator<string, void> {
  if (list.some(isDict)) {
    const columns = scalarNames(list)
    for (const each of list) yield* text(each, label, columns)
    return
  }
  const scalars = list.filter(isScalar).map(str)
  if (label !== undefined) for (const each of scalars) yield line(label, [each])
  else if (scalars.length > 0) yield line(label, scalars)
  for (const each of list) if (!isScalar(each)) yield* text(each, label)
}

const scalarNames = (list: List): ReadonlyArray<string> => {
  const names = list.flatMap((each) => {
    if (!isDict(each)) throw new PythonError(`'${typeName(each)}' object has no attribute 'items'`)
    return [...each].flatMap(([name, field]) => (isScalar(field) ? [name] : []))
  })
  return [...new Set(names)].toSorted(compareText)
}

/** A structure of a list has the columns of all, in which a field that is missing is empty. */
function* ofStructure(
  structure: Dict,
  label: string | undefined,
  columns: ReadonlyArray<string> | undefined,
): Generator<string, void> {
  const members = [...structure].toSorted(([a], [b]) => compareText(a, b))
  const own = columns ?? members.flatMap(([name, field]) => (isScalar(field) ? [name] : []))
  const fields = own.map((name) => (structure.has(name) ? str(structure.get(name) ?? null) : ""))
  if (fields.length > 0) yield line(label, fields)
  for (const [name, field] of members) if (!own.includes(name)) yield* text(field, name)
}
