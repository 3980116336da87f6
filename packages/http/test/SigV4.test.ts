import { ChimeSDKVoiceClient } from "@aws-sdk/client-chime-sdk-voice"
import { assert, describe, it } from "@effect/vitest"
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import type { QueryParameter } from "@proxy-session/protocol/Operation"
import { queryString, type WireRequest } from "@proxy-session/protocol/WireRequest"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as Signer from "@proxy-session/http/Signer"
import { SignatureV4 } from "@smithy/signature-v4"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { createHash, createHmac } from "node:crypto"
import { type Case, operations } from "./operations.ts"
import { parts, type Signed, signatureOf } from "./verify.ts"

const accessKeyId = "AKIDEXAMPLE"
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
const sessionToken = "FwoGZXIvYXdzEXAMPLE=="

/** What AWS's own client would send for an operation. */
const signedByAws = (send: Case["sdk"]) =>
  Effect.promise(async () => {
    const requests: Array<Signed> = []
    const client = new ChimeSDKVoiceClient({
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
      requestHandler: {
        handle: (request: {
          readonly method: string
          readonly path: string
          readonly query: Record<string, string>
          readonly headers: Record<string, string>
          readonly body?: string
        }) => {
          const query = queryString(Object.entries(request.query))
          requests.push({
            method: request.method,
            target: query === "" ? request.path : `${request.path}?${query}`,
            headers: request.headers,
            body: request.body ?? "",
          })
          return Promise.reject(new Error("not sent"))
        },
      },
    })
    await send(client).catch(() => undefined)
    const [request] = requests
    if (request === undefined) throw new Error("nothing was signed")
    return request
  })

const endpoint = Result.getOrThrow(Endpoint.resolve({ region: "us-east-1" }))

const parameter = (name: string): QueryParameter => {
  if (name === "max-results" || name === "next-token" || name === "status") return name
  throw new Error(`no parameter: ${name}`)
}

const methodOf = (method: string): WireRequest["method"] => {
  if (method === "DELETE" || method === "GET" || method === "POST" || method === "PUT") return method
  throw new Error(`no method: ${method}`)
}

const attempt = { "amz-sdk-invocation-id": "an id", "amz-sdk-request": "attempt=1; max=3" }

/** A request that was sent, as it was before it was signed. */
const wire = ({ body, method, target }: Signed): WireRequest => {
  const [path = "", query = ""] = target.split("?")
  return {
    method: methodOf(method),
    path: `/${path.slice(1)}`,
    query: [...new URLSearchParams(query)].map(([name, value]) => [parameter(name), value] as const),
    body: body === "" ? undefined : body,
  }
}

const at = (date: string) =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, "$1-$2-$3T$4:$5:$6Z"))

describe.each([
  ["the default signer", Signer.sign],
  ["FastSigner", FastSigner.sign],
] as const)("%s", (_, sign) => {
  for (const { name, sdk } of operations) {
    it.effect(`signs ${name} as AWS's own client does`, () =>
      Effect.gen(function* () {
        const theirs = yield* signedByAws(sdk)
        // The verifier is right about AWS's own signature, so it may judge ours.
        const signature = parts(String(theirs.headers["authorization"]))
        assert.strictEqual(signature.signature, signatureOf(theirs, secretAccessKey))

        const ours = yield* sign(
          wire(theirs),
          endpoint,
          {
            accessKeyId,
            secretAccessKey: Redacted.make(secretAccessKey),
            sessionToken: Redacted.make(sessionToken),
          },
          at(String(theirs.headers["x-amz-date"])),
          attempt,
        )
        const sent = { ...theirs, headers: { ...ours, host: endpoint.host } }
        const own = parts(String(ours["authorization"]))
        assert.strictEqual(own.scope, signature.scope)
        assert.strictEqual(own.signature, signatureOf(sent, secretAccessKey))
        for (const header of ["host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "content-type"]) {
          assert.strictEqual(Reflect.get(sent.headers, header), theirs.headers[header], header)
        }
      }),
    )
  }

  it.effect("signs as the same signer does on Node's own hashes", () =>
    Effect.gen(function* () {
      class NodeSha256 {
        readonly hash
        constructor(secret?: string | Uint8Array) {
          this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret)
        }
        update(data: Uint8Array) {
          this.hash.update(data)
        }
        digest() {
          return Promise.resolve(new Uint8Array(this.hash.digest()))
        }
        reset() {}
      }
      const signer = new SignatureV4({
        service: "chime",
        region: "us-east-1",
        credentials: { accessKeyId, secretAccessKey },
        sha256: NodeSha256 as never,
      })
      const body = '{"Capabilities":["Voice"]}'
      const request = { method: "POST", path: "/voice-connectors/v%20c/proxy-sessions/s", query: [], body } as const
      const { headers } = yield* Effect.promise(() =>
        signer.sign(
          {
            method: "POST",
            protocol: "https:",
            hostname: endpoint.host,
            path: request.path,
            query: {},
            headers: { ...attempt, host: endpoint.host, "content-type": "application/json" },
            body,
          },
          { signingDate: new Date(0) },
        ),
      )
      const { host: _, ...expected } = headers
      const key = { accessKeyId, secretAccessKey: Redacted.make(secretAccessKey) }
      assert.deepStrictEqual(yield* sign(request, endpoint, key, 0, attempt), expected)
    }),
  )
})
