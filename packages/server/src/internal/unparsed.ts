import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"

const answer = (status: string, code: string, message: string): string => {
  const body = ErrorFormat.body({ status: Number.parseInt(status, 10), type: `${code}Exception`, code, message })
  return [
    `HTTP/1.1 ${status}`,
    `x-amzn-errortype: ${code}Exception:`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    "connection: close",
    "",
    body,
  ].join("\r\n")
}

const malformed = answer("400 Bad Request", "BadRequest", "This is not a well-formed request of HTTP/1.1")

const answers = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", answer("408 Request Timeout", "RequestTimeout", "The request did not arrive in time")],
  [
    "HPE_CHUNK_EXTENSIONS_OVERFLOW",
    answer("413 Payload Too Large", "RequestEntityTooLarge", "The extensions of a chunk are too long"),
  ],
  [
    "HPE_HEADER_OVERFLOW",
    answer("431 Request Header Fields Too Large", "RequestHeaderFieldsTooLarge", "The headers are too long"),
  ],
])

/** The last answer, as text, on a connection whose bytes are no request, by the code of Node's error. */
export const unparsed = (code: string | undefined): string => answers.get(code ?? "") ?? malformed
