import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { TransportError } from "@proxy-session/domain/TransportError"
import type { Answer } from "@proxy-session/protocol/ErrorFormat"
import * as Operation from "@proxy-session/protocol/Operation"
import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import type { Descriptor } from "./descriptors.ts"
import { outcomes } from "./outcomes.ts"

/** How an attempt on the wire is kept. */
export type Exchange = Descriptor<WireRequest.WireRequest, Answer, CredentialsError | TransportError>

/** What answers tell that matters to whoever reads them; all else differs from one to the next, or is nobody's business. */
const kept: ReadonlySet<string> = new Set([
  "content-type",
  "retry-after",
  "x-amz-retry-after",
  "x-amzn-errortype",
  "x-amzn-requestid",
])

/** An object or a list is kept as JSON, to be read and to be aliased; all else is kept as the text that it is. */
const parse = (body: string): Schema.Json => {
  try {
    const json: Schema.Json = JSON.parse(body)
    return typeof json === "object" && json !== null ? json : body
  } catch {
    return body
  }
}

const print = (body: Schema.Json): string => (typeof body === "string" ? body : JSON.stringify(body))

const Body = Schema.Json.pipe(
  Schema.decodeTo(Schema.String, { decode: SchemaGetter.transform(print), encode: SchemaGetter.transform(parse) }),
)

const KeptHeaders = Schema.Record(Schema.String, Schema.String).pipe(
  Schema.decodeTo(Schema.Record(Schema.String, Schema.UndefinedOr(Schema.String)), {
    decode: SchemaGetter.transform((headers: Readonly<Record<string, string>>) => headers),
    encode: SchemaGetter.transform((headers: Answer["headers"]) =>
      Record.filter(headers, (value, name): value is string => value !== undefined && kept.has(name)),
    ),
  }),
)

const Received = Schema.toCodecJson(Schema.Struct({ status: Schema.Int, headers: KeptHeaders, body: Body }))

const Failed = Schema.toCodecJson(Schema.Union([CredentialsError, TransportError]))

/** A request under the names of its operation's path, so that what is in the path can be told apart, and aliased. */
const Sent = Schema.Struct({
  labels: Schema.Record(Schema.String, Schema.String),
  query: Schema.Record(Schema.String, Schema.String),
  body: Schema.optionalKey(Schema.Json),
})

const labelsOf = ({ method, path }: WireRequest.WireRequest): Readonly<Record<string, string>> =>
  Result.getOrThrow(WireRequest.route(method, path)).labels

const describe = ({ method, name }: Operation.AnyOperation): Exchange => {
  const decode = Schema.decodeUnknownSync(Sent)
  return {
    operation: name,
    isRead: method === "GET",
    encode: (request) => ({
      labels: labelsOf(request),
      query: Object.fromEntries(request.query),
      ...(request.body === undefined ? {} : { body: parse(request.body) }),
    }),
    decode: (json) => {
      const { body, labels, query } = decode(json)
      return {
        method,
        path: WireRequest.pathOf({ name }, (member) => labels[member]),
        query: Object.entries(query),
        body: body === undefined ? undefined : print(body),
      }
    },
    success: Received,
    error: Failed,
    ...outcomes(Sent, Received, Failed, { isPlain: false }),
  }
}

export const exchanges = Record.map(Operation.operations, describe)
