import { assert, describe, it, layer } from "@effect/vitest"
import { SignatureV4 } from "@smithy/signature-v4"
import { Tenant } from "@proxy-session/repo/Tenant"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Authentication from "../src/Authentication.ts"
import {
  creation,
  layerServer,
  proxyPath,
  raw,
  request,
  sessionsPath,
  Sha256,
  signLikeBotocore,
  type Signing,
  Stub,
} from "./support.ts"

const now = Date.UTC(2026, 10, 23, 3, 14, 31)
const signing: Signing = {
  accessKeyId: "AKIDEXAMPLE",
  secret: "example-secret",
  date: "20261123T031431Z",
  region: "us-east-1",
  service: "chime",
}
const temporary: Signing = { ...signing, accessKeyId: "ASIAEXAMPLE", secret: "temporary-secret" }
const keys = Authentication.fromRecord({
  AKIDEXAMPLE: { secretAccessKey: Redacted.make(signing.secret) },
  ASIAEXAMPLE: {
    secretAccessKey: Redacted.make(temporary.secret),
    sessionToken: Redacted.make("example-token"),
    account: "123456789012",
  },
})
const signed = layerServer({ authentication: { keys } })

const body = JSON.stringify(creation)
const lines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .filter(([name]) => name !== "host" && name !== "content-length")
    .map(([name, value]) => `${name}: ${value}`)

/** A create as botocore signs it, with changes to what is signed. */
const botocore = (change: Partial<Signing> = {}, headers: Readonly<Record<string, string>> = {}) =>
  signLikeBotocore(
    { ...signing, ...change },
    {
      method: "POST",
      path: sessionsPath,
      body,
      headers: { "content-type": "application/json", host: "127.0.0.1", ...headers },
    },
  )

const send = (headers: Readonly<Record<string, string>>) => request("POST", sessionsPath, body, lines(headers))

/** Signs the way the AWS SDK for JavaScript does, hash header and all. */
const smithy = (
  sent: {
    readonly method: string
    readonly path: string
    readonly query?: Record<string, string>
    readonly body?: string
    readonly headers?: Record<string, string>
  },
  sessionToken?: string,
) =>
  Effect.promise(() =>
    new SignatureV4({
      service: "chime",
      region: "us-east-1",
      sha256: Sha256,
      credentials:
        sessionToken === undefined
          ? { accessKeyId: signing.accessKeyId, secretAccessKey: signing.secret }
          : { accessKeyId: temporary.accessKeyId, secretAccessKey: temporary.secret, sessionToken },
    }).sign(
      {
        method: sent.method,
        protocol: "http:",
        hostname: "127.0.0.1",
        path: sent.path,
        query: sent.query ?? {},
        headers: { host: "127.0.0.1", ...sent.headers },
        body: sent.body,
      },
      { signingDate: new Date(now) },
    ),
  )

