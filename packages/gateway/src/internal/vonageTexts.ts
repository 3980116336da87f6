import * as Base64Url from "effect/encoding/Base64Url"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { type KeyObject, sign } from "node:crypto"
import type { OutgoingText } from "../Carrier.ts"
import { tag } from "./statusUrl.ts"

/** What a text is sent by. */
interface Application {
  readonly applicationId: string
  readonly privateKey: KeyObject
}

/** How many seconds a token is good for. */
const lifetime = 300

/** A text is sent once, so that its id makes a token that is used once. */
const token = ({ applicationId, privateKey }: Application, jti: string, now: number): string => {
  const parts = [
    { alg: "RS256", typ: "JWT" },
    { application_id: applicationId, iat: now, exp: now + lifetime, jti },
  ].map((part) => Base64Url.encode(JSON.stringify(part)))
  const text = parts.join(".")
  return `${text}.${Base64Url.encode(sign("sha256", new TextEncoder().encode(text), privateKey))}`
}

/** The longest mark that Vonage takes. */
const longestMark = 100

/** The request that sends a text. */
export const request = (
  application: Application,
  { from, inbound, statusUrl, text, to }: OutgoingText,
  now: number,
) => {
  const mark = tag(inbound)
  return HttpClientRequest.post("https://api.nexmo.com/v1/messages").pipe(
    HttpClientRequest.bearerToken(token(application, inbound, now)),
    HttpClientRequest.bodyJsonUnsafe({
      channel: "sms",
      message_type: "text",
      from: from.slice(1),
      to: to.slice(1),
      text: text.toWellFormed(),
      ...(mark.length > longestMark ? {} : { client_ref: mark }),
      webhook_url: statusUrl,
      webhook_version: "v1",
    }),
  )
}
