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

export const constructorOf = ({ hmac, sha256 }: Hashes): HashConstructor =>
  class {
    readonly #key: Uint8Array | undefined
    #message: Uint8Array = empty

    constructor(secret?: Data) {
      this.#key = secret === undefined ? undefined : bytes(secret)
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
      return Promise.resolve(this.#key === undefined ? sha256(this.#message) : hmac(this.#key, this.#message))
    }
    reset(): void {
      this.#message = empty
    }
  }
