import type { Value } from "../python.ts"

export type Comparator = "eq" | "gt" | "gte" | "lt" | "lte" | "ne"

/** An expression as a tree. */
export type Node =
  | { readonly type: "and" | "or" | "pipe" | "sub"; readonly left: Node; readonly right: Node }
  | { readonly type: "comparator"; readonly comparator: Comparator; readonly left: Node; readonly right: Node }
  | { readonly type: "current" }
  | { readonly type: "expref" | "flatten" | "not"; readonly child: Node }
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "filter"; readonly left: Node; readonly right: Node; readonly condition: Node }
  | { readonly type: "function"; readonly name: string; readonly args: ReadonlyArray<Node> }
  | { readonly type: "hash"; readonly members: ReadonlyArray<readonly [name: string, value: Node]> }
  | { readonly type: "index"; readonly left: Node; readonly index: bigint }
  | { readonly type: "list"; readonly elements: ReadonlyArray<Node> }
  | { readonly type: "literal"; readonly value: Value }
  | { readonly type: "projection" | "values"; readonly left: Node; readonly right: Node }
  | { readonly type: "slice"; readonly left: Node; readonly parts: Slice }

/** Start, end and step. */
export type Slice = readonly [bigint | undefined, bigint | undefined, bigint | undefined]
