import { CredentialsError } from "@proxy-session/domain/CredentialsError"

/** What a signer says of credentials that no signature can be made with. */
export const cannotSign = (): CredentialsError =>
  new CredentialsError({ sources: [{ source: "Credentials", reason: "what it answered cannot sign a request" }] })
