import * as Sha256 from "@proxy-session/protocol/Sha256"

type Data = ArrayBuffer | ArrayBufferView | string

const encoder = new TextEncoder()

const bytes = (data: Data): Uint8Array => {
  if (data instanceof Uint8Array) return data
  if (typeof data === "string") return encoder.encode(data)
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

const empty: Uint8Array = new Uint8Array(0)

/** Before each signature, smithy asks for the HMAC of the key's id under its secret, to look up the signing key by it. */
let latest = { secret: "", message: empty, digest: Promise.resolve(Sha256.hmac("", empty)) }

const textHmac = (secret: string, message: Uint8Array): Promise<Uint8Array> => {
  const isSame = latest.message.length === message.length && message.every((byte, i) => byte === latest.message[i])
  if (latest.secret !== secret || !isSame) {
    latest = { secret, message, digest: Promise.resolve(Sha256.hmac(secret, message)) }
  }
  return latest.digest
}

/** SHA-256 in the form that `@smithy/signature-v4` asks for: a hash, or with a secret an HMAC. */
export class SmithyHash {
  readonly #secret: Data | undefined
  #message = empty

  constructor(secret?: Data) {
    this.#secret = secret
  }

  update(data: Data): void {
    const more = bytes(data)
    // It is given one piece as a rule.
    this.#message = this.#message.length === 0 ? more : new Uint8Array([...this.#message, ...more])
  }

  digest(): Promise<Uint8Array> {
    if (typeof this.#secret === "string") return textHmac(this.#secret, this.#message)
    const digest =
      this.#secret === undefined ? Sha256.hash(this.#message) : Sha256.hmac(bytes(this.#secret), this.#message)
    return Promise.resolve(digest)
  }

  reset(): void {
    this.#message = empty
  }
}
