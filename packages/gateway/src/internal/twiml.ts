import type { Answer, Reply } from "../Carrier.ts"
import { document, element } from "./xml.ts"

/** How a carrier's TwiML differs from Twilio's: `media` says whether its messages can have any. */
interface Differences {
  readonly media: boolean
}

/**
 * Writes a reply as TwiML: the language of Twilio, which SignalWire calls cXML, Telnyx TeXML, and Somleng has in part.
 *
 * The caller id is always written out: where it is absent, these carriers show the caller's own number.
 */
export const twiml =
  ({ media }: Differences) =>
  (reply: Reply): Answer => {
    switch (reply._tag) {
      case "Dial":
        return document(
          element(
            "Dial",
            {
              callerId: reply.callerId,
              answerOnBridge: "true",
              timeout: String(reply.ringSeconds),
              action: reply.statusUrl,
            },
            [
              element(
                "Number",
                { statusCallback: reply.statusUrl, statusCallbackEvent: "answered", statusCallbackMethod: "POST" },
                reply.to,
              ),
            ],
          ),
        )
      case "RejectCall":
        return document(reply.sentence === undefined ? element("Reject", {}) : element("Say", {}, reply.sentence))
      case "SendText": {
        const content = [
          ...(reply.text === "" ? [] : [element("Body", {}, reply.text)]),
          ...(media ? reply.media.map((url) => element("Media", {}, url)) : []),
        ]
        const attributes = { to: reply.to, from: reply.from, statusCallback: reply.statusUrl }
        // A message without content is an error to these carriers.
        return content.length === 0 ? document() : document(element("Message", attributes, content))
      }
      case "DropText":
      case "EndCall":
        return document()
      case "Acknowledge":
        return { contentType: "text/plain; charset=utf-8", body: "" }
    }
  }
