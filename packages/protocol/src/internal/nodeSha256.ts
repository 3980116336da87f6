import { hash } from "node:crypto"

// The one-shot hash: `createHash` spends most of its time on the object that it returns.

export const digest = (content: string | Uint8Array): Uint8Array => hash("sha256", content, "buffer")

export const hexDigest = (content: string | Uint8Array): string => hash("sha256", content, "hex")
