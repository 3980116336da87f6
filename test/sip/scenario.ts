/**
 * What SIPp plays: phones that tell their number wherever SIP lets them.
 */

/** A person with a phone, whose number and name the other person may not learn. */
export interface Person {
  readonly number: string
  readonly name: string
}

const base64 = (text: string) => Buffer.from(text).toString("base64")
const hex = (text: string) => Buffer.from(text).toString("hex")

/** Headers that tell a number or may, whether or not a standard has them. */
const telling = ({ name, number }: Person) => {
  const digits = number.slice(1)
  const uri = `<sip:${number}@trunk.example>`
  const passport = [{ alg: "ES256" }, { orig: { tn: digits } }].map((part) => base64(JSON.stringify(part))).join(".")
  return `P-Preferred-Identity: <tel:${number}>
Remote-Party-ID: ${uri};party=calling
Diversion: ${uri};reason=unknown
History-Info: ${uri};index=1
Identity: ${passport}.signature;info=<https://certificates.example/c.pem>
Call-Info: <https://contacts.example/${digits}.vcf>;purpose=card
Referred-By: ${uri}
Refer-To: ${uri}
Reason: Q.850;cause=16;text="${digits}"
Subject: ${name}, ${digits}
User-Agent: phone of ${digits}
Server: phone of ${digits}
Warning: 399 trunk.example "${digits}"
Supported: x${digits}
Allow: INVITE, X${digits}
Session-ID: ${hex(digits)}
X-Caller: ${digits}
X-Encoded: ${base64(number)}
P-SR-X${digits}: ${digits}`
}

const asserted = ({ name, number }: Person) => `P-Asserted-Identity: "${name}" <sip:${number}@trunk.example>`

const contact = ({ name, number }: Person) =>
  `Contact: "${name}" <sip:${number}@[local_ip]:[local_port];x=${number}>;+sip.instance="<urn:x:${number}>"`

/** A body of G.711, or with `tells` of all that an SDP can have besides. */
export const sdp = ({ name, number }: Person, tells = true) =>
  tells
    ? `v=0
o=${number} 53655765 2353687637 IN IP4 [local_ip]
s=${number}
i=${name}
u=https://contacts.example/${number}
e=${number}@trunk.example
p=${number}
c=IN IP4 [local_ip]
k=clear:${hex(number)}
t=0 0
a=tool:${number}
m=audio [media_port] RTP/AVP 0
i=${number}
a=rtpmap:0 PCMU/8000
a=ssrc:1 cname:${base64(number)}
a=candidate:1 1 UDP 1 [local_ip] 6000 typ host
a=x-${hex(number)}:1
a=sendrecv`
    : "v=0\no=- 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [local_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 0"

const withBody = (body: string) =>
  body === ""
    ? "Content-Length: 0\n"
    : `Content-Type: application/sdp;x=${/^[os]=(\+\d+)/mu.exec(body)?.[1] ?? ""}\nContent-Length: [len]\n\n${body}`

const send = (text: string, attributes = "") => `<send${attributes}><![CDATA[\n${text}\n]]></send>`
const again = ' retrans="500"'
const receive = (what: string) => `<recv ${what} rrs="true"/>`
const request = (method: string) => receive(`request="${method}"`)
const response = (status: number) => receive(`response="${status}"`)
const provisional = [100, 180].map((status) => receive(`response="${status}" optional="true"`)).join("\n")
/** Datagrams overtake each other in a proxy with several workers: a phone lets its ACK arrive before it sends the next request. */
const acknowledged = `<pause milliseconds="200"/>`

export const pause = (milliseconds: number) => (milliseconds > 0 ? `<pause milliseconds="${milliseconds}"/>` : "")

/** A command of the shell in the middle of a call. */
export const execute = (command: string) => `<nop><action><exec command="${command}"/></action></nop>${pause(100)}`

/** A scenario as SIPp reads it. */
export const play = (...steps: ReadonlyArray<string>) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="call">\n${steps.join("\n")}\n</scenario>\n`

/** Where a caller differs from one who tells everything. */
export interface Differently {
  readonly from?: string
  readonly fromParameters?: string
  readonly asserted?: string
  readonly body?: string
  readonly headers?: string
}

/** What one who calls a number does. */
export const caller = (person: Person, dialled: string, differently: Differently = {}) => {
  const { body = sdp(person), headers } = differently
  const more = headers === undefined ? "" : `\n${headers}`
  const from = differently.from ?? `"${person.name} ${person.number}" <sip:${person.number}@trunk.example>`
  const lines = (uri: string, method: string, cseq: number, toTag: string) => `${method} ${uri} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK[pid]x[call_number]x${cseq}${method === "BYE" ? "b" : ""}
