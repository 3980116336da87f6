import type { Answer, Reply } from "../Carrier.ts"

/** Characters that XML 1.0 cannot hold, escaped or not: they are dropped. A half of a pair becomes U+FFFD. */
const text = (value: string): string =>
  value
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu, "")
    .replace(/[&<>"'\r]/gu, (character) => escapes[character] ?? "")

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A reader turns a bare one into a line feed.
  "\r": "&#13;",
}

/** Within an attribute a reader turns tabs and line feeds into spaces. */
const attribute = (value: string): string => text(value).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")

/** What has been escaped: only `element` makes it. */
interface Markup {
  readonly xml: string
}

const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: string | ReadonlyArray<Markup> = [],
): Markup => {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`)
  const inner = typeof content === "string" ? text(content) : content.map(({ xml }) => xml).join("")
  return { xml: inner === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${inner}</${name}>` }
}

const document = (...content: ReadonlyArray<Markup>): Answer => ({
  contentType: "text/xml; charset=utf-8",
  body: `<?xml version="1.0" encoding="UTF-8"?>${element("Response", {}, content).xml}`,
})

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
