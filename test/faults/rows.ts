/**
 * What can go wrong, and what the live Layer has to make of it: one row for each fault.
 *
 * A result is told in words: the error's tag with its reason and outcome, its status or its path; or `success`.
 */
import { gzipSync } from "node:zlib"
import { session } from "./clients.ts"
import * as Endpoint from "./endpoint.ts"

/** How many requests arrive, and what the caller is told. */
export type Expected = readonly [requests: number, result: string]

export interface Row {
  readonly fault: string
  readonly meets: ReadonlyArray<Endpoint.Behaviour>
  /** Of a call that may be repeated. */
  readonly get: Expected
  /** Of the one that may not. */
  readonly create: Expected
  /** The milliseconds between arrivals, at least. */
  readonly gaps?: ReadonlyArray<number>
  /** How many milliseconds ahead of this machine's clock each attempt is signed. */
  readonly ahead?: ReadonlyArray<number>
  /** The milliseconds that an attempt may take, where that is what the row is about. */
  readonly attemptTimeout?: number
  /** What chance says, from 0 to 1, if not the most. */
  readonly chance?: number
}

/** An error that proves nothing: tried three times, but a create once. */
const ambiguous = (result: string): Pick<Row, "create" | "get"> => ({ get: [3, result], create: [1, result] })

/** The same for every call. */
const always = (requests: number, result: string): Pick<Row, "create" | "get"> => ({
  get: [requests, result],
  create: [requests, result],
})

const html = "<html><body>Bad Gateway</body></html>"
const page = { "content-type": "text/html" }
const transient = [49, 99]

const broken: ReadonlyArray<Row> = [
  { fault: "a reset before the answer", meets: [Endpoint.reset], ...ambiguous("Reset Unknown"), gaps: transient },
  { fault: "an end before the answer", meets: [Endpoint.end], ...ambiguous("Reset Unknown"), gaps: transient },
  {
    fault: "a reset after an informational answer",
    meets: [Endpoint.bytes("HTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\n", "reset")],
    ...ambiguous("Reset Unknown"),
  },
  {
    fault: "a reset within the head",
    meets: [Endpoint.bytes("HTTP/1.1 200 OK\r\ncontent-le", "reset")],
    ...ambiguous("Reset Unknown"),
  },
  {
    fault: "an end within the head",
    meets: [Endpoint.bytes("HTTP/1.1 200 OK\r\ncontent-le", "end")],
    ...ambiguous("Reset Unknown"),
  },
  {
    fault: "a reset within the body",
    meets: [Endpoint.partOf(session(), "reset")],
    ...ambiguous("Truncated Unknown"),
  },
  { fault: "an end within the body", meets: [Endpoint.partOf(session(), "end")], ...ambiguous("Truncated Unknown") },
  {
    fault: "one reset, and then a good answer",
    meets: [Endpoint.reset, Endpoint.answer(200, session())],
    get: [2, "success"],
    create: [1, "Reset Unknown"],
  },
]

const tooLate = { ...ambiguous("Timeout Unknown"), attemptTimeout: 400 }

const slow: ReadonlyArray<Row> = [
  { fault: "no answer at all", meets: [Endpoint.silence], ...tooLate },
  {
    fault: "a head that stalls",
    meets: [Endpoint.bytes("HTTP/1.1 200 OK\r\n", "stay")],
    ...tooLate,
  },
  { fault: "a head that drips", meets: [Endpoint.drippingHead], ...tooLate },
  { fault: "a body that stalls", meets: [Endpoint.partOf(session(), "stay")], ...tooLate },
  { fault: "a body that drips", meets: [Endpoint.drippingBody], ...tooLate },
]

const statuses: ReadonlyArray<Row> = [
  {
    fault: "500 in the service's form",
    meets: [Endpoint.fault(500, "ServiceFailureException")],
    ...ambiguous("ServiceFailureException"),
    gaps: transient,
  },
  { fault: "500 without a body", meets: [Endpoint.answer(500)], ...ambiguous("UnmodeledServiceError 500") },
  { fault: "502 in HTML", meets: [Endpoint.answer(502, html, page)], ...ambiguous("UnmodeledServiceError 502") },
  { fault: "504 in HTML", meets: [Endpoint.answer(504, html, page)], ...ambiguous("UnmodeledServiceError 504") },
  {
    fault: "503 that asks for time",
    meets: [Endpoint.fault(503, "ServiceUnavailableException", { "x-amz-retry-after": "300" })],
    ...ambiguous("ServiceUnavailableException"),
    gaps: [299, 299],
  },
  {
    fault: "503 that asks for more time than there is",
    meets: [Endpoint.fault(503, "ServiceUnavailableException", { "retry-after": "1000000000" })],
    ...always(1, "ServiceUnavailableException"),
  },
  {
    fault: "503 that asks for nonsense",
    meets: [Endpoint.fault(503, "ServiceUnavailableException", { "retry-after": "-1" })],
    ...ambiguous("ServiceUnavailableException"),
    gaps: transient,
  },
  {
    fault: "429",
    meets: [Endpoint.fault(429, "ThrottledClientException")],
    ...always(3, "ThrottledClientException"),
    chance: 0.1,
    gaps: [99, 199],
  },
  {
    fault: "429 in HTML",
    meets: [Endpoint.answer(429, html, page)],
    ...always(3, "UnmodeledServiceError 429"),
    chance: 0.1,
    gaps: [99, 199],
  },
  {
    fault: "400 ThrottlingException",
    meets: [Endpoint.fault(400, "ThrottlingException")],
    ...always(3, "UnmodeledServiceError 400"),
    chance: 0.1,
    gaps: [99, 199],
  },
  {
    fault: "400 RequestTimeoutException",
    meets: [Endpoint.fault(400, "RequestTimeoutException")],
    ...always(3, "UnmodeledServiceError 400"),
    gaps: transient,
  },
  { fault: "400", meets: [Endpoint.fault(400, "BadRequestException")], ...always(1, "BadRequestException") },
  {
    fault: "401",
    meets: [Endpoint.fault(401, "UnauthorizedClientException")],
    ...always(1, "UnauthorizedClientException"),
  },
  { fault: "403", meets: [Endpoint.fault(403, "ForbiddenException")], ...always(1, "ForbiddenException") },
  { fault: "404", meets: [Endpoint.fault(404, "NotFoundException")], ...always(1, "NotFoundException") },
  {
    fault: "an unknown status below 500",
    meets: [Endpoint.fault(418, "TeapotException")],
    ...always(1, "UnmodeledServiceError 418"),
  },
  { fault: "501", meets: [Endpoint.answer(501)], ...always(1, "UnmodeledServiceError 501") },
]

