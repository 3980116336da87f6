/**
 * Requests on the wire: a method, a path with its labels, a query and a JSON body; written by a client, read by a server.
 */
import * as Input from "@proxy-session/domain/Input"
import { InvalidRequest, type Violation, violations } from "@proxy-session/domain/InvalidRequest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Uri from "./internal/uri.ts"
import { fromWire, toWire, toWireName, toWirePath } from "./internal/wireName.ts"
import { type AnyOperation, type Operation, operations } from "./Operation.ts"

/**
 * A request as it goes over the wire, but for its headers.
 *
 * `path` and `query` are percent-encoded, so what is signed is what is sent. `body` is compact JSON; operations without
 * one have none.
 *
 * @category models
 */
export interface WireRequest {
  readonly method: AnyOperation["method"]
  readonly path: `/${string}`
  readonly query: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string | undefined
}

/**
 * What a request's place on the wire follows from: the path and the query of an operation, and the members of its request.
 *
 * @category models
 */
export interface Bound extends Pick<AnyOperation, "name" | "path" | "query"> {
  readonly request: Pick<AnyOperation["request"], "fields">
}

/** Where the members of an operation's request go, worked out once from its path and query. */
interface Binding {
  readonly segments: ReadonlyArray<{ readonly fixed: string; readonly label: string | undefined }>
  readonly query: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: ReadonlyArray<string>
}

const bind = ({ path, query, request }: Bound): Binding => {
  const members = Object.keys(request.fields)
  const [steps = "", fixed] = path.split("?")
  const segments = steps
    .split("/")
    .slice(1)
    .map((step) => ({ fixed: step, label: members.find((member) => step === `{${toWireName(member)}}`) }))
  const elsewhere = new Set([...segments.map(({ label }) => label), ...Object.keys(query)])
  return {
    segments,
    query: [...new URLSearchParams(fixed)],
    body: members.filter((member) => !elsewhere.has(member)),
  }
}

const bindings = new Map<string, Binding>()

const bindingOf = (operation: Bound): Binding => {
  const known = bindings.get(operation.name)
  if (known !== undefined) return known
  const binding = bind(operation)
  bindings.set(operation.name, binding)
  return binding
}

/**
 * Writes a request for the wire.
 *
 * **Example** (Getting a session)
 *
 * ```ts
 * import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
 * import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
 * import * as Operation from "@proxy-session/protocol/Operation"
 * import * as WireRequest from "@proxy-session/protocol/WireRequest"
 *
 * WireRequest.encode(Operation.operations.GetProxySession, {
 *   voiceConnectorId: VoiceConnectorId.make("vc 1"),
 *   proxySessionId: ProxySessionId.make("a/b")
 * }).path // => "/voice-connectors/vc%201/proxy-sessions/a%2Fb"
 * ```
 *
 * @category encoding
 */
export const encode = <Request extends object, Success, Error>(
  operation: Operation<Request, Success, Error>,
  request: Request,
): WireRequest => {
  const members = new Map<string, unknown>(Object.entries(request))
  const text = (member: string): string | undefined => {
    const value = members.get(member)
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined
  }
  const { body } = bindingOf(operation)
  const query = queryOf(operation, text)
  return {
    method: operation.method,
    path: pathOf(operation, text),
    query,
    body:
      body.length === 0
        ? undefined
        : JSON.stringify(toWire(Object.fromEntries(body.map((member) => [member, members.get(member)])))),
  }
}

/**
 * The query of an operation, whose parameters are looked up by the names of their members in the domain: what is fixed
 * comes first.
 *
 * @category encoding
 */
export const queryOf = (operation: Bound, parameter: (member: string) => string | undefined): WireRequest["query"] => {
  const query: Array<readonly [string, string]> = [...bindingOf(operation).query]
  for (const [member, name] of Object.entries(operation.query)) {
    const value = parameter(member)
    if (value !== undefined) query.push([name, value])
  }
  return query
}

/**
 * The path of an operation whose labels, by their names in the domain, are looked up as they are.
 *
 * @category encoding
 */
export const pathOf = (operation: Bound, label: (member: string) => string | undefined): `/${string}` => {
  const segments = bindingOf(operation).segments.map((each) =>
    each.label === undefined ? each.fixed : Uri.encode(label(each.label) ?? ""),
  )
  return `/${segments.join("/")}`
}

/**
 * The query string of a request, percent-encoded, without the `?`; empty if there is none.
 *
 * @category encoding
 */
export const queryString = (query: ReadonlyArray<readonly [name: string, value: string]>): string =>
  query.map(([name, value]) => `${Uri.encode(name)}=${Uri.encode(value)}`).join("&")

const bindAll = () =>
  Map.groupBy(
    Object.values(operations).map((operation) => ({ operation, binding: bindingOf(operation) })),
    ({ binding }) => binding.segments.length,
  )

/**
 * The operations by the number of segments in their paths. Marked as pure, so that a client, which routes nothing, holds the
 * operations that it uses and no others.
 */
const routes = /*#__PURE__*/ bindAll()

/**
 * A path and method that lead to an operation, with the labels found in the path.
 *
 * @category models
 */
