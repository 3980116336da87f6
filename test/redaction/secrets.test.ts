/**
 * Nothing that is a secret comes out of a client: not in a log line, a span, a metric or an error.
 */
import { assert, describe, it } from "@effect/vitest"
import { BadRequestException } from "@proxy-session/domain/ServiceError"
import * as Effect from "effect/Effect"
import { type Case, operations } from "../../packages/http/test/operations.ts"
import { type Handler, type Received, reply, start } from "../../packages/http/test/server.ts"
import { accessKeyId, atOnce, canaried, canaries, found, listen, name, numbers, transports } from "./listening.ts"

/** A message of the service may repeat what it was sent: the name is a word like any other where it was not. */
const echo = ({ body }: Case) => {
  const repeated = body !== undefined && "Name" in body ? [...numbers, name] : numbers
  return JSON.stringify({ Code: "Echo", Message: `refused ${repeated.join(" and ")}` })
}

/** AWS explains a wrong signature by what it expected: all that was signed, the signature too, and in its request id. */
const repeating =
  (status: number, body: string): Handler =>
  (request, response) => {
    const id = [...numbers, request.headers["x-amz-security-token"], signatureOf(request), accessKeyId].join(" ")
    reply(status, body, { "x-amzn-requestid": id, location: "http://127.0.0.1:1/" })(request, response)
  }

const explain: Handler = (request, response) => {
  const signed = Object.entries(request.headers).map(([name, value]) => `${name}:${String(value)}`)
  const Message = ["should have been", request.method, request.target, ...signed, signatureOf(request)].join("\n")
  reply(403, JSON.stringify({ Code: "InvalidSignature", Message }), { "x-amzn-requestid": numbers.join(" ") })(
    request,
    response,
  )
}

const signatureOf = ({ headers }: Received) => headers.authorization?.replace(/^.*Signature=/u, "") ?? "unsigned"

/** A message may repeat the whole request, as it stood in the URL and the body or written for a URL or a form. */
const encoded =
  (write: (text: string) => string): Handler =>
  (request, response) => {
    const { body, headers, target } = request
    const Message = write([target, body, ...numbers, headers["x-amz-security-token"], signatureOf(request)].join(" "))
    reply(400, JSON.stringify({ Code: "Echo", Message }))(request, response)
  }

const lowerCase = (text: string) => encodeURIComponent(text).replace(/%../gu, (escape) => escape.toLowerCase())

describe.each(Object.entries(transports))("no secret comes out over %s", (_, client) => {
  for (const operation of operations) {
    it.live(`of ${operation.name}, done, refused, failed or malformed`, () =>
      Effect.gen(function* () {
        for (const handler of [
          reply(operation.status, operation.answer),
          reply(400, echo(operation)),
          reply(500, echo(operation)),
          reply(200, `["${canaries.join('","')}"]`),
          explain,
          repeating(operation.status, operation.answer),
          repeating(200, "[]"),
          repeating(302, ""),
          encoded((text) => text),
          encoded(encodeURIComponent),
          encoded(lowerCase),
          encoded((text) => new URLSearchParams({ message: text }).toString()),
        ]) {
          const server = yield* start(handler)
          const { output, spans } = yield* listen(Effect.provide(atOnce(operation.call), canaried(server.url, client)))
          assert.isAbove(server.received.length, 0)
          assert.isAbove(spans.length, server.received.length)
          const signatures = server.received.map(signatureOf)
          const leaking = output.filter((line) => found([line], signatures).length > 0)
          assert.deepStrictEqual(
            leaking.map((line) => line.slice(0, 4000)),
            [],
          )
        }
      }),
    )
  }
})

describe("the search", () => {
  it.live("finds what is planted in a log line, a span and an error", () =>
    Effect.gen(function* () {
      const leaks = [
        Effect.logTrace("calls +12065550100"),
        Effect.withSpan(Effect.void, "call", { attributes: { number: "%2B12065550100" } }),
        Effect.fail(new BadRequestException({ message: "12065550100 is in use" })),
      ]
      for (const leak of leaks)
        assert.include(found((yield* listen<void, BadRequestException>(leak)).output).join(), "12065550100")
    }),
  )
})
