import { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { MalformedResponse } from "@proxy-session/domain/MalformedResponse"
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
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import * as Operation from "@proxy-session/protocol/Operation"
import { assert, describe, it } from "@effect/vitest"
import { inspect } from "node:util"
import { all, type Plain, plain, told } from "./support/wire.ts"

const get = plain(Operation.operations.GetProxySession)
const put = plain(Operation.operations.PutVoiceConnectorProxy)

const answer = (status: number, type: string | undefined, body: string, more: Record<string, string> = {}) => ({
  status,
  headers: { ...(type === undefined ? {} : { "x-amzn-errortype": type }), ...more },
  body,
})

/** What an error answer is read as: its tag and everything that it tells. */
const read = (status: number, type: string | undefined, body: string, operation: Plain = get): object =>
  told(ErrorFormat.decode(operation, answer(status, type, body)))

const notFound = '{"Code":"NotFound","Message":"Unable to find the requested identifier"}'

describe("decode, what names the exception", () => {
  const typed = {
    _tag: "NotFoundException",
    code: "NotFound",
    message: "Unable to find the requested identifier",
  }

  for (const header of [
    "NotFoundException",
    "NotFoundException:",
    "NotFoundException:http://internal.amazon.com/coral/com.amazonaws.chime/",
    "com.amazonaws.chime#NotFoundException",
    "com.amazonaws.chime#NotFoundException:http://internal.amazon.com/coral/#x",
    " NotFoundException ",
  ]) {
    it(`the header ${JSON.stringify(header)}, before whatever the body says`, () => {
      assert.deepStrictEqual(read(404, header, notFound), typed)
      assert.deepStrictEqual(
        read(
          404,
          header,
          '{"Code":"NotFound","code":"ForbiddenException","__type":"a#ForbiddenException","Message":"Unable to find the requested identifier"}',
        ),
        typed,
      )
    })
  }

  for (const [body, expected] of [
    ['{"code":"NotFoundException"}', { _tag: "NotFoundException", message: "HTTP status 404, no message" }],
    [
      '{"code":"com.amazonaws#NotFoundException:x"}',
      { _tag: "NotFoundException", message: "HTTP status 404, no message" },
    ],
    ['{"__type":"NotFoundException","message":"m"}', { _tag: "NotFoundException", message: "m" }],
    ['{"__type":"com.amazonaws.chime#NotFoundException","Message":"m"}', { _tag: "NotFoundException", message: "m" }],
    [
      '{"code":"NotFoundException","__type":"ForbiddenException"}',
      { _tag: "NotFoundException", message: "HTTP status 404, no message" },
    ],
    ['{"Code":"NotFound"}', { _tag: "NotFoundException", code: "NotFound", message: "HTTP status 404, no message" }],
    [
      '{"Code":"Forbidden"}',
      { _tag: "UnmodeledServiceError", status: 404, code: "Forbidden", message: "HTTP status 404, no message" },
    ],
    [
      '{"Code":"NotFoundException"}',
      { _tag: "UnmodeledServiceError", status: 404, code: "NotFoundException", message: "HTTP status 404, no message" },
    ],
    [
      '{"code":"NotFound"}',
      { _tag: "UnmodeledServiceError", status: 404, type: "NotFound", message: "HTTP status 404, no message" },
    ],
    [
      '{"CODE":"NotFound","TYPE":"NotFoundException"}',
      { _tag: "UnmodeledServiceError", status: 404, message: "HTTP status 404, no message" },
    ],
  ] as const) {
    it(`without a header, the body ${body}`, () => {
      assert.deepStrictEqual(read(404, undefined, body), expected)
    })
  }

  it("an empty header names nothing, so that the code decides by the status", () => {
    for (const header of ["", ":", " ", "#", ":NotFoundException"]) {
      assert.deepStrictEqual(read(404, header, notFound), typed)
    }
  })

  it("the header wins over the status too", () => {
    assert.strictEqual(ErrorFormat.decode(get, answer(400, "NotFoundException", "{}"))._tag, "NotFoundException")
  })

  it("lower-case message wins over Message; an empty one does not count", () => {
    assert.include(read(404, "NotFoundException", '{"message":"lower","Message":"upper"}'), { message: "lower" })
    assert.include(read(404, "NotFoundException", '{"message":"","Message":"upper"}'), { message: "upper" })
    assert.include(read(404, "NotFoundException", '{"message":1,"Message":null}'), {
      message: "HTTP status 404, no message",
    })
  })

  const owners: Readonly<Record<string, ReadonlyArray<Plain>>> = {
    AccessDeniedException: [put, plain(Operation.operations.SearchAvailablePhoneNumbers)],
    ResourceLimitExceededException: [plain(Operation.operations.CreatePhoneNumberOrder)],
    ConflictException: [plain(Operation.operations.DeleteVoiceConnector)],
  }
  for (const [tag, { code, status }] of Object.entries(ErrorFormat.exceptions)) {
    const owner = owners[tag] ?? [get, put]
    it(`${tag} is read by its name, and by its code and status`, () => {
      for (const operation of owner) {
        assert.deepStrictEqual(read(status, tag, "", operation), {
          _tag: tag,
          message: `HTTP status ${status}, no message`,
        })
        assert.deepStrictEqual(read(status, undefined, JSON.stringify({ Code: code, Message: "m" }), operation), {
          _tag: tag,
          code,
          message: "m",
        })
      }
    })
  }
})

describe("decode, what no operation declares", () => {
  for (const [what, status, header, body, expected] of [
    [
      "a page of HTML",
      503,
      undefined,
      "<html><body>Service Unavailable</body></html>",
      { status: 503, message: "HTTP status 503, no message" },
    ],
    ["nothing at all", 500, undefined, "", { status: 500, message: "HTTP status 500, no message" }],
    ["an empty object", 500, undefined, "{}", { status: 500, message: "HTTP status 500, no message" }],
    ["null", 500, undefined, "null", { status: 500, message: "HTTP status 500, no message" }],
    ["a list", 502, undefined, '["Code"]', { status: 502, message: "HTTP status 502, no message" }],
    ["a text", 502, undefined, '"NotFoundException"', { status: 502, message: "HTTP status 502, no message" }],
    ["JSON cut off", 500, undefined, '{"Code":"NotF', { status: 500, message: "HTTP status 500, no message" }],
    [
      "the feature's end",
      410,
      "GoneException:",
      '{"Code":"Gone","Message":"ended"}',
      { status: 410, type: "GoneException", code: "Gone", message: "ended" },
    ],
    [
      "what cannot be processed",
      422,
      "UnprocessableEntityException",
      '{"Code":"Unprocessable"}',
      {
        status: 422,
        type: "UnprocessableEntityException",
        code: "Unprocessable",
        message: "HTTP status 422, no message",
      },
    ],
    [
      "AWS's edge",
      400,
      undefined,
      '{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Rate exceeded"}',
      { status: 400, type: "ThrottlingException", message: "Rate exceeded" },
    ],
    ["a redirect", 301, undefined, "", { status: 301, message: "HTTP status 301, no message" }],
    [
      "a name that every object has",
      400,
      "toString",
      "{}",
      { status: 400, type: "toString", message: "HTTP status 400, no message" },
    ],
    [
      "the name of our own error",
      400,
      "TransportError",
      "{}",
      { status: 400, type: "TransportError", message: "HTTP status 400, no message" },
    ],
    [
      "codes that are no text",
      400,
      undefined,
      '{"Code":1,"code":{},"__type":["x"]}',
      { status: 400, message: "HTTP status 400, no message" },
    ],
  ] as const) {
    it(`${what} is an UnmodeledServiceError of every operation`, () => {
      for (const operation of all) {
        assert.deepStrictEqual<object>(told(ErrorFormat.decode(operation, answer(status, header, body))), {
          _tag: "UnmodeledServiceError",
          ...expected,
        })
      }
    })
  }

  it("AccessDeniedException belongs to those that declare it", () => {
    const body = '{"Code":"AccessDenied","Message":"no"}'
    const declaring = new Set([
      "PutVoiceConnectorProxy",
      "CreateVoiceConnector",
      "AssociatePhoneNumbersWithVoiceConnector",
      "SearchAvailablePhoneNumbers",
      "CreatePhoneNumberOrder",
    ])
    for (const operation of all) {
      for (const header of ["AccessDeniedException", undefined]) {
        const error = ErrorFormat.decode(operation, answer(403, header, body))
        assert.strictEqual(
          error._tag,
          declaring.has(operation.name) ? "AccessDeniedException" : "UnmodeledServiceError",
        )
      }
    }
    assert.deepStrictEqual(read(403, "AccessDeniedException", body), {
      _tag: "UnmodeledServiceError",
      status: 403,
      type: "AccessDeniedException",
      code: "AccessDenied",
      message: "no",
    })
  })
})

describe("the request id", () => {
  for (const name of ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]) {
    it(`is read from ${name}`, () => {
      assert.strictEqual(ErrorFormat.requestId({ [name]: "the-id" }), "the-id")
      for (const [status, type] of [
        [404, "NotFoundException"],
        [410, "GoneException"],
      ] as const) {
        assert.include(told(ErrorFormat.decode(get, answer(status, type, "", { [name]: "the-id" }))), {
          requestId: "the-id",
        })
      }
    })
  }

  it("is the first of them, and absent where there is none", () => {
    assert.strictEqual(
      ErrorFormat.requestId({ "x-amz-request-id": "3", "x-amzn-request-id": "2", "x-amzn-requestid": "1" }),
      "1",
    )
    assert.isUndefined(ErrorFormat.requestId({}))
    assert.notProperty(read(404, "NotFoundException", ""), "requestId")
  })
})

