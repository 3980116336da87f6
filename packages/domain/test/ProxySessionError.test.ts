import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
import { OperationName } from "@proxy-session/domain/OperationName"
import { type ErrorOf, operations } from "@proxy-session/domain/Operations"
import { ConflictException, ResourceLimitExceededException } from "@proxy-session/domain/ProvisioningError"
import {
  AccessDeniedException,
  BadRequestException,
  ForbiddenException,
  NotFoundException,
  ServiceFailureException,
  ServiceUnavailableException,
  ThrottledClientException,
  UnauthorizedClientException,
  UnmodeledServiceError,
} from "@proxy-session/domain/ServiceError"
import { TransportError } from "@proxy-session/domain/TransportError"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { accepts, property } from "./support/check.ts"

const declared = { message: "the message", code: "Code", requestId: "the-id" }

/** One of each, with whether it is worth repeating. */
const errors = [
  [new BadRequestException(declared), false],
  [new UnauthorizedClientException(declared), false],
  [new ForbiddenException(declared), false],
  [new NotFoundException(declared), false],
  [new ThrottledClientException(declared), true],
  [new ServiceFailureException(declared), true],
  [new ServiceUnavailableException(declared), true],
  [new AccessDeniedException(declared), false],
  [new ResourceLimitExceededException(declared), false],
  [new ConflictException(declared), false],
  [new UnmodeledServiceError({ ...declared, status: 410, type: "GoneException" }), false],
  [new InvalidRequest({ operation: "GetProxySession", violations: [{ path: "a", rule: "b" }] }), false],
  [
    new TransportError({
      operation: "GetProxySession",
      reason: "Reset",
      outcome: "Unknown",
      attempts: 2,
      requestId: "the-id",
    }),
    true,
  ],
  [
    new MalformedResponse({ operation: "GetProxySession", path: "a", problem: "is required", requestId: "the-id" }),
    false,
  ],
  [new CredentialsError({ sources: [{ source: "environment", reason: "AWS_ACCESS_KEY_ID is not set" }] }), false],
] as const

const six = [
  "BadRequestException",
  "UnauthorizedClientException",
  "ForbiddenException",
  "ThrottledClientException",
  "ServiceFailureException",
  "ServiceUnavailableException",
]

/** Those that an operation declares besides, as both models have them. Source: the `errors` of each operation. */
const others: Readonly<Record<OperationName, ReadonlyArray<string>>> = {
  CreateProxySession: ["NotFoundException"],
  GetProxySession: ["NotFoundException"],
  ListProxySessions: ["NotFoundException"],
  UpdateProxySession: ["NotFoundException"],
  DeleteProxySession: ["NotFoundException"],
  PutVoiceConnectorProxy: ["NotFoundException", "AccessDeniedException"],
  GetVoiceConnectorProxy: ["NotFoundException"],
  DeleteVoiceConnectorProxy: ["NotFoundException"],
  CreateVoiceConnector: ["AccessDeniedException", "ResourceLimitExceededException"],
  GetVoiceConnector: ["NotFoundException"],
  ListVoiceConnectors: [],
  UpdateVoiceConnector: ["NotFoundException"],
  DeleteVoiceConnector: ["NotFoundException", "ConflictException"],
  AssociatePhoneNumbersWithVoiceConnector: ["NotFoundException", "AccessDeniedException"],
  DisassociatePhoneNumbersFromVoiceConnector: ["NotFoundException"],
  ListPhoneNumbers: ["NotFoundException"],
  GetPhoneNumber: ["NotFoundException"],
  SearchAvailablePhoneNumbers: ["AccessDeniedException"],
  CreatePhoneNumberOrder: ["AccessDeniedException", "ResourceLimitExceededException"],
  GetPhoneNumberOrder: ["NotFoundException"],
}

const five = ["InvalidRequest", "UnmodeledServiceError", "TransportError", "MalformedResponse", "CredentialsError"]

const unions = OperationName.literals.map(
  (name) => [name, operations[name].error, [...six, ...others[name], ...five]] as const,
)

/** All errors of all operations. */
const Any = Schema.Union([
  ...operations.PutVoiceConnectorProxy.error.members,
  ResourceLimitExceededException,
  ConflictException,
])

for (const [error, retryable] of errors) {
  describe(error._tag, () => {
    it("is an Error that says what happened, what to do, and whether repeating helps", () => {
      assert.instanceOf(error, Error)
      assert.strictEqual(error.name, error._tag)
      assert.isAbove(error.message.length, 0)
      assert.match(error.hint, /^[A-Z].*\.$/u)
      assert.strictEqual(error.retryable, retryable)
    })

    it.effect("fails an effect and is caught by its tag", () =>
      Effect.gen(function* () {
        const caught = yield* Effect.fail<ErrorOf[OperationName]>(error).pipe(
          Effect.catchTag(error._tag, (same) => Effect.succeed(same)),
        )
        assert.strictEqual<unknown>(caught, error)
      }),
    )

    for (const [operation, schema, tags] of unions) {
      if (!tags.includes(error._tag)) {
        it(`is no error of ${operation}`, () => {
          assert.isFalse(accepts(Schema.toCodecJson(schema), { ...declared, _tag: error._tag }))
          assert.isFalse(Schema.is(schema)(error))
        })
      } else {
        it(`comes back whole from the JSON of ${operation}'s errors`, () => {
          const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(Schema.toCodecJson(Any))(error)))
          const back = Schema.decodeUnknownSync(Schema.toCodecJson(schema))(json)
          assert.strictEqual(back.constructor, error.constructor)
          assert.deepStrictEqual({ ...back }, { ...error })
          assert.strictEqual(back.message, error.message)
        })
      }
    }
  })
}

