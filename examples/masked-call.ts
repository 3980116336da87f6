/**
 * Puts a masked call through: a session is made, a carrier asks whom to ring, and after the end the fallback number is rung.
 */
import * as Gateway from "@proxy-session/gateway/Gateway"
import * as Twilio from "@proxy-session/gateway/Twilio"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { createHmac } from "node:crypto"

const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const publicUrl = "https://calls.example.com"
const authToken = "what the carrier signs with"

/** The carrier asks by its webhook, signed, and does what the answer says. */
const ask = (From: string, To: string, CallSid: string) => {
  const url = `${publicUrl}/twilio/voice/${voiceConnectorId}`
  const signature = createHmac("sha1", authToken).update(`${url}CallSid${CallSid}From${From}To${To}`).digest("base64")
  const headers = { "x-twilio-signature": signature }
  const body = new URLSearchParams({ CallSid, From, To })
  return HttpServerRequest.fromWeb(new Request(url, { method: "POST", headers, body }))
}

const program = Effect.gen(function* () {
  yield* VoiceConnectorProxyRepo.use((proxies) =>
    proxies.put({
      voiceConnectorId,
      defaultSessionExpiryMinutes: 60,
      phoneNumberPoolCountries: ["US"],
      fallBackPhoneNumber: "+18005550111",
    }),
  )
  const [rider, driver] = ["+14015550142", "+13125550199"] as const
  const session = yield* ProxySessionRepo.use((repo) =>
    repo.create({ voiceConnectorId, participantPhoneNumbers: [rider, driver], capabilities: ["Voice"] }),
  )
  const masked = session.participants[0]?.proxyPhoneNumber ?? ""
  const carriers = [Twilio.make({ authTokens: [Redacted.make(authToken)] })]
  const gateway = yield* Gateway.make({ carriers, publicUrl })
  const call = Effect.fnUntraced(function* (caller: string, id: string) {
    const answer = yield* Effect.provideService(gateway, HttpServerRequest.HttpServerRequest, ask(caller, masked, id))
    const twiml = yield* Effect.promise(() => HttpServerResponse.toWeb(answer).text())
    const [, shown, dialled = "nobody"] = /callerId="([^"]+)".*>(\+\d+)<\/Number>/u.exec(twiml) ?? []
    yield* Console.log(`${caller} calls ${masked}: ${dialled} rings${shown === undefined ? "" : ` and sees ${shown}`}`)
  })
  yield* call(rider, "CA1")
  yield* call(driver, "CA2")
  yield* call("+16175550199", "CA3")
  yield* TestClock.adjust("1 hour")
  yield* call(rider, "CA4")
})

await Effect.runPromise(Effect.provide(program, [MemoryRepo.layer(), TestClock.layer()]))
