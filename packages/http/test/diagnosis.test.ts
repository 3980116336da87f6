import { assert, describe, it } from "@effect/vitest"
import type { TransportFailure } from "@proxy-session/http/Exchange"
import { inspect } from "node:util"
import { cut, headFailure, lost, unsent } from "../src/internal/diagnosis.ts"

const error = (fields: object, message = "") => Object.assign(new Error(message), fields)

const told = ({ outcome, reason }: TransportFailure) => ({ reason, outcome })
/** The diagnosis before the head of the response, and within its body. */
const before = (cause: unknown) => told(lost(cause))
const within = (cause: unknown) => told(cut(cause, { status: 200, headers: {} }))

const connect = { reason: "Connect", outcome: "NotSent" } as const

describe("the diagnosis of an error", () => {
  it("is certain that nothing was sent where no connection came about", () => {
    for (const cause of [
      error({ code: "ECONNREFUSED", syscall: "connect" }),
      error({ code: "ENOTFOUND", syscall: "getaddrinfo" }),
      error({ code: "EAI_AGAIN", syscall: "getaddrinfo" }),
      error({ code: "ETIMEDOUT", syscall: "connect" }),
      error({ code: "EHOSTUNREACH", syscall: "connect" }),
      error({ code: "UND_ERR_CONNECT_TIMEOUT" }),
      // Node tries every address of a name, and gathers what became of each.
      Object.assign(new AggregateError([error({ code: "ETIMEDOUT", syscall: "connect" })]), { code: "ETIMEDOUT" }),
      new TypeError("fetch failed", { cause: error({ code: "ECONNREFUSED" }) }),
    ]) {
      assert.deepStrictEqual(before(cause), connect)
    }
  })

  it("is certain that nothing was sent to a server whose certificate is refused", () => {
    for (const code of [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "CERT_HAS_EXPIRED",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ]) {
      assert.deepStrictEqual(before(error({ code })), connect)
    }
  })

  it("is not certain where a server refuses the client's certificate, since the request may be under way", () => {
    const refused = error({ code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" })
    assert.deepStrictEqual(before(refused), { reason: "Protocol", outcome: "Unknown" })
  })

  it("is not certain where what arrives is no TLS or an alert, which a request under way may meet as well", () => {
    const wrong = "80A6F2AD:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl3_record.c:354:"
    const alert =
      "80A6F2AD:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../rec_layer_s3.c:918:"
    for (const cause of [
      error({ code: "EPROTO", syscall: "write" }, `write EPROTO ${wrong}`),
      error({ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, wrong),
      error({ code: "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE" }, alert),
    ]) {
      assert.deepStrictEqual(before(cause), { reason: "Protocol", outcome: "Unknown" })
      assert.deepStrictEqual(before(new TypeError("fetch failed", { cause })).outcome, "Unknown")
    }
    const cut = "Client network socket disconnected before secure TLS connection was established"
    assert.deepStrictEqual(before(error({ code: "ECONNRESET" }, cut)), connect)
  })

  it("leaves the outcome of everything else unknown", () => {
    for (const [cause, reason] of [
      [error({ code: "ECONNRESET", syscall: "read" }), "Reset"],
      [error({ code: "ECONNRESET" }, "socket hang up"), "Reset"],
      [error({ code: "EPIPE", syscall: "write" }), "Reset"],
      [error({ code: "EHOSTUNREACH", syscall: "read" }), "Other"],
      [new TypeError("fetch failed", { cause: error({ code: "UND_ERR_SOCKET" }) }), "Reset"],
      [error({ code: "ETIMEDOUT", syscall: "read" }), "Timeout"],
      [error({ code: "UND_ERR_HEADERS_TIMEOUT" }), "Timeout"],
      [error({ code: "HPE_INVALID_CONSTANT" }), "Protocol"],
      [error({ name: "HTTPParserError" }), "Protocol"],
      [new DOMException("aborted", "AbortError"), "Other"],
      [undefined, "Other"],
      ["text", "Other"],
    ] as const) {
      assert.deepStrictEqual(before(cause), { reason, outcome: "Unknown" })
    }
  })

  it("takes what breaks a body for a truncation, unless it says better", () => {
    for (const [cause, reason] of [
      [error({ code: "ECONNRESET" }, "aborted"), "Truncated"],
      [new TypeError("terminated", { cause: error({ code: "UND_ERR_SOCKET" }) }), "Truncated"],
      [error({ code: "UND_ERR_BODY_TIMEOUT" }), "Timeout"],
      [error({ code: "HPE_INVALID_CHUNK_SIZE" }), "Protocol"],
      [undefined, "Truncated"],
    ] as const) {
      assert.deepStrictEqual(within(cause), { reason, outcome: "Unknown" })
    }
  })

  it("never proves by what comes after the head that nothing was sent", () => {
    assert.deepStrictEqual(within(error({ code: "ECONNREFUSED" })).outcome, "Unknown")
  })

  it("ends for errors that cause themselves", () => {
    const cause: Error & { cause?: unknown } = new Error("loop")
    cause.cause = cause
    assert.deepStrictEqual(before(cause), { reason: "Other", outcome: "Unknown" })
  })

  it("is certain that nothing was sent before the request began, whatever the error says", () => {
    assert.deepStrictEqual(told(unsent(error({ code: "ECONNRESET" }))), connect)
    assert.deepStrictEqual(told(unsent(error({ code: "EPROTO" }))), connect)
    assert.deepStrictEqual(told(unsent(error({}))), { reason: "Other", outcome: "NotSent" })
  })

  it("shows the code of an error that is known, and no other", () => {
    const code = (cause: unknown) => lost(cause).code
    for (const known of [
      "ECONNREFUSED",
      "ENOTFOUND",
      "EAI_AGAIN",
      "ECONNRESET",
      "EPROTO",
      "CERT_HAS_EXPIRED",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "HPE_INVALID_CONSTANT",
      "UND_ERR_SOCKET",
    ]) {
      assert.strictEqual(code(error({ code: known })), known)
      assert.strictEqual(code(new TypeError("fetch failed", { cause: error({ code: known }) })), known)
    }
    assert.strictEqual(code(error({ code: "EHOSTUNREACH", syscall: "connect" })), "EHOSTUNREACH")
    assert.strictEqual(unsent(error({ code: "EPROTO" })).code, "EPROTO")
    assert.strictEqual(cut(error({ code: "EPIPE" }), { status: 200, headers: {} }).code, "EPIPE")
    for (const unknown of [
      "EAI_12065550100",
      "ERR_SSL_+12065550100",
      "ERR_SSL_12065550100",
      "HPE_Jane",
      "UNABLE_TO_12065550100",
      "SIGNATURE_CERT_0123456789ABCDEF",
      "ECANARY",
      "",
    ]) {
      assert.isUndefined(code(error({ code: unknown })))
      assert.isUndefined(code(error({ code: unknown, syscall: "connect" })))
    }
  })

  it("prints neither the headers of a response nor what caused it", () => {
    const failure = cut(error({ code: "ECONNRESET" }, "canary"), { status: 200, headers: { "x-echo": "canary" } })
    assert.notInclude(inspect(failure, { depth: 9 }) + JSON.stringify(failure) + String(failure), "canary")
    assert.include(inspect(failure), "Truncated")
  })
})

describe("the head of a response", () => {
  const failure = (status: number, headers: Record<string, string> = {}) => headFailure({ status, headers }, 10)

  it("is a failure by itself where it is a redirect, or announces more than the limit", () => {
    for (const status of [0, 300, 302, 304, 399]) {
      assert.include(failure(status), { reason: "Redirect", outcome: "Unknown" })
    }
    assert.include(failure(200, { "content-length": "11" }), { reason: "TooLarge", outcome: "Unknown" })
    for (const headers of [{}, { "content-length": "10" }, { "content-length": "zz" }]) {
      assert.isUndefined(failure(200, headers))
    }
    for (const status of [200, 204, 400, 503]) assert.isUndefined(failure(status))
  })
})