describe("a signature", () => {
  it.effect("of botocore's kind, without a hash header, is taken", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      assert.strictEqual((yield* send(botocore())).status, 201)
      const headers = signLikeBotocore(signing, {
        method: "GET",
        path: sessionsPath,
        query: "status=Open&next-token=a%20b%2Fc&max-results=5",
        headers: { host: "127.0.0.1" },
      })
      const target = `${sessionsPath}?status=Open&next-token=a%20b%2Fc&max-results=5`
      assert.strictEqual((yield* request("GET", target, undefined, lines(headers))).status, 200)
      assert.strictEqual(
        (yield* request(
          "DELETE",
          proxyPath,
          "",
          lines(
            signLikeBotocore(signing, {
              method: "DELETE",
              path: proxyPath,
              headers: { host: "127.0.0.1" },
            }),
          ),
        )).status,
        204,
      )
    }).pipe(Effect.provide(signed)),
  )

  it.effect("of smithy's kind, with the hash and other headers signed, is taken", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const { headers } = yield* smithy({
        method: "POST",
        path: sessionsPath,
        body,
        headers: {
          "content-type": "application/json",
          "content-length": String(body.length),
          "amz-sdk-invocation-id": "d2f1",
          "amz-sdk-request": "attempt=1;  max=3",
          "x-amz-user-agent": " aws-sdk-js/3 ",
        },
      })
      assert.isDefined(headers["x-amz-content-sha256"])
      assert.strictEqual((yield* send(headers)).status, 201)
    }).pipe(Effect.provide(signed)),
  )

  for (const [name, path] of [
    ["with every character that is encoded", "ab%20c%2Fd%2B%C3%A9%25~%3A%2A%28%29%27%21%40%26%3D%24%2C%3B"],
    ["with steps, which signers resolve", "x%2F..%2Fy"],
  ] as const) {
    it.effect(`of a path ${name} is taken`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now)
        const target = `${sessionsPath}/${path}`
        const { headers } = yield* smithy({ method: "GET", path: target })
        const answer = yield* request("GET", target, undefined, lines(headers))
        assert.strictEqual(answer.headers["x-amzn-errortype"], "NotFoundException:")
        const other = signLikeBotocore(signing, { method: "GET", path: target, headers: { host: "127.0.0.1" } })
        assert.strictEqual((yield* request("GET", target, undefined, lines(other))).status, 404)
      }).pipe(Effect.provide(signed)),
    )
  }

  for (const path of [`${sessionsPath}/..`, "/voice-connectors//proxy-sessions"]) {
    it.effect(`of ${path} is good, so that the error names the id`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now)
        const { headers } = yield* smithy({ method: "GET", path })
        const answer = yield* request("GET", path, undefined, lines(headers))
        assert.strictEqual(answer.headers["x-amzn-errortype"], "BadRequestException:")
        assert.match(answer.json.Message ?? "", /Id must be/u)
      }).pipe(Effect.provide(signed)),
    )
  }

  it.effect("with a session token is taken, and the account and region go to the repository", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const { headers } = yield* smithy({ method: "GET", path: sessionsPath }, "example-token")
      assert.strictEqual((yield* request("GET", sessionsPath, undefined, lines(headers))).status, 200)
      const abroad = botocore({ region: "eu-central-1" })
      assert.strictEqual((yield* send(abroad)).status, 201)
      assert.deepStrictEqual((yield* Stub).tenants, [
        { ...Tenant.defaultValue(), account: "123456789012" },
        { ...Tenant.defaultValue(), region: "eu-central-1" },
      ])
    }).pipe(Effect.provide(signed)),
  )

  it.effect("is good from five minutes before its date until five minutes after", () =>
    Effect.gen(function* () {
      for (const [offset, status] of [
        [-300_000, 201],
        [300_000, 201],
        [-300_001, 403],
        [300_001, 403],
        [900_000, 403],
        [-900_000, 403],
      ] as const) {
        yield* TestClock.setTime(now + offset)
        const answer = yield* send(botocore())
        assert.strictEqual(answer.status, status)
        if (status === 403) {
          assert.strictEqual(answer.headers["x-amzn-errortype"], "InvalidSignatureException:")
          assert.match(answer.json.Message ?? "", /^Signature expired/u)
          assert.strictEqual(answer.headers["date"], new Date(now + offset).toUTCString())
        }
      }
    }).pipe(Effect.provide(signed)),
  )

  it.effect("is good for as long as the server is told", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now + Duration.toMillis("14 minutes"))
      assert.strictEqual((yield* send(botocore())).status, 201)
    }).pipe(Effect.provide(layerServer({ authentication: { keys, maxClockSkew: "15 minutes" } }))),
  )

  it.effect("is refused for another region than the server's", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      assert.strictEqual((yield* send(botocore({ region: "eu-central-1" }))).status, 201)
      const answer = yield* send(botocore())
      assert.strictEqual(answer.headers["x-amzn-errortype"], "InvalidSignatureException:")
      assert.include(answer.json.Message, "eu-central-1")
    }).pipe(Effect.provide(layerServer({ authentication: { keys }, region: "eu-central-1" }))),
  )

  it.effect("follows a key whose secret has changed", () => {
    let secret = "old-secret"
    const changing = {
      keys: () =>
        Effect.sync(() => Redacted.make(secret)).pipe(
          Effect.map((secretAccessKey) => ({ secretAccessKey })),
          Effect.option,
        ),
    }
    return Effect.gen(function* () {
      yield* TestClock.setTime(now)
      assert.strictEqual((yield* send(botocore({ secret: "old-secret" }))).status, 201)
      secret = "new-secret"
      assert.strictEqual((yield* send(botocore({ secret: "old-secret" }))).status, 403)
      assert.strictEqual((yield* send(botocore({ secret: "new-secret" }))).status, 201)
    }).pipe(Effect.provide(layerServer({ authentication: changing })))
  })

  it.effect("says the same of an unknown key, a wrong secret, a wrong token and a missing token", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const token = { "x-amz-security-token": "another-token" }
      const answers = yield* Effect.all([
        send(botocore({ accessKeyId: "AKIDNOBODY" })),
        send(botocore({ accessKeyId: "constructor" })),
        send(botocore({ accessKeyId: "AKIDNOBODY", secret: "nobody" })),
        send(botocore({ secret: "wrong" })),
        send(botocore(temporary, token)),
        send(botocore(temporary)),
        send(botocore({}, token)),
      ])
      for (const answer of answers) {
        assert.strictEqual(answer.status, 403)
        assert.strictEqual(answer.headers["x-amzn-errortype"], "InvalidSignatureException:")
        assert.strictEqual(answer.text, answers[0].text)
      }
      assert.deepStrictEqual((yield* Stub).calls, [])
    }).pipe(Effect.provide(signed)),
  )
})

