import * as Real from "../../../packages/http/src/internal/receiver.ts"

export { sendWith } from "../../../packages/http/src/internal/receiver.ts"

/** Takes the headers as undici has them. */
export abstract class Receiver extends Real.Receiver {
  override receiveHead(status: number, headers: Parameters<Real.Receiver["receiveHead"]>[1]): void {
    this.head = { status, headers: Object(headers) }
  }
}
