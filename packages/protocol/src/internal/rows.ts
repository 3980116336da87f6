import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf, RequestOf, SuccessOf, Table } from "@proxy-session/domain/Operations"
import type { Operation, Wire } from "../Operation.ts"

/** Makes the rows of a part of the table, each of the domain's row and how it is said. */
export const rowsOf =
  <Names extends OperationName>(table: Pick<Table, Names>) =>
  <Name extends Names>(
    name: Name,
    wire: Omit<Wire, "query"> & Partial<Pick<Wire, "query">>,
  ): Operation<RequestOf[Name], SuccessOf[Name], ErrorOf[Name]> => ({ name, query: {}, ...table[name], ...wire })

/** How an operation is said that answers with nothing. */
export const noAnswer = { status: 204, payload: undefined } as const