From: ${from};tag=[pid]T[call_number]${differently.fromParameters ?? ""}
To: "${person.name} calls, ${person.number}" <sip:${dialled}@127.0.0.1>${toTag}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Max-Forwards: 70
${differently.asserted ?? asserted(person)}
${contact(person)}
${telling(person)}${more}`
  const first = (method: string, toTag = "", content = "") =>
    `${lines(`sip:${dialled}@[remote_ip]:[remote_port]`, method, 1, toTag)}\n${withBody(content)}`
  const within = (method: string, cseq: number, content = "") =>
    `${lines("[next_url]", method, cseq, "[peer_tag_param]")}\n[routes]\n${withBody(content)}`

  const invites = send(first("INVITE", "", body), again)
  const refusalAcknowledged = send(first("ACK", "[peer_tag_param]"))
  return {
    invites,
    /** Something that is not SIP, but nearly. */
    garbles: send(first("ACK").replace("sip:", '"x" <sip:')),
    /** The call is refused with a status. */
    isRefused: (status: number) => [invites, provisional, response(status), refusalAcknowledged].join("\n"),
    /** The call is answered; the time until then is what SIPp measures. */
    isAnswered: [
      send(first("INVITE", "", body), `${again} start_rtd="1"`),
      provisional,
      receive('response="200" rtd="1"'),
      send(within("ACK", 1)),
    ].join("\n"),
    asks: (method: string, cseq: number, status: number) =>
      [send(within(method, cseq), again), response(status)].join("\n"),
    reinvites: (status = 200) =>
      [
        acknowledged,
        send(within("INVITE", 50, body), again),
        receive('response="100" optional="true"'),
        response(status),
        send(within("ACK", 50)),
      ].join("\n"),
    hangsUp: [acknowledged, send(within("BYE", 100), again), response(200)].join("\n"),
    givesUp: [
      receive('response="100" optional="true"'),
      response(180),
      send(first("CANCEL"), again),
      response(200),
      response(487),
      refusalAcknowledged,
    ].join("\n"),
    /** What the other side does. */
    isReinvited: [request("INVITE"), send(reply(person, "200 OK", body)), request("ACK")].join("\n"),
    isHungUp: (milliseconds = 0) => [request("BYE"), pause(milliseconds), send(reply(person, "200 OK"))].join("\n"),
  }
}

/** An answer to what came last, with a tag of this side's own where the call is new. */
const reply = (person: Person, status: string, body = "", tag = "", cseq = "[last_CSeq:]") => `SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:]${tag}
[last_Call-ID:]
${cseq}
[last_Record-Route:]
${asserted(person)}
${contact(person)}
${telling(person)}
${withBody(body)}`

/** What one who is called does. Both headers of the dialog are kept, so that this side can ask, too. */
export const callee = (person: Person, tag = ";tag=[pid]S[call_number]") => {
  const keep = (header: string, name: string) =>
    `<ereg regexp=".*" search_in="hdr" header="${header}:" assign_to="${name}"/>`
  const within = (method: string, cseq: number, body = "") => `${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK[pid]y[call_number]y${cseq}${method === "ACK" ? "a" : ""}
From: [$local]
To: [$remote]
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Max-Forwards: 70
[routes]
${asserted(person)}
${contact(person)}
${telling(person)}
${withBody(body)}`
  const rings = [request("INVITE"), send(reply(person, `180 ${person.name} ${person.number} rings`, "", tag))].join(
    "\n",
  )
  const answers = (milliseconds = 0) =>
    [
      pause(milliseconds),
      send(reply(person, `200 ${person.number} speaks`, sdp(person), tag), again),
      `<recv request="ACK" rrs="true"><action>${keep("From", "remote")}${keep("To", "local")}</action></recv>`,
      '<nop><action><log message="[$local][$remote]"/></action></nop>',
    ].join("\n")
  return {
    rings,
    /** Picks up after some milliseconds. */
    picksUp: (milliseconds = 0) => [rings, answers(milliseconds)].join("\n"),
    answers,
    /** Picks up, and does not wait for the other side. */
    speaks: send(reply(person, "200 OK", sdp(person), tag)),
    reinvites: [
      send(within("INVITE", 201, sdp(person)), again),
      receive('response="100" optional="true"'),
      response(200),
      send(within("ACK", 201)),
    ].join("\n"),
    hangsUp: [acknowledged, send(within("BYE", 202), again), response(200)].join("\n"),
    asks: (method: string, cseq: number, status: number) =>
      [send(within(method, cseq), again), response(status)].join("\n"),
    isReinvited: [
      request("INVITE"),
      send(reply(person, `200 ${person.number} again`, sdp(person)), again),
      request("ACK"),
    ].join("\n"),
    isHungUp: (milliseconds = 0) =>
      [request("BYE"), pause(milliseconds), send(reply(person, `200 bye of ${person.number}`))].join("\n"),
    declines: (status: number) =>
      [rings, send(reply(person, `${status} not ${person.number}`, "", tag), again), request("ACK")].join("\n"),
    isGivenUp: [
      rings,
      request("CANCEL"),
      send(reply(person, `200 ${person.number}`)),
      send(reply(person, `487 ${person.number}`, "", tag, "CSeq: 1 INVITE"), again),
      request("ACK"),
    ].join("\n"),
  }
}
