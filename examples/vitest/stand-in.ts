/**
 * An account of its own for a test: a client for it, and what is done to it alone.
 */
import { ChimeSDKVoiceClient } from "@aws-sdk/client-chime-sdk-voice"
import { randomUUID } from "node:crypto"
import { inject } from "vitest"

export const standIn = () => {
  const url = inject("standIn")
  const account = `test-${randomUUID()}`
  const token = process.env["STAND_IN_TOKEN"]
  const control = async (method: string, call: string, body?: object) => {
    const answer = await fetch(`${url}/_proxy-session/${call}${call.includes("?") ? "&" : "?"}account=${account}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text)
    return text === "" ? undefined : JSON.parse(text)
  }
  return {
    client: (options: { readonly maxAttempts?: number } = {}) =>
      new ChimeSDKVoiceClient({
        endpoint: url,
        region: "us-east-1",
        credentials: { accessKeyId: account, secretAccessKey: "test" },
        ...options,
      }),
    /** The next matching call meets a fault: `fail({ operation: "GetProxySession", error: "ThrottledClientException" })`. */
    fail: (fault: object) => control("POST", "faults", fault),
    /** The service's time moves on: `advance("61 minutes")`. */
    advance: (duration: string) => control("POST", "clock", { advance: duration }),
    /** What was asked, oldest first. */
    requests: async (
      query: "" | `?${string}` = "",
    ): Promise<ReadonlyArray<{ readonly operation: string; readonly status: number }>> =>
      (await control("GET", `journal${query}`)).requests,
    reset: () => control("POST", "reset"),
  }
}
