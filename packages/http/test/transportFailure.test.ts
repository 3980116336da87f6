import { assert, describe, it } from "@effect/vitest"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { classify } from "../src/internal/transportFailure.ts"

const request = HttpClientRequest.get("http://127.0.0.1")
const response = HttpClientResponse.fromWeb(request, new Response())

const error = (fields: object, message = "") => Object.assign(new Error(message), fields)

/** What an error amounts to before the head of the answer, and within its body. */
const before = (cause: unknown) =>
  classify(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }))
const within = (cause: unknown) =>
  classify(
    new HttpClientError.HttpClientError({ reason: new HttpClientError.DecodeError({ request, response, cause }) }),
  )

const connect = { reason: "Connect", outcome: "NotSent" } as const

describe("classify", () => {
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

  it("is certain that a request that could not be written was not sent", () => {
    for (const reason of [
      new HttpClientError.EncodeError({ request }),
      new HttpClientError.InvalidUrlError({ request }),
    ]) {
      const failure = classify(new HttpClientError.HttpClientError({ reason }))
      assert.deepStrictEqual(failure, { reason: "Other", outcome: "NotSent" })
    }
  })
})