layer(signed)("what was signed cannot be changed", (it) => {
  const refused = (name: string, type: string, run: () => ReturnType<typeof raw>) =>
    it.effect(name, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now)
        const { calls } = yield* Stub
        const before = calls.length
        const answer = yield* run()
        assert.strictEqual(answer.headers["x-amzn-errortype"], `${type}Exception:`)
        assert.strictEqual(answer.status, type === "IncompleteSignature" ? 400 : 403)
        assert.strictEqual(answer.json.Code, type)
        assert.strictEqual(calls.length, before)
        assert.notInclude(answer.text, signing.secret)
        assert.notInclude(answer.text, botocore()["authorization"]?.slice(-64) ?? "")
      }),
    )
  const changed = (change: Readonly<Record<string, string>>) => () => send({ ...botocore(), ...change })
  const authorization = (from: string | RegExp, to: string) => () => {
    const headers = botocore()
    const before = headers["authorization"] ?? ""
    assert.notStrictEqual(before.replace(from, to), before)
    return send({ ...headers, authorization: before.replace(from, to) })
  }

  refused("the method", "InvalidSignature", () => request("GET", sessionsPath, body, lines(botocore())))
  refused("the path", "InvalidSignature", () => request("POST", `${sessionsPath}/x`, body, lines(botocore())))
  refused("the case of an encoded path", "InvalidSignature", () =>
    request(
      "GET",
      `${sessionsPath}/a%2fb`,
      undefined,
      lines(
        signLikeBotocore(signing, { method: "GET", path: `${sessionsPath}/a%2Fb`, headers: { host: "127.0.0.1" } }),
      ),
    ),
  )
  refused("the query", "InvalidSignature", () =>
    request("POST", `${sessionsPath}?status=Open`, body, lines(botocore())),
  )
  refused("the body", "InvalidSignature", () =>
    request("POST", sessionsPath, body.replace("Voice", "SMS"), lines(botocore())),
  )
  refused("the body, emptied", "InvalidSignature", () => request("POST", sessionsPath, "", lines(botocore())))
  refused("the content type", "InvalidSignature", changed({ "content-type": "text/plain" }))
  refused("the date", "InvalidSignature", changed({ "x-amz-date": "20261123T031432Z" }))
  refused("the host", "InvalidSignature", () =>
    raw(
      [
        `POST ${sessionsPath} HTTP/1.1`,
        "Host: localhost",
        "Connection: close",
        `Content-Length: ${body.length}`,
        ...lines(botocore()),
        "",
        body,
      ].join("\r\n"),
    ),
  )
  refused(
    "the signature's last digit",
    "InvalidSignature",
    authorization(/.$/u, (botocore()["authorization"] ?? "").endsWith("0") ? "1" : "0"),
  )
  refused("the key", "InvalidSignature", authorization("AKIDEXAMPLE", "ASIAEXAMPLE"))
  refused("the scope's day", "InvalidSignature", authorization("/20261123/", "/20261122/"))
  refused("the scope's region", "InvalidSignature", authorization("/us-east-1/", "/us-west-2/"))
  refused("the scope's service", "InvalidSignature", authorization("/chime/", "/iam/"))
  refused("the scope's end", "InvalidSignature", authorization("/aws4_request", "/aws5_request"))
  refused("the list of headers, by one fewer", "InvalidSignature", authorization("content-type;host", "host"))
  refused("the list of headers, by one more", "InvalidSignature", () =>
    send({
      ...botocore(),
      "x-extra": "1",
      authorization: (botocore()["authorization"] ?? "").replace("x-amz-date", "x-amz-date;x-extra"),
    }),
  )
  refused("the scope's day, even if it is what was signed", "InvalidSignature", () =>
    send(botocore({ day: "20261122" })),
  )
  refused("the scope's service, even if it is what was signed", "InvalidSignature", () =>
    send(botocore({ service: "iam" })),
  )

  for (const name of ["amz-sdk-request", "x-amz-user-agent", "x-amz-security-token"]) {
    refused(`a signed ${name}`, "InvalidSignature", () =>
      Effect.flatMap(
        smithy(
          {
            method: "POST",
            path: sessionsPath,
            body,
            headers: { "amz-sdk-request": "attempt=1", "x-amz-user-agent": "js" },
          },
          "example-token",
        ),
        ({ headers }) => send({ ...headers, [name]: `${headers[name]}x` }),
      ),
    )
  }
  refused("a signed header that is taken away", "IncompleteSignature", () => {
    const { "content-type": _, ...headers } = botocore()
    return send(headers)
  })
  refused("a session token that is added", "IncompleteSignature", changed({ "x-amz-security-token": "example-token" }))
  refused("a hash that is not the body's", "InvalidSignature", () =>
    send(botocore({}, { "x-amz-content-sha256": "0".repeat(64) })),
  )
  refused("a payload that is not signed", "InvalidSignature", () =>
    send(botocore({}, { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" })),
  )
  refused("a payload that is signed in pieces", "InvalidSignature", () =>
    send(botocore({}, { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" })),
  )
})

describe("a proxy in front of the server", () => {
  const sent = (path: string, target: string, headers: ReadonlyArray<string> = []) =>
    request("POST", target, body, [
      ...lines(
        signLikeBotocore(signing, {
          method: "POST",
          path,
          body,
          headers: { "content-type": "application/json", host: "127.0.0.1" },
        }),
      ),
      ...headers,
    ])

  it.effect("may add headers, and must keep the base path that the client signed", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const path = `/console${sessionsPath}`
      const forwarded = ["X-Forwarded-For: 192.0.2.1", "Via: 1.1 proxy"]
      assert.strictEqual((yield* sent(path, path, forwarded)).status, 201)
      assert.strictEqual((yield* sent(sessionsPath, path)).json.Code, "InvalidSignature")
    }).pipe(Effect.provide(layerServer({ authentication: { keys }, basePath: "/console" }))),
  )

  it.effect("is named among the reasons where a signature does not match, beside the key and its token", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      for (const answer of [
        yield* sent(`/console${sessionsPath}`, sessionsPath),
        yield* send(botocore({ accessKeyId: "ASIAEXAMPLE", secret: temporary.secret })),
        yield* send(botocore({}, { "x-amz-security-token": "of-no-key" })),
        yield* send(botocore({ accessKeyId: "NOBODY" })),
        yield* send(botocore({}, { host: "stand-in.test" })),
      ]) {
        assert.deepStrictEqual([answer.status, answer.json.Code], [403, "InvalidSignature"])
        for (const cause of ["access key", "session token", "Host", "path"]) assert.include(answer.json.Message, cause)
        for (const text of ["of-no-key", "NOBODY", "console", "stand-in"]) assert.notInclude(answer.text, text)
      }
    }).pipe(Effect.provide(signed)),
  )
})

