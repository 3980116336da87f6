/**
 * Verifies who sent a request, in two steps: what the headers tell, before a body is read, and then the signature.
 */
import * as CanonicalRequest from "@proxy-session/protocol/CanonicalRequest"
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import type { WireError } from "@proxy-session/protocol/ErrorFormat"
import * as Sha256 from "@proxy-session/protocol/Sha256"
import type { Tenant } from "@proxy-session/repo/Tenant"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { AccessKey, Rights, SigV4 } from "../Authentication.ts"
import * as Refusal from "./refusal.ts"
import * as Signature from "./signature.ts"

/**
 * What is known of who asks: the key, if there is one, its account and the region that was signed, and what the key is
 * good for.
 */
export interface Caller {
  readonly accessKeyId: string | undefined
  readonly tenant: Partial<Pick<Tenant, "account" | "region">>
  readonly rights: Rights
}

/** The second step. It fails for an unknown key, too: until here such a request is treated like any other. */
export type Verify = (body: Uint8Array) => Result.Result<Caller, WireError>

export type Verifier = (claim: Signature.Claim) => Effect.Effect<Verify, WireError>

/** Takes everybody for who they say they are, whatever their signature is worth. */
export const none =
  (region: string | undefined): Verifier =>
  ({ headers }) => {
    const identity = Signature.identity(headers.get("authorization") ?? "")
    if (region !== undefined && identity !== undefined && identity.region !== region) {
      return Effect.fail(Refusal.region(region))
    }
    const caller = Result.succeed<Caller>({
      accessKeyId: identity?.accessKeyId,
      tenant: region === undefined ? (identity === undefined ? {} : { region: identity.region }) : { region },
      rights: "read-write",
    })
    return Effect.succeed(() => caller)
  }

export const make = ({ keys, maxClockSkew = "5 minutes" }: SigV4, region: string | undefined): Verifier => {
  const skew = Duration.toMillis(maxClockSkew)
  const signingKey = CanonicalRequest.signingKeys(maxKeys)
  return (claim) => {
    const credential = judge(claim, region, skew)
    if (Result.isFailure(credential)) return Effect.fail(credential.failure)
    return Effect.mapEager(keys(credential.success.accessKeyId), (found) => verify(claim, credential.success, found))
  }

  function verify(claim: Signature.Claim, credential: Signature.Credential, found: Option.Option<AccessKey>): Verify {
    return (body) => {
      const bodyHash = body.length === 0 ? emptyHash : Sha256.hashHex(body)
      const declared = claim.headers.get(Signature.contentHash)
      if (declared !== undefined && declared !== bodyHash) return Result.fail(Refusal.contentHash)
      const key = Option.getOrElse(found, () => nobody)
      const expected = CanonicalRequest.sign(
        signingKey(key === nobody ? "" : credential.accessKeyId, Redacted.value(key.secretAccessKey), credential),
        claim.headers.get(Signature.date) ?? "",
        credential,
        CanonicalRequest.canonicalRequest({ ...claim, header: claim.headers.get }, credential.signedHeaders, bodyHash),
      )
      const token = key.sessionToken === undefined ? "" : Redacted.value(key.sessionToken)
      // Each is worked out whatever the others say, so that the time it takes tells nothing.
      const isSigned = Signature.equal(expected, credential.signature)
      const isTokenRight = Signature.equal(token, claim.headers.get(Signature.securityToken) ?? "")
      return key !== nobody && isSigned && isTokenRight
        ? Result.succeed({
            accessKeyId: credential.accessKeyId,
            tenant: { region: credential.region, ...(key.account === undefined ? {} : { account: key.account }) },
            rights: key.rights ?? "read-write",
          })
        : Result.fail(Refusal.mismatch)
    }
  }
}

/** The keys of how many callers are kept. */
const maxKeys = 256

const emptyHash = Sha256.hashHex("")

/** Stands in for a key that is not there. */
const nobody: AccessKey = { secretAccessKey: Redacted.make("nobody") }

const judge = (
  { headers, now, query }: Signature.Claim,
  region: string | undefined,
  skew: number,
): Result.Result<Signature.Credential, WireError> => {
  if (Signature.isPresigned(query)) return Result.fail(Refusal.presigned)
  const authorization = headers.get("authorization")
  if (authorization === undefined) return Result.fail(Refusal.missing)
  const credential = Signature.parse(authorization)
  if (credential === undefined) return Result.fail(Refusal.malformed)
  const { signedHeaders } = credential
  for (const name of signedHeaders) if (headers.get(name) === undefined) return Result.fail(Refusal.absent(name))
  for (const name of ["host", Signature.date]) {
    if (!signedHeaders.includes(name)) return Result.fail(Refusal.unsigned(name))
  }
  if (headers.get(Signature.securityToken) !== undefined && !signedHeaders.includes(Signature.securityToken)) {
    return Result.fail(Refusal.unsigned(Signature.securityToken))
  }
  // With a header given twice, what is verified and what is used could be two different things.
  for (const name of headers.repeated) {
    if (signedHeaders.includes(name) || name === "authorization" || name === Signature.contentHash) {
      return Result.fail(Refusal.repeated(name))
    }
  }
  const sent = headers.get(Signature.date) ?? ""
  const at = Signature.parseDate(sent)
  if (at === undefined) return Result.fail(Refusal.malformedDate)
  if (credential.service !== Endpoint.signingName || credential.terminator !== CanonicalRequest.terminator) {
    return Result.fail(Refusal.service)
  }
  if (region !== undefined && credential.region !== region) return Result.fail(Refusal.region(region))
  if (!sent.startsWith(credential.day)) return Result.fail(Refusal.day)
  return Math.abs(now - at) > skew ? Result.fail(Refusal.expired) : Result.succeed(credential)
}
