import * as Sha256 from "@proxy-session/protocol/Sha256"

type Data = ArrayBuffer | ArrayBufferView | string

const encoder = new TextEncoder()

const bytes = (data: Data): Uint8Array => {
  if (data instanceof Uint8Array) return data
  if (typeof data === "string") return encoder.encode(data)
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

/** An HMAC under a secret that was given as text. */
interface TextHmac {
  readonly secret: string
  readonly message: Uint8Array
  readonly digest: Promise<Uint8Array>
}

/** Before each signature, smithy asks for the HMAC of the key's id under its secret, to look up the signing key by it. */
let latest: TextHmac | undefined

const textHmac = (secret: string, message: Uint8Array): Promise<Uint8Array> => {
  const isKnown =
    latest?.secret === secret &&
    latest.message.length === message.length &&
    latest.message.every((byte, index) => byte === message[index])
  if (latest === undefined || !isKnown) {
    latest = { secret, message, digest: Promise.resolve(Sha256.hmac(secret, message)) }
  }
  return latest.digest
}

const empty = new Uint8Array(0)

/** SHA-256 in the form that `@smithy/signature-v4` asks for: a hash, or with a secret an HMAC. */
export class SmithyHash {
  readonly #secret: Data | undefined
  #message: Uint8Array = empty

  constructor(secret?: Data) {
    this.#secret = secret
  }

  update(data: Data): void {
    const more = bytes(data)
    if (this.#message.length === 0) {
      this.#message = more
      return
    }
    const message = new Uint8Array(this.#message.length + more.length)
    message.set(this.#message)
    message.set(more, this.#message.length)
    this.#message = message
  }

  digest(): Promise<Uint8Array> {
    if (this.#secret === undefined) return Promise.resolve(Sha256.hash(this.#message))
    return typeof this.#secret === "string"
      ? textHmac(this.#secret, this.#message)
      : Promise.resolve(Sha256.hmac(bytes(this.#secret), this.#message))
  }

  reset(): void {
    this.#message = empty
  }
}
