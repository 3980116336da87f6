/** SHA-256, and HMAC-SHA-256 under a key of any length. */
export interface Hashes {
  readonly sha256: (message: Uint8Array) => Uint8Array
  readonly hmac: (key: Uint8Array, message: Uint8Array) => Uint8Array
}

type Data = ArrayBuffer | ArrayBufferView | string

/** The shape in which `@smithy/signature-v4` asks for them: a hash, or with a secret an HMAC. */
export type HashConstructor = new (secret?: Data) => {
  readonly update: (data: Data) => void
  readonly digest: () => Promise<Uint8Array>
  readonly reset: () => void
}

const encoder = new TextEncoder()

const bytes = (data: Data): Uint8Array =>
  typeof data === "string"
    ? encoder.encode(data)
    : data instanceof Uint8Array
      ? data
      : ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : new Uint8Array(data)

const empty = new Uint8Array(0)

/** An HMAC under a secret that was given as text. */
interface Known {
  readonly secret: string
  readonly message: Uint8Array
  readonly digest: Promise<Uint8Array>
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && one.every((byte, index) => byte === other[index])

export const constructorOf = ({ hmac, sha256 }: Hashes): HashConstructor => {
  // Before each signature smithy asks for the HMAC of the key's id under its secret, to look up the signing key by it.
  let latest: Known | undefined

  return class {
    readonly #secret: Data | undefined
    #message: Uint8Array = empty

    constructor(secret?: Data) {
      this.#secret = secret
    }
    update(data: Data): void {
      const more = bytes(data)
      if (this.#message.byteLength === 0) {
        this.#message = more
        return
      }
      const message = new Uint8Array(this.#message.byteLength + more.byteLength)
      message.set(this.#message)
      message.set(more, this.#message.byteLength)
      this.#message = message
    }
    digest(): Promise<Uint8Array> {
      const message = this.#message
      const secret = this.#secret
      if (secret === undefined) return Promise.resolve(sha256(message))
      if (typeof secret !== "string") return Promise.resolve(hmac(bytes(secret), message))
      if (latest === undefined || latest.secret !== secret || !isSame(latest.message, message)) {
        latest = { secret, message, digest: Promise.resolve(hmac(bytes(secret), message)) }
      }
      return latest.digest
    }
    reset(): void {
      this.#message = empty
    }
  }
}
