import { assert, describe, it } from "@effect/vitest"
import * as DirectSigner from "@proxy-session/http/DirectSigner"
import * as NodeSigner from "@proxy-session/http/NodeSigner"
import * as SigV4 from "@proxy-session/http/SigV4"
import { constructorOf } from "../src/internal/hashConstructor.ts"
import * as NodeHash from "../src/internal/nodeHash.ts"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

const visible = Schema.String.check(Schema.isPattern(/^[!-+\--.0-~]{1,40}$/u))
const text = Schema.String.check(Schema.isMaxLength(30))
const segment = Schema.String.check(Schema.isPattern(/^[^\ud800-\udfff]{1,20}$/u))

/** Random requests, as the protocol would write them. */
const Case = Schema.Struct({
  method: Schema.Literals(["GET", "POST", "PUT", "DELETE"]),
  segments: Schema.Array(segment).check(Schema.isBetweenLength(1, 4)),
  basePath: Schema.Literals(["", "/console", "/a%20b"]),
  query: Schema.Array(
    Schema.Struct({ name: Schema.Literals(["status", "next-token", "max-results"]), value: segment }),
  ),
  body: Schema.UndefinedOr(text),
  host: Schema.Literals(["127.0.0.1:4010", "voice-chime.eu-central-1.amazonaws.com"]),
  region: Schema.Literals(["us-east-1", "eu-central-1"]),
  accessKeyId: visible,
  secret: visible,
  token: Schema.UndefinedOr(visible),
  at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_000_000_000_000 })),
  invocation: visible,
})

const encode = (part: string) =>
  encodeURIComponent(part).replace(/[!'()*]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

describe.each([
  ["DirectSigner", DirectSigner.sign],
  ["NodeSigner", NodeSigner.sign],
  ["SigV4 with Node's hash", SigV4.make(constructorOf(NodeHash))],
] as const)("%s", (_, sign) => {
  it.effect("makes the headers that @smithy/signature-v4 makes, byte for byte, for any request", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        Arbitrary.schema(Case),
        (each) =>
          Effect.gen(function* () {
            const names = new Set<string>()
            const request = {
              method: each.method,
              path: each.segments.map((part) => `/${encode(part)}`).join(""),
              query: each.query
                .filter(({ name }) => !names.has(name) && names.add(name) !== undefined)
                .map(({ name, value }) => [name, value] as const),
              body: each.body,
            }
            const endpoint = {
              origin: `http://${each.host}`,
              host: each.host,
              basePath: each.basePath,
              signingRegion: each.region,
            }
            const credentials = {
              accessKeyId: each.accessKeyId,
              secretAccessKey: Redacted.make(each.secret),
              ...(each.token === undefined ? {} : { sessionToken: Redacted.make(each.token) }),
            }
            const more = { "amz-sdk-invocation-id": each.invocation }
            const ours = yield* sign(request, endpoint, credentials, each.at, more)
            const theirs = yield* SigV4.sign(request, endpoint, credentials, each.at, more)
            assert.deepStrictEqual({ ...ours }, { ...theirs })
            return true
          }),
        { runs: 300, seed: 20200415 },
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    }),
  )

  it.effect("derives a key anew when the secret of a key id changes", () =>
    Effect.gen(function* () {
      const request = { method: "GET", path: "/a", query: [], body: undefined }
      const endpoint = { origin: "http://h", host: "h", basePath: "", signingRegion: "us-east-1" }
      for (const secret of ["one", "two", "one"]) {
        const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make(secret) }
        assert.deepStrictEqual(
          { ...(yield* sign(request, endpoint, credentials, 0)) },
          { ...(yield* SigV4.sign(request, endpoint, credentials, 0)) },
        )
      }
    }),
  )
})
