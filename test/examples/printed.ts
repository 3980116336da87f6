/**
 * What each example prints.
 */
export const printed: Readonly<Record<string, string>> = {
  "main.ts": `
{
  "ProxySession": {
    "Capabilities": [
      "SMS",
      "Voice"
    ],
    "CreatedTimestamp": "<instant>",
    "EndedTimestamp": null,
    "ExpiryMinutes": 60,
    "GeoMatchLevel": null,
    "GeoMatchParams": null,
    "Name": null,
    "NumberSelectionBehavior": null,
    "Participants": [
      {
        "PhoneNumber": "+14015550101",
        "ProxyPhoneNumber": "+12065550101"
      },
      {
        "PhoneNumber": "+12065550100",
        "ProxyPhoneNumber": "+12065550101"
      }
    ],
    "ProxySessionId": "<id>",
    "Status": "Open",
    "UpdatedTimestamp": "<instant>",
    "VoiceConnectorId": "abcdef1ghij2klmno3pqr4"
  }
}
NotFoundException: Unable to find the requested identifier
`,

  "handle-errors.ts": `
400 check the link you followed: proxySessionId
404 no such trip
503 please try again in a moment
500 our fault, and somebody has been woken up
500 our fault, and somebody has been woken up
`,

  "telemetry.ts": `
UnmodeledServiceError
spans: GET, ChimeSDKVoice.GetProxySession, call a rider
attributes: cloud.region, error.type, http.request.method, http.request.resend_count, http.response.status_code, rpc.method, rpc.system.name
metrics: proxy_session_client_attempts_total, proxy_session_client_duration_seconds, proxy_session_client_retry_quota
`,

  "list-as-stream.ts": `
sessions on each page: 3, 3, 1
sessions that take text messages: 2
asked for two sessions: the first page
`,

  "test-with-memory.ts": `
ok: they reach each other for an hour, and not a minute longer
ok: while the service is down, nobody is told that they cannot
`,

  "record-and-replay.ts": `
the replay gave the same session
`,

  "aws-sdk.ts": `
Trip 1: Open for 60 minutes
Trip 2: Open for 60 minutes
NotFoundException NotFound: Unable to find the requested identifier
`,

  "own-credentials.ts": `
the stand-in let in 3 requests
the vault handed out 1 key
No usable credentials (the login: the provider failed (Error))
`,

  "cached-and-rate-limited.ts": `
1000 gets, 1 of them beyond the cache
after an update: SMS, and 2 gets beyond the cache
NotFoundException: Unable to find the requested identifier
ThrottledClientException: The rate limit of this application is used up
`,

  "own-implementation.ts": `
passed: <all of the others>
failed: 0
skipped: 109
`,

  "masked-call.ts": `
+14015550142 calls +12065550100: +13125550199 rings and sees +12065550100
+13125550199 calls +12065550100: +14015550142 rings and sees +12065550100
+16175550199 calls +12065550100: nobody rings
+14015550142 calls +12065550100: +18005550111 rings and sees +12065550100
`,
}
