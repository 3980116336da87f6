import { assert, describe, it } from "@effect/vitest"
import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
import {
  BadRequestException,
  ForbiddenException,
  NotFoundException,
  ServiceFailureException,
  ServiceUnavailableException,
  ThrottledClientException,
  UnauthorizedClientException,
  UnmodeledServiceError,
} from "@proxy-session/domain/ServiceError"
import { TransportError, type TransportReason } from "@proxy-session/domain/TransportError"
import { classify } from "@proxy-session/protocol/RetryClass"

const message = "no"
const unmodeled = (status: number, rest: { readonly type?: string; readonly code?: string } = {}) =>
  classify(new UnmodeledServiceError({ message, status, ...rest }))
const transport = (reason: TransportReason, outcome: "NotSent" | "Unknown") =>
  classify(new TransportError({ operation: "CreateProxySession", reason, outcome, attempts: 1 }))

describe("RetryClass.classify", () => {
  it("knows throttling by name, by type, by code and by status, and that nothing was done", () => {
    const throttled = { reason: "Throttling", outcome: "NotSent" }
    assert.deepStrictEqual(classify(new ThrottledClientException({ message })), throttled)
    assert.deepStrictEqual(unmodeled(400, { type: "ThrottlingException" }), throttled)
    assert.deepStrictEqual(unmodeled(400, { code: "Throttling" }), throttled)
    assert.deepStrictEqual(unmodeled(429), throttled)
  })

  it("takes a service that failed for one that may have done it", () => {
    const broken = { reason: "Transient", outcome: "Unknown" }
    assert.deepStrictEqual(classify(new ServiceFailureException({ message })), broken)
    assert.deepStrictEqual(classify(new ServiceUnavailableException({ message })), broken)
    for (const status of [500, 502, 503, 504]) assert.deepStrictEqual(unmodeled(status), broken)
  })

  it("takes a request that the service did not receive in time for one that was not carried out", () => {
    assert.deepStrictEqual(unmodeled(400, { type: "RequestTimeoutException" }), {
      reason: "Transient",
      outcome: "NotSent",
    })
    assert.deepStrictEqual(unmodeled(408), { reason: "Transient", outcome: "NotSent" })
  })

  it("takes a gateway that gave up waiting for a service that may have done it, by whatever name", () => {
    for (const type of ["RequestTimeout", "RequestTimeoutException"]) {
      for (const status of [500, 503, 504]) {
        assert.deepStrictEqual(unmodeled(status, { type }), { reason: "Transient", outcome: "Unknown" })
      }
    }
    assert.deepStrictEqual(unmodeled(503, { type: "SlowDown" }), { reason: "Throttling", outcome: "NotSent" })
  })

  it("keeps what the transport says of the outcome", () => {
    assert.deepStrictEqual(transport("Connect", "NotSent"), { reason: "Transient", outcome: "NotSent" })
    assert.deepStrictEqual(transport("Reset", "Unknown"), { reason: "Transient", outcome: "Unknown" })
    assert.deepStrictEqual(transport("Timeout", "Unknown"), { reason: "Timeout", outcome: "Unknown" })
    assert.isUndefined(transport("Redirect", "Unknown"))
    assert.isUndefined(transport("TooLarge", "Unknown"))
  })

  it("lets a refused signature and an expired token be tried again, on conditions", () => {
    assert.strictEqual(classify(new UnauthorizedClientException({ message }))?.reason, "ClockSkew")
    assert.strictEqual(unmodeled(403, { type: "InvalidSignatureException" })?.reason, "ClockSkew")
    assert.strictEqual(unmodeled(403, { type: "ExpiredTokenException" })?.reason, "ExpiredToken")
  })

  it("says the same as the error itself, whatever its name and status", () => {
    const names = [
      "ThrottlingException",
      "SlowDown",
      "RequestTimeout",
      "ExpiredToken",
      "RequestExpired",
      "GoneException",
    ]
    for (const status of [400, 403, 408, 410, 429, 500, 501, 502, 503, 504]) {
      for (const name of [...names, undefined]) {
        for (const rest of name === undefined ? [{}] : [{ type: name }, { code: name }]) {
          const error = new UnmodeledServiceError({ message, status, ...rest })
          const told = classify(error)
          const asItIs = told?.reason === "Throttling" || told?.reason === "Transient"
          assert.strictEqual(error.retryable, asItIs, `${status} ${name}`)
          assert.strictEqual(error.outcome, told?.outcome ?? "NotSent", `${status} ${name}`)
        }
      }
    }
  })

  it("lets everything else be", () => {
    assert.isUndefined(classify(new BadRequestException({ message })))
    assert.isUndefined(classify(new ForbiddenException({ message })))
    assert.isUndefined(classify(new NotFoundException({ message })))
    assert.isUndefined(classify(new CredentialsError({ sources: [] })))
    assert.isUndefined(
      classify(new MalformedResponse({ operation: "GetProxySession", path: "ProxySession", problem: "is required" })),
    )
    for (const status of [400, 403, 404, 409, 410, 501]) assert.isUndefined(unmodeled(status))
    for (const type of ["constructor", "__proto__", "toString"]) assert.isUndefined(unmodeled(400, { type }))
  })
})