describe("the union of each operation", () => {
  for (const [operation, schema, tags] of unions) {
    it(`${operation} can fail with ${tags.length} errors and no other`, () => {
      assert.sameMembers(
        schema.members.map(({ fields }) => fields._tag.schema.literal),
        [...tags],
      )
      assert.isFalse(accepts(schema, { ...declared, _tag: "GoneException" }))
      assert.isFalse(accepts(schema, { ...declared, _tag: "toString" }))
      assert.isFalse(accepts(schema, { message: "no tag" }))
    })
  }

  it.prop(
    "any error of any operation survives JSON",
    [Any],
    ([error]) => {
      const codec = Schema.toCodecJson(Any)
      const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(codec)(error)))
      const back = Schema.decodeUnknownSync(codec)(json)
      assert.strictEqual(back._tag, error._tag)
      assert.strictEqual(JSON.stringify(Schema.encodeSync(codec)(back)), JSON.stringify(json))
    },
    property,
  )
})

describe("what each error says", () => {
  const transport = { operation: "CreateProxySession", reason: "Reset", outcome: "Unknown", attempts: 1 } as const

  it("TransportError tells whether the operation may have happened, and after how many attempts", () => {
    assert.strictEqual(
      new TransportError(transport).message,
      "CreateProxySession: no usable answer (Reset, 1 attempt); whether it was carried out is unknown",
    )
    assert.strictEqual(
      new TransportError({ ...transport, outcome: "NotSent", attempts: 3 }).message,
      "CreateProxySession: no usable answer (Reset, 3 attempts); it was not carried out",
    )
    const origin = "https://127.0.0.1:4010"
    assert.strictEqual(
      new TransportError({ ...transport, reason: "Protocol", code: "EPROTO", origin }).message,
      "CreateProxySession: no usable answer from https://127.0.0.1:4010 (Protocol, EPROTO, 1 attempt); " +
        "whether it was carried out is unknown",
    )
  })

  it("TransportError says what to do about a name, a port, a certificate and TLS that are wrong", () => {
    const hint = (code: string, origin = "https://127.0.0.1:4010") =>
      new TransportError({ ...transport, outcome: "NotSent", code, origin }).hint
    assert.match(hint("ENOTFOUND"), /does not resolve/u)
    assert.match(hint("ECONNREFUSED"), /Nothing listens/u)
    for (const code of ["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"]) {
      assert.match(hint(code), /certificate is not trusted/u)
    }
    for (const code of ["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"]) {
      assert.match(hint(code), /does not speak TLS/u)
      assert.notMatch(hint(code, "http://127.0.0.1:4010"), /TLS/u)
    }
    assert.match(new TransportError({ ...transport, code: "ENOTFOUND" }).hint, /list what exists\.$/u)
  })

  it("a redirect and an answer too large are not worth repeating, and say what is", () => {
    for (const reason of ["Redirect", "TooLarge"] as const) {
      const error = new TransportError({ ...transport, reason })
      assert.isFalse(error.retryable)
      assert.notStrictEqual(error.hint, new TransportError(transport).hint)
    }
    for (const reason of ["Connect", "Reset", "Timeout", "Truncated", "Protocol", "Other"] as const) {
      assert.isTrue(new TransportError({ ...transport, reason }).retryable)
    }
  })

  it("an undeclared error is worth repeating by its status", () => {
    const retryable = (status: number) => new UnmodeledServiceError({ message: "", status }).retryable
    assert.deepStrictEqual(
      [400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 501, 502, 503, 504, 599].filter(retryable),
      [408, 429, 500, 502, 503, 504, 599],
    )
  })

  it("an undeclared error may have happened unless its status is a refusal", () => {
    const unknown = (status: number) => new UnmodeledServiceError({ message: "", status }).outcome === "Unknown"
    assert.deepStrictEqual([101, 400, 409, 499, 500, 501, 502, 999].filter(unknown), [101, 500, 502, 999])
  })

  it("and by its name or code, which know more", () => {
    const named = (status: number, named: { readonly type?: string; readonly code?: string }) => {
      const { outcome, retryable } = new UnmodeledServiceError({ message: "", status, ...named })
      return [retryable, outcome]
    }
    assert.deepStrictEqual(named(400, { type: "ThrottlingException" }), [true, "NotSent"])
    assert.deepStrictEqual(named(503, { code: "SlowDown" }), [true, "NotSent"])
    assert.deepStrictEqual(named(503, { type: "GoneException" }), [true, "Unknown"])
    assert.deepStrictEqual(named(500, { type: "ExpiredToken" }), [false, "NotSent"])
  })

  it("CredentialsError names each source that was tried", () => {
    assert.strictEqual(
      new CredentialsError({
        sources: [
          { source: "environment", reason: "not set" },
          { source: "file", reason: "missing" },
        ],
      }).message,
      "No usable credentials (environment: not set; file: missing)",
    )
    assert.strictEqual(
      new CredentialsError({ sources: [] }).message,
      "No usable credentials (no source was configured)",
    )
  })

  it("MalformedResponse names the member and what is wrong with it", () => {
    assert.strictEqual(
      new MalformedResponse({ operation: "GetProxySession", path: "ProxySession.Status", problem: "is required" })
        .message,
      "GetProxySession: the answer's ProxySession.Status is required",
    )
  })

  it("InvalidRequest cannot be made without a violation", () => {
    assert.isFalse(accepts(InvalidRequest, { _tag: "InvalidRequest", violations: [] }))
  })
})