layer(signed)("a signature that is none", (it) => {
  const refused = (name: string, type: string, headers: () => ReadonlyArray<string>, target = sessionsPath) =>
    it.effect(name, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now)
        const answer = yield* request("POST", target, body, headers())
        assert.strictEqual(answer.headers["x-amzn-errortype"], `${type}Exception:`)
        assert.strictEqual(answer.status, type === "IncompleteSignature" ? 400 : 403)
        assert.deepStrictEqual((yield* Stub).calls, [])
      }),
    )
  const good = botocore()
  const value = good["authorization"] ?? ""
  const without = (name: string) => lines(good).filter((line) => !line.startsWith(`${name}:`))
  const incomplete = (name: string, authorization: string) =>
    refused(name, "IncompleteSignature", () => [...without("authorization"), `authorization: ${authorization}`])

  refused("is missed", "MissingAuthenticationToken", () => without("authorization"))
  refused(
    "is not taken from the query",
    "MissingAuthenticationToken",
    () => without("authorization"),
    `${sessionsPath}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00`,
  )
  refused(
    "is not taken from query and header both",
    "MissingAuthenticationToken",
    () => lines(good),
    `${sessionsPath}?x-amz-signature=00`,
  )
  incomplete("is refused as a password", "Basic YTpi")
  incomplete("is refused in another algorithm", value.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"))
  incomplete("is refused without a scope", value.replace(/\/20261123.*aws4_request/u, ""))
  incomplete("is refused when too short", value.slice(0, -1))
  incomplete("is refused in capitals", value.slice(0, -64) + value.slice(-64).toUpperCase() + "A")
  incomplete("is refused with headers out of order", value.replace("content-type;host", "host;content-type"))
  incomplete("is refused with a header listed twice", value.replace("host", "host;host"))
  incomplete("is refused when something follows it", `${value}, Signature=00`)
  refused("is refused when given twice", "IncompleteSignature", () => [...lines(good), `Authorization: ${value}`])
  refused("is refused with two dates", "IncompleteSignature", () => [...lines(good), "X-Amz-Date: 20261123T031431Z"])
  refused("is refused with a signed header given twice", "IncompleteSignature", () => [
    ...lines(good),
    "Content-Type: application/json",
  ])
  refused("is refused without a date", "IncompleteSignature", () => without("x-amz-date"))

  for (const [name, unsigned] of [
    ["host", "x-amz-date"],
    ["x-amz-date", "host"],
  ] as const) {
    refused(`is refused when ${name} is not signed`, "IncompleteSignature", () => [
      ...without("authorization"),
      `authorization: ${value.replace("content-type;host;x-amz-date", unsigned)}`,
    ])
  }
  for (const date of ["20261323T031431Z", "2026-11-23T03:14:31Z", "Mon, 23 Nov 2026 03:14:31 GMT"]) {
    refused(`is refused with the date ${date}`, "IncompleteSignature", () =>
      lines(
        signLikeBotocore(
          { ...signing, date },
          { method: "POST", path: sessionsPath, body, headers: { host: "127.0.0.1" } },
        ),
      ).map((line) => line.replace(/Credential=AKIDEXAMPLE\/[^/]+/u, "Credential=AKIDEXAMPLE/20261123")),
    )
  }

  it.effect("is verified with its body, if that comes before the key has been found", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const turn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      const found: Authentication.AccessKeys = (id) => Effect.andThen(Effect.replicateEffect(turn, 3), keys(id))
      const late = layerServer({ authentication: { keys: found } })
      const answers = yield* Effect.all([send(botocore()), send(botocore({ secret: "wrong" }))]).pipe(
        Effect.provide(late),
      )
      assert.deepStrictEqual(
        answers.map(({ status }) => status),
        [201, 403],
      )
    }),
  )

  it.effect("does not make the server read a body that is too long", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const answer = yield* raw(`POST ${sessionsPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n`)
      assert.strictEqual(answer.status, 403)
    }),
  )
})
