import type { Json } from "../Output.ts"

/**
 * A value as the AWS CLI's text output writes it: fields behind tabs, in the order of their names, each structure within
 * another on a line of its own that begins with its name in capitals.
 */
export const text = (value: Json): string => lines(value, undefined, undefined).join("\n")

type Scalar = boolean | number | string | null

const isScalar = (value: Json | undefined): value is Scalar => typeof value !== "object" || value === null

/** Python's spelling, which scripts have come to rely on. */
const print = (value: Scalar | undefined): string =>
  value === undefined
    ? ""
    : value === null
      ? "None"
      : value === true
        ? "True"
        : value === false
          ? "False"
          : String(value)

const lines = (
  value: Json,
  label: string | undefined,
  columns: ReadonlyArray<string> | undefined,
): ReadonlyArray<string> => {
  if (isScalar(value)) return [print(value)]
  return Array.isArray(value) ? ofList(value, label) : ofStructure(value, label, columns)
}

const ofList = (list: ReadonlyArray<Json>, label: string | undefined): ReadonlyArray<string> => {
  const structures = list.filter((each) => !isScalar(each) && !Array.isArray(each))
  if (structures.length > 0) {
    const columns = new Set(
      structures.flatMap((each) =>
        Object.entries(Object(each)).flatMap(([name, field]) =>
          typeof field === "object" && field !== null ? [] : [name],
        ),
      ),
    )
    return list.flatMap((each) => lines(each, label, [...columns].toSorted()))
  }
  const scalars = list.filter(isScalar)
  const head =
    scalars.length === 0
      ? []
      : label === undefined
        ? [scalars.map(print).join("\t")]
        : scalars.map((each) => `${label.toUpperCase()}\t${print(each)}`)
  return [...head, ...list.filter((each) => !isScalar(each)).flatMap((each) => lines(each, label, undefined))]
}

const ofStructure = (
  structure: { readonly [member: string]: Json },
  label: string | undefined,
  columns: ReadonlyArray<string> | undefined,
): ReadonlyArray<string> => {
  const names = Object.keys(structure).toSorted()
  const own = columns ?? names.filter((name) => isScalar(structure[name]))
  const fields = own.map((name) => {
    const field = structure[name]
    return isScalar(field) ? print(field) : ""
  })
  const head =
    fields.length === 0 ? [] : [[...(label === undefined ? [] : [label.toUpperCase()]), ...fields].join("\t")]
  return [
    ...head,
    ...names.flatMap((name) => {
      const field = structure[name]
      return field === undefined || isScalar(field) ? [] : lines(field, name, undefined)
    }),
  ]
}
