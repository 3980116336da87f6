import type { AnyOperation } from "@proxy-session/protocol/Operation"
import * as Sha256 from "@proxy-session/protocol/Sha256"
import type { Invocation } from "@proxy-session/repo/Invocation"
import type { sentHeaders } from "./sentHeaders.ts"

const header = "amz-sdk-invocation-id"

/** An id is kept, so it is not taken at any length. The SDKs send a UUID. */
const id = /^[\x21-\x7e]{1,128}$/u

/** The call that an attempt belongs to, where a repetition of the operation could do its work twice. */
export const invocationOf = (
  operation: AnyOperation,
  headers: ReturnType<typeof sentHeaders>,
  accessKeyId: string | undefined,
  path: string,
  body: Uint8Array,
): Invocation | undefined => {
  const sent = headers.get(header)
  return operation.repeatable || accessKeyId === undefined || sent === undefined || !id.test(sent)
    ? undefined
    : { accessKeyId, id: sent, requestHash: `${Sha256.hashHex(path)}${Sha256.hashHex(body)}` }
}
