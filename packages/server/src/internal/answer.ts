/**
 * Answers in the service's form: a request id and a date on each, JSON or nothing for a body.
 */
import * as ErrorFormat from "@proxy-session/protocol/ErrorFormat"
import * as Uuid from "@proxy-session/protocol/Uuid"
import * as DateTime from "effect/DateTime"
import * as Headers from "effect/http/Headers"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { Random } from "effect/Random"
import type { Success } from "./dispatch.ts"
import type { Refusal } from "./refusal.ts"

/** What every answer to one request has in common. */
export interface Envelope {
  readonly requestId: string
  readonly date: string
}

export const envelope = (random: Random, now: number): Envelope => ({ requestId: Uuid.v4(random), date: httpDate(now) })

let latest = { second: Number.NaN, text: "" }

const httpDate = (now: number): string => {
  const second = Math.floor(now / 1000)
  if (latest.second !== second) latest = { second, text: Headers.formatHttpDate(DateTime.makeUnsafe(now)) }
  return latest.text
}

export const success = ({ date, requestId }: Envelope, { body, status }: Success) => {
  const headers = { "x-amzn-requestid": requestId, date }
  return body === undefined
    ? HttpServerResponse.empty({ status, headers })
    : HttpServerResponse.text(body, { status, headers, contentType: "application/json" })
}

/** A trailing colon follows the exception's name, as it did from the service. */
export const error = ({ date, requestId }: Envelope, refusal: Refusal) =>
  HttpServerResponse.text(ErrorFormat.body(refusal), {
    status: refusal.status >= 400 && refusal.status <= 599 ? refusal.status : 500,
    headers: {
      ...refusal.headers,
      "x-amzn-requestid": requestId,
      "x-amzn-errortype": `${refusal.type.replace(/[^\w.#-]/gu, "")}:`,
      date,
    },
    contentType: "application/json",
  })
