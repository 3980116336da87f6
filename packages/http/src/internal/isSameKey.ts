import * as Equal from "effect/Equal"
import type { AwsCredentials } from "../Credentials.ts"

/** A provider may answer the same key in a new object each time. */
export const isSameKey = (one: AwsCredentials, other: AwsCredentials): boolean =>
  one === other ||
  (one.accessKeyId === other.accessKeyId &&
    Equal.equals(one.secretAccessKey, other.secretAccessKey) &&
    Equal.equals(one.sessionToken, other.sessionToken))
