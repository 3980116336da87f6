import { assert, describe, it } from "@effect/vitest"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as Signer from "@proxy-session/http/Signer"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Endpoint } from "@proxy-session/protocol/Endpoint"
import type { WireRequest } from "@proxy-session/protocol/WireRequest"
import { parts, signatureOf } from "./verify.ts"

const text = Schema.String.check(Schema.isMaxLength(30))
/** What a header or a path may be told to hold, white space and separators more often than chance has them. */
const hostile = Schema.Union([text, Schema.String.check(Schema.isPattern(/^[ \t\r\na/.%?&=\u00a0~'-]{0,12}$/u))])
const small = Schema.Literals(["a", "b", "b c", "", "é", "+"])

/** Any request that the types admit. */
const Case = Schema.Struct({
  method: Schema.Literals(["GET", "POST", "PUT", "DELETE"]),
  path: hostile,
  basePath: Schema.UndefinedOr(Schema.Union([Schema.Literals(["console", "a%20b", "a/../b//./c/"]), hostile])),
  query: Schema.Array(
    Schema.Tuple([Schema.Literals(["status", "next-token", "max-results"]), Schema.Union([text, small])]),
  ).check(Schema.isMaxLength(6)),
  body: Schema.UndefinedOr(text),
  host: Schema.Union([Schema.Literals(["127.0.0.1:4010", "voice-chime.eu-central-1.amazonaws.com"]), hostile]),
  region: Schema.Union([Schema.Literals(["us-east-1", "eu-central-1"]), text]),
  accessKeyId: text,
  secret: text,
  token: Schema.UndefinedOr(text),
  at: Schema.Union([
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000_000 })),
    Schema.Int.check(Schema.isBetween({ minimum: -100_000_000_000_000, maximum: 400_000_000_000_000 })),
    Schema.Literal(Number.MAX_VALUE),
  ]),
  invocation: hostile,
  attempt: hostile,
})

const request: WireRequest = { method: "GET", path: "/a", query: [], body: undefined }
const endpoint: Endpoint = { origin: "http://h", host: "h", basePath: "", signingRegion: "us-east-1" }
const attempt = { "amz-sdk-invocation-id": "id", "amz-sdk-request": "attempt=1; max=3" }

describe("both signers", () => {
  it.effect("make the same headers, byte for byte, for every request that the types admit", () =>
    Effect.gen(function* () {
      let signed = 0
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.schema(Case),
        (each) =>
          Effect.gen(function* () {
            const headers = { "amz-sdk-invocation-id": each.invocation, "amz-sdk-request": each.attempt }
            const { accessKeyId, at, basePath, body, host, method, path, query, region, secret, token } = each
            const args: Parameters<Signer.Sign> = [
              { method, path: `/${path}`, query, body },
              { ...endpoint, host, basePath: basePath === undefined ? "" : `/${basePath}`, signingRegion: region },
              {
                accessKeyId,
                secretAccessKey: Redacted.make(secret),
                ...(token === undefined ? {} : { sessionToken: Redacted.make(token) }),
              },
              at,
              headers,
            ]
            const [ours, theirs] = yield* Effect.all([
              Effect.result(FastSigner.sign(...args)),
              Effect.result(Signer.sign(...args)),
            ])
            assert.strictEqual(ours._tag, theirs._tag)
            if (ours._tag === "Failure" || theirs._tag === "Failure") return true
            assert.deepStrictEqual({ ...ours.success }, { ...theirs.success })
            signed++
            return true
          }),
        { runs: 1000, seed: 20200415 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
      assert.isAbove(signed, 500)
    }),
  )

  it.effect("sign every value of a parameter that is given twice", () =>
    Effect.gen(function* () {
      const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
      for (const sign of [FastSigner.sign, Signer.sign]) {
        const twice = { ...request, query: [["status", "Open"] as const, ["status", "Closed"] as const] }
        const headers = yield* sign(twice, endpoint, key, 0, attempt)
        const sent = {
          ...request,
          target: "/a?status=Open&status=Closed",
          headers: { ...headers, host: "h" },
          body: "",
        }
        assert.strictEqual(parts(headers["authorization"] ?? "").signature, signatureOf(sent, "secret"))
      }
    }),
  )

  it.effect("derive a key anew when the secret of a key id changes", () =>
    Effect.gen(function* () {
      const signatures: Array<string | undefined> = []
      for (const secret of ["one", "two", "one"]) {
        const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make(secret) }
        const [ours, theirs] = [
          yield* FastSigner.sign(request, endpoint, key, 0, attempt),
          yield* Signer.sign(request, endpoint, key, 0, attempt),
        ]
        assert.deepStrictEqual({ ...ours }, { ...theirs })
        signatures.push(ours["authorization"])
      }
      assert.strictEqual(signatures[0], signatures[2])
      assert.notStrictEqual(signatures[0], signatures[1])
    }),
  )

  it.effect("refuse what cannot be signed as credentials that cannot sign", () =>
    Effect.gen(function* () {
      const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
      for (const sign of [FastSigner.sign, Signer.sign]) {
        const error = yield* Effect.flip(sign(request, endpoint, key, Number.NaN, attempt))
        assert.strictEqual(error._tag, "CredentialsError")
      }
    }),
  )
})