/** What a service answers whose clock is ahead of this machine's, read when the request is met. */
const dated =
  (ahead: number, answer: (headers: { readonly date: string }) => Endpoint.Behaviour): Endpoint.Behaviour =>
  (socket, answered) =>
    answer({ date: new Date(Date.now() + ahead).toUTCString() })(socket, answered)

const signature = (ahead: number) =>
  dated(ahead, (headers) => Endpoint.fault(403, "InvalidSignatureException", headers))
const tenMinutes = 10 * 60_000

const identity: ReadonlyArray<Row> = [
  {
    fault: "a refused signature, the clocks being ten minutes apart",
    meets: [signature(tenMinutes), dated(tenMinutes, (headers) => Endpoint.answer(200, session(), headers))],
    ...always(2, "success"),
    ahead: [0, tenMinutes],
  },
  {
    fault: "a signature that stays refused once the clock is corrected",
    meets: [signature(tenMinutes)],
    ...always(2, "UnmodeledServiceError 403"),
    ahead: [0, tenMinutes],
  },
  {
    fault: "a refused signature, the clocks being three minutes apart",
    meets: [signature(3 * 60_000)],
    ...always(1, "UnmodeledServiceError 403"),
  },
  {
    fault: "an expired token that cannot be replaced",
    meets: [Endpoint.fault(403, "ExpiredTokenException")],
    ...always(1, "UnmodeledServiceError 403"),
  },
]

const malformed = (fault: string, body: string | Uint8Array, path: string, headers = {}): Row => ({
  fault,
  meets: [Endpoint.answer(200, body, headers)],
  ...always(1, `MalformedResponse ${path}`),
})

const sound = (fault: string, body: string, headers = {}): Row => ({
  fault,
  meets: [Endpoint.answer(200, body, headers)],
  ...always(1, "success"),
})

const answers: ReadonlyArray<Row> = [
  malformed("a success in HTML", html, "body", page),
  malformed("a success of broken JSON", session().slice(0, -3), "body"),
  malformed("a success without a body", "", "ProxySession"),
  malformed("a success that is a list", "[]", "body"),
  malformed("a success that is null", "null", "body"),
  malformed("a name that is not UTF-8", Buffer.from(session({ Name: "\u00ff" }), "latin1"), "body"),
  malformed("a member of another type", session({ Capabilities: "Voice" }), "ProxySession.Capabilities"),
  malformed("a time that is none", session({ CreatedTimestamp: "yesterday" }), "ProxySession.CreatedTimestamp"),
  malformed("a time as a number", session({ CreatedTimestamp: 1_795_424_400 }), "ProxySession.CreatedTimestamp"),
  malformed("an enumeration's unknown value", session({ Status: "Paused" }), "ProxySession.Status"),
  malformed("a missing member that is required", session({ ProxySessionId: undefined }), "ProxySession.ProxySessionId"),
  malformed("a null member that is required", session({ ProxySessionId: null }), "ProxySession.ProxySessionId"),
  sound("optional members that are null", session({ Name: null, EndedTimestamp: null, Participants: null })),
  sound("members that nobody knows", session({ Colour: "red", Capabilities2: [] })),
  sound("a content type of plain text", session(), { "content-type": "text/plain" }),
  sound("a content type that is empty", session(), { "content-type": "" }),
  sound("a success that begins with a byte order mark", `\uFEFF${session()}`),
  { fault: "a success by another status", meets: [Endpoint.answer(202, session())], ...always(1, "success") },
]

const floods: ReadonlyArray<Row> = [
  {
    fault: "64 MiB that are announced",
    meets: [Endpoint.flood(64 * 2 ** 20, true)],
    ...always(1, "TooLarge Unknown"),
  },
  { fault: "a session in chunks of a byte", meets: [Endpoint.crumbs(session())], ...always(1, "success") },
  { fault: "64 MiB in chunks", meets: [Endpoint.flood(64 * 2 ** 20, false)], ...always(1, "TooLarge Unknown") },
  {
    fault: "a head of 100 KiB",
    meets: [Endpoint.bytes(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100 * 1024)}\r\n\r\n`, "stay")],
    ...ambiguous("Protocol Unknown"),
  },
  {
    fault: "what is not HTTP",
    meets: [Endpoint.bytes("SSH-2.0-OpenSSH_9.2\r\n", "stay")],
    ...ambiguous("Protocol Unknown"),
  },
]

/** Every fault that a server alone can cause with one connection at a time. */
export const rows: ReadonlyArray<Row> = [...broken, ...slow, ...statuses, ...identity, ...answers, ...floods]

/** A body that nobody asked to be packed. */
export const packed = Endpoint.answer(200, gzipSync(session()), { "content-encoding": "gzip" })