export interface Route {
  readonly operation: AnyOperation
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Why a path and method lead nowhere: a path that is not well formed, one that no operation has, a method that none
 * of its operations takes, or a query without the parameter that tells its operations apart.
 *
 * @category models
 */
export type RouteError =
  | { readonly _tag: "MalformedPath" }
  | { readonly _tag: "UnknownPath" }
  | { readonly _tag: "UnknownMethod"; readonly allowed: ReadonlyArray<string> }
  | { readonly _tag: "UnknownQuery"; readonly allowed: ReadonlyArray<string> }

/**
 * Finds the operation that a request asks for.
 *
 * The path is taken as it was sent: it is split at its slashes first and each segment decoded then, so an encoded slash
 * stays within its label, an empty segment stays an empty label, and dots are never resolved. The query, without its `?`,
 * matters where operations share a path and a method: `?operation=associate-phone-numbers`.
 *
 * @category decoding
 */
export const route = (method: string, path: string, query = ""): Result.Result<Route, RouteError> => {
  const sent = path.split("/").slice(1).map(Uri.decode)
  if (!path.startsWith("/") || sent.includes(undefined)) return Result.fail({ _tag: "MalformedPath" })
  const methods = new Set<string>()
  const queries: Array<string> = []
  for (const {
    binding: { query: fixed, segments },
    operation,
  } of routes.get(sent.length) ?? []) {
    const labels = match(segments, sent)
    if (labels === undefined) continue
    methods.add(operation.method)
    if (operation.method !== method) continue
    if (fixed.every(([name, value]) => isFixed(parameters(query, name), value))) {
      return Result.succeed({ operation, labels })
    }
    queries.push(queryString(fixed))
  }
  if (methods.size === 0) return Result.fail({ _tag: "UnknownPath" })
  return Result.fail(
    queries.length === 0
      ? { _tag: "UnknownMethod", allowed: [...methods] }
      : { _tag: "UnknownQuery", allowed: queries },
  )
}

const isFixed = (values: ReadonlyArray<string | undefined>, value: string): boolean =>
  values.length === 1 && values[0] === value

const match = (
  segments: Binding["segments"],
  sent: ReadonlyArray<string | undefined>,
): Readonly<Record<string, string>> | undefined => {
  if (!segments.every(({ fixed, label }, index) => label !== undefined || fixed === sent[index])) return undefined
  const labels: Record<string, string> = {}
  for (const [index, { label }] of segments.entries()) {
    if (label !== undefined) labels[label] = sent[index] ?? ""
  }
  return labels
}

/**
 * Reads the request of an operation from the labels of its path, its query (as sent, without the `?`) and its body.
 *
 * Every violation is told at once, by the names of the wire; but of a list, those of its first 100 elements, so that a
 * body full of mistakes costs no more than one without. Members that the operation does not have are ignored, `null`
 * counts as absent, and a body cannot override a label. A repository does not decode the request again.
 *
 * @category decoding
 */
export const decode = <Request extends object, Success, Error>(
  operation: Operation<Request, Success, Error>,
  labels: Readonly<Record<string, string>>,
  query: string,
  body: Uint8Array,
): Result.Result<Request, InvalidRequest> => {
  const refuse = (...found: readonly [Violation, ...Array<Violation>]) =>
    Result.fail(new InvalidRequest({ operation: operation.name, violations: found }))
  const input: Record<string, unknown> = {}
  const members = bindingOf(operation).body
  if (members.length > 0) {
    const json = parse(body)
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      return refuse({ path: "body", rule: "must be a JSON object" })
    }
    const sent = new Map(Object.entries(Object(fromWire(json))))
    for (const member of members) if (sent.has(member)) input[member] = sent.get(member)
  }
  for (const [member, name] of Object.entries(operation.query)) {
    const values = parameters(query, name)
    if (values.length > 1) return refuse({ path: name, rule: "must be given once" })
    const [value] = values
    if (values.length === 1 && value === undefined) return refuse({ path: name, rule: "must be well percent-encoded" })
    if (value !== undefined)
      input[member] = /^-?\d{1,15}$/u.test(value) && member === "maxResults" ? Number(value) : value
  }
  const request = { ...input, ...labels }
  return Result.mapError(Input.decodeUnknown(operation.request)(request), ({ issue }) => {
    const all = Schema.decodeUnknownResult(operation.request, { errors: "all" })(shortened(request))
    const [first, ...rest] = violations(Result.isFailure(all) ? all.failure.issue : issue)
    const named = ({ path, rule }: Violation): Violation => ({ path: toWirePath(path), rule })
    return new InvalidRequest({ operation: operation.name, violations: [named(first), ...rest.map(named)] })
  })
}

/** How many elements of a list are looked at for mistakes, once it is known to have one. */
const maxElements = 100

const shortened = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.slice(0, maxElements).map(shortened)
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, shortened(inner)]))
}

const utf8 = /*#__PURE__*/ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The JSON of a body, or `undefined`; no body at all is an object without members. */
const parse = (body: Uint8Array): unknown => {
  if (body.length === 0) return {}
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    return undefined
  }
}

const parameters = (query: string, name: string): ReadonlyArray<string | undefined> =>
  query
    .split("&")
    .map((pair) => [pair.split("=", 1)[0] ?? "", pair] as const)
    .filter(([key]) => Uri.decode(key) === name)
    .map(([key, pair]) => Uri.decode(pair.slice(key.length + 1)))
