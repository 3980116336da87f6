/**
 * What the work of a call costs when it is done by hand: no Effect, no types, no retries, no deadlines, no redaction.
 *
 * Each builds a path, signs it, sends one request over undici's `Pool` or `fetch`, parses the answer and makes its two dates. They are
 * as quick as we can write them, since a slow floor would flatter what is measured against it.
 */
import { createHmac, hash } from "node:crypto"

export const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "an example, of no use anywhere" }
export const region = "us-east-1"
const service = "chime"

interface Input {
  readonly VoiceConnectorId: string
  readonly ProxySessionId: string
}

const pathOf = ({ ProxySessionId, VoiceConnectorId }: Input): string =>
  `/voice-connectors/${encodeURIComponent(VoiceConnectorId)}/proxy-sessions/${encodeURIComponent(ProxySessionId)}`

const emptyHash = hash("sha256", "", "hex")

const hmac = (secret: string | Uint8Array, text: string): Buffer => createHmac("sha256", secret).update(text).digest()

let derived: { readonly day: string; readonly secret: Uint8Array } = { day: "", secret: Buffer.alloc(0) }

/** The key of a day, derived once. */
export const keyOf = (day: string): Uint8Array => {
  if (derived.day !== day) {
    const secret = [region, service, "aws4_request"].reduce(hmac, hmac(`AWS4${key.secretAccessKey}`, day))
    derived = { day, secret }
    pad(secret)
  }
  return derived.secret
}

// HMAC is two hashes, each over a block that the key alone decides, so the blocks are prepared once.
const inner = Buffer.alloc(1024)
const outer = Buffer.alloc(96)
const pad = (secret: Uint8Array): void => {
  inner.fill(0x36, 0, 64)
  outer.fill(0x5c, 0, 64)
  for (const [i, byte] of secret.entries()) {
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
}

/** The signature of a text of at most 900 characters under the key of a day. */
export const signature = (day: string, text: string): string => {
  keyOf(day)
  const length = inner.write(text, 64, "latin1")
  hash("sha256", inner.subarray(0, 64 + length), "buffer").copy(outer, 64)
  return hash("sha256", outer, "hex")
}

let latest = { second: -1, text: "" }

const dateOf = (millis: number): string => {
  const second = Math.floor(millis / 1000)
  if (latest.second !== second) {
    latest = { second, text: new Date(second * 1000).toISOString().replace(/[-:]|\.000/gu, "") }
  }
  return latest.text
}

const signByHand = (host: string, path: string): Record<string, string> => {
  const date = dateOf(Date.now())
  const day = date.slice(0, 8)
  const scope = `${day}/${region}/${service}/aws4_request`
  const twice = path.includes("%") ? path.replaceAll("%", "%25") : path
  const canonical = `GET\n${twice}\n\nhost:${host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${emptyHash}`
  const signed = signature(day, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash("sha256", canonical, "hex")}`)
  const credential = `Credential=${key.accessKeyId}/${scope}`
  return {
    "x-amz-date": date,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host;x-amz-date, Signature=${signed}`,
  }
}

/** smithy's interface of a hash over Node's one-shot hash. */
class OneShotSha256 {
  readonly #secret: string | Uint8Array | undefined
  #chunks: Array<Uint8Array> = []
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = typeof secret === "object" ? bytes(secret) : secret
  }
  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#chunks.push(bytes(chunk))
  }
  digest(): Promise<Uint8Array> {
    const [first] = this.#chunks
    const all = first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    return Promise.resolve(
      this.#secret === undefined
        ? hash("sha256", all, "buffer")
        : createHmac("sha256", this.#secret).update(all).digest(),
    )
  }
  reset(): void {
    this.#chunks = []
  }
}

const bytes = (data: string | ArrayBuffer | ArrayBufferView): Uint8Array =>
  typeof data === "string"
    ? Buffer.from(data)
    : data instanceof Uint8Array
      ? data
      : ArrayBuffer.isView(data)
        ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
        : Buffer.from(data)

type Headers = Record<string, string>

/** Sends a GET and answers its JSON. */
type Send = (path: string, headers: Headers) => Promise<unknown>

const overUndici = async (base: string): Promise<Send> => {
  const { Pool } = await import("@effect/platform-node/Undici")
  const pool = new Pool(base, { connections: 64 })
  return async (path, headers) => (await pool.request({ method: "GET", path, headers })).body.json()
}

const overFetch =
  async (base: string): Promise<Send> =>
  async (path, headers) =>
    (await fetch(base + path, { headers })).json()

/** Makes a client that answers when the session was made. */
const floor =
  (headersOf: (url: URL) => Promise<(path: string) => Headers | Promise<Headers>>, sendTo = overUndici) =>
  async (base: string, input: Input): Promise<() => Promise<number>> => {
    const [headers, send] = await Promise.all([headersOf(new URL(base)), sendTo(base)])
    return async () => {
      const path = pathOf(input)
      const { ProxySession: session } = dated(await send(path, await headers(path)))
      return session.CreatedTimestamp.getTime()
    }
  }

interface Dated {
  CreatedTimestamp: Date
  UpdatedTimestamp: Date
}

// Nothing is checked here, on purpose: a floor trusts its server.
const dated = (answer: unknown): { readonly ProxySession: Dated } => {
  const whole = answer as { readonly ProxySession: Dated }
  const session = whole.ProxySession
  session.CreatedTimestamp = new Date(session.CreatedTimestamp)
  session.UpdatedTimestamp = new Date(session.UpdatedTimestamp)
  return whole
}

export const unsigned = floor(async () => () => ({ accept: "application/json" }))

const byHand =
  async ({ host }: URL) =>
  (path: string) =>
    signByHand(host, path)

export const handSigned = floor(byHand)

export const handSignedFetch = floor(byHand, overFetch)

const bySmithy = async ({ host, hostname, port, protocol }: URL) => {
  const { SignatureV4 } = await import("@smithy/signature-v4")
  const signer = new SignatureV4({ credentials: key, region, service, sha256: OneShotSha256 })
  return async (path: string) => {
    const request = { method: "GET", protocol, hostname, port: Number(port), path, query: {}, headers: { host } }
    return (await signer.sign(request)).headers
  }
}

export const smithySigned = floor(bySmithy)

export const smithySignedFetch = floor(bySmithy, overFetch)