describe("what an answer echoes", () => {
  const secrets = ["+12065550100", "14015550101", "Canary Trip", "77"]
  const echoes = [
    "+12065550100",
    "12065550100",
    "%2B12065550100",
    "+14015550101",
    "14015550101",
    "Canary Trip",
    "Canary%20Trip",
    "+442079460000",
    "x12065550100x",
    "77",
    "+77",
  ]
  const canaries = /2065550100|4015550101|Canary|2079460000|77/u

  for (const echo of echoes) {
    it(`${echo} is read in no member of the error`, () => {
      const body = JSON.stringify({ Code: `Code ${echo}`, Message: `The value '${echo}' is wrong` })
      const lower = JSON.stringify({ code: `Strange: ${echo}`, message: echo })
      for (const sent of [
        answer(400, "BadRequestException", body),
        answer(409, "ConflictException", body, { "x-amzn-requestid": echo }),
        answer(409, `Odd#${echo}`, body),
        answer(409, undefined, lower),
        answer(409, undefined, JSON.stringify({ __type: `ns#${echo}`, Message: echo })),
        answer(503, undefined, `<html>${echo}</html>`),
      ]) {
        const error = ErrorFormat.decode(get, sent, secrets)
        assert.notMatch(
          `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)} ${error.message}`,
          canaries,
        )
      }
    })
  }

  it("leaves the names of errors as they are, whatever a session is called", () => {
    const body = JSON.stringify({ Code: "BadRequest", Message: "Rate of Throttling exceeded" })
    const called = ["Throttling", "Token", "Exception", "Request"]
    const error = ErrorFormat.decode(get, answer(400, "ThrottlingException", body), called)
    assert.include(JSON.stringify(error), '"type":"ThrottlingException"')
    assert.include(JSON.stringify(error), '"code":"BadRequest"')
    assert.strictEqual(error.message, "Rate of <redacted> exceeded")
    const unknown = ErrorFormat.decode(get, answer(400, "TokenlessException", body), called)
    assert.include(JSON.stringify(unknown), '"type":"<redacted>less<redacted>"')
  })

  it("is cut after 4,096 characters, without a secret that lies across the cut", () => {
    const long = `${"x".repeat(4090)}+12065550100${"y".repeat(4_000_000)}`
    const error = ErrorFormat.decode(get, answer(400, "BadRequestException", JSON.stringify({ Message: long })))
    assert.strictEqual(error.message, `${"x".repeat(4090)}<redac`)
    const token = "A1b2".repeat(400)
    const repeated = answer(400, "BadRequestException", JSON.stringify({ Message: token.repeat(60) }))
    assert.strictEqual(ErrorFormat.decode(get, repeated, [token]).message, "<redacted>")
    const longest = "A1b2".repeat(16_000)
    const echoed = answer(400, "BadRequestException", JSON.stringify({ Message: `no such token: ${longest}.` }))
    assert.strictEqual(ErrorFormat.decode(get, echoed, [longest]).message, "no such token: <redacted>.")
  })

  it("is taken out even where the answer is told no secrets, if it looks like a number", () => {
    const error = ErrorFormat.decode(get, answer(400, "BadRequestException", '{"Message":"+12065550100 is in use"}'))
    assert.strictEqual(error.message, "<redacted> is in use")
  })
})

describe("encode", () => {
  const declared = { message: "m", code: "Own", requestId: "the-id" }

  for (const [error, status, code] of [
    [new BadRequestException({ message: "m" }), 400, "BadRequest"],
    [new UnauthorizedClientException({ message: "m" }), 401, "Unauthorized"],
    [new ForbiddenException({ message: "m" }), 403, "Forbidden"],
    [new NotFoundException({ message: "m" }), 404, "NotFound"],
    [new ThrottledClientException({ message: "m" }), 429, "Throttled"],
    [new ServiceFailureException({ message: "m" }), 500, "ServiceFailure"],
    [new ServiceUnavailableException({ message: "m" }), 503, "ServiceUnavailable"],
    [new AccessDeniedException({ message: "m" }), 403, "AccessDenied"],
  ] as const) {
    it(`${error._tag} is ${status} ${code}, and is read back by its header, and by its code alone`, () => {
      const sent = ErrorFormat.encode(error)
      assert.deepStrictEqual(sent, { status, type: error._tag, code, message: "m" })
      for (const header of [sent.type, undefined]) {
        assert.deepStrictEqual(read(sent.status, header, ErrorFormat.body(sent), put), {
          _tag: error._tag,
          code,
          message: "m",
        })
      }
    })
  }

  it("a code of the service's own goes out as it is", () => {
    assert.strictEqual(ErrorFormat.encode(new BadRequestException(declared)).code, "Own")
  })

  it("an undeclared error goes out as it came in", () => {
    const error = new UnmodeledServiceError({ status: 410, type: "GoneException", code: "Gone", message: "ended" })
    const sent = ErrorFormat.encode(error)
    assert.deepStrictEqual(sent, { status: 410, type: "GoneException", code: "Gone", message: "ended" })
    assert.deepStrictEqual(read(sent.status, sent.type, ErrorFormat.body(sent)), told(error))
  })

  it("an undeclared error with but one name has that for both", () => {
    const sent = (names: object) =>
      ErrorFormat.encode(new UnmodeledServiceError({ status: 422, message: "m", ...names }))
    assert.deepStrictEqual(sent({ type: "A" }), { status: 422, type: "A", code: "A", message: "m" })
    assert.deepStrictEqual(sent({ code: "B" }), { status: 422, type: "B", code: "B", message: "m" })
    assert.deepStrictEqual(sent({}), { status: 422, type: "", code: "", message: "m" })
  })

  it("a request that breaks the model is a BadRequestException in the wire's own names", () => {
    const error = new InvalidRequest({
      operation: "CreateProxySession",
      violations: [
        { path: "participantPhoneNumbers[1]", rule: "is required" },
        { path: "geoMatchParams.areaCode", rule: "must be three digits" },
      ],
    })
    assert.deepStrictEqual(ErrorFormat.encode(error), {
      status: 400,
      type: "BadRequestException",
      code: "BadRequest",
      message: "ParticipantPhoneNumbers[1] is required; GeoMatchParams.AreaCode must be three digits",
    })
  })

  it("of many violations the first 20 are told, and that there are others", () => {
    const violation = (_: unknown, index: number) => ({ path: `capabilities[${index}]`, rule: "is required" })
    const told = (count: number) =>
      ErrorFormat.encode(
        new InvalidRequest({ violations: [violation(0, 0), ...Array.from({ length: count }, violation).slice(1)] }),
      ).message.split("; ")
    assert.strictEqual(told(20).length, 20)
    assert.strictEqual(told(20).at(-1), "Capabilities[19] is required")
    assert.deepStrictEqual(told(21).slice(19), ["Capabilities[19] is required", "and others"])
  })

  for (const [outcome, status, type] of [
    ["NotSent", 503, "ServiceUnavailableException"],
    ["Unknown", 500, "ServiceFailureException"],
  ] as const) {
    it(`a failure on the way to a service behind is ${type}, when ${outcome}`, () => {
      const sent = ErrorFormat.encode(
        new TransportError({ operation: "GetProxySession", reason: "Reset", outcome, attempts: 3 }),
      )
      assert.deepStrictEqual([sent.status, sent.type], [status, type])
    })
  }

  it("what went wrong with a service behind is not told", () => {
    for (const error of [
      new MalformedResponse({ operation: "GetProxySession", path: "canary", problem: "canary", requestId: "canary" }),
      new CredentialsError({ sources: [{ source: "canary", reason: "canary" }] }),
    ]) {
      const sent = ErrorFormat.encode(error)
      assert.deepStrictEqual([sent.status, sent.type, sent.code], [500, "ServiceFailureException", "ServiceFailure"])
      assert.notInclude(sent.message, "canary")
    }
  })

  it("the body is the service's: Code and Message", () => {
    assert.strictEqual(
      ErrorFormat.body(
        ErrorFormat.encode(new NotFoundException({ message: "Unable to find the requested identifier" })),
      ),
      notFound,
    )
  })
})
