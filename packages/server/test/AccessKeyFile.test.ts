import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import * as AccessKeyFile from "../src/AccessKeyFile.ts"
import * as Authentication from "../src/Authentication.ts"
import { creation, layerServer, proxyPath, request, sessionsPath, signLikeBotocore, Stub } from "./support.ts"

const file = (text: string) =>
  FileSystem.layerNoop({ readFileString: (path) => (path === "keys.json" ? Effect.succeed(text) : Effect.die(path)) })
const load = (content: unknown) =>
  AccessKeyFile.load("keys.json").pipe(
    Effect.provide(file(typeof content === "string" ? content : JSON.stringify(content))),
  )
const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "canary-secret" }

describe("a file of keys", () => {
  it.effect("gives each key its secret, token, account and rights", () =>
    Effect.gen(function* () {
      const keys = yield* load({
        keys: [key, { ...key, accessKeyId: "ASIA", sessionToken: "t", account: "111122223333", rights: "read-only" }],
      })
      const plain = Option.getOrThrow(yield* keys("AKIDEXAMPLE"))
      assert.strictEqual(Redacted.value(plain.secretAccessKey), "canary-secret")
      assert.isUndefined(plain.rights)
      const temporary = Option.getOrThrow(yield* keys("ASIA"))
      assert.strictEqual(temporary.sessionToken === undefined ? "" : Redacted.value(temporary.sessionToken), "t")
      assert.strictEqual(temporary.account, "111122223333")
      assert.strictEqual(temporary.rights, "read-only")
      assert.notInclude(inspect([plain, temporary], { depth: 9 }), "canary")
    }),
  )

  it.effect("knows no key by the names that every object has, unless it is in the file", () =>
    Effect.gen(function* () {
      const keys = yield* load({ keys: [key] })
      for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
        assert.isTrue(Option.isNone(yield* keys(name)))
      }
      const named = yield* load({ keys: [{ ...key, accessKeyId: "__proto__" }] })
      assert.isTrue(Option.isSome(yield* named("__proto__")))
      assert.isTrue(Option.isNone(yield* named("constructor")))
    }),
  )

  for (const [name, content, expected] of [
    ["is no JSON", "{", "keys.json: is not valid JSON"],
    ["is a list", [key], "the file must be"],
    ["has no keys", { keys: [] }, "keys"],
    ["names a key twice", { keys: [key, key] }, "keys must be a list with each accessKeyId once"],
    ["has a key without a secret", { keys: [{ accessKeyId: "A" }] }, "keys[0].secretAccessKey"],
    ["has an empty secret", { keys: [{ ...key, secretAccessKey: "" }] }, "keys[0].secretAccessKey must be"],
    ["has a secret with a line end", { keys: [{ ...key, secretAccessKey: "canary\n" }] }, "keys[0].secretAccessKey"],
    ["has an id that no signature can hold", { keys: [{ ...key, accessKeyId: "a/b" }] }, "keys[0].accessKeyId"],
    ["has an account that is none", { keys: [{ ...key, account: "canary" }] }, "keys[0].account must be 12 digits"],
    ["has rights that are none", { keys: [{ ...key, rights: "canary" }] }, "keys[0].rights"],
    ["misspells a member", { keys: [{ ...key, right: "read-only" }] }, "keys[0].right"],
    ["hides rights in a prototype", `{"keys":[{"__proto__":{"rights":"x"},"accessKeyId":"A"}]}`, "keys[0]"],
  ] as const) {
    it.effect(`is refused when it ${name}, without a word of its content`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(load(content))
        assert.strictEqual(error._tag, "AccessKeyFileError")
        assert.include(error.message, "keys.json: ")
        assert.include(error.message, expected)
        assert.notInclude(inspect(error, { depth: 9 }), "canary")
      }),
    )
  }

  it.effect("is refused when it cannot be read", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(AccessKeyFile.load("keys.json").pipe(Effect.provide(FileSystem.layerNoop({}))))
      assert.strictEqual(error.message, "keys.json: unable to read the file")
    }),
  )
})

describe("a key that may only read", () => {
  const server = (rights: Authentication.Rights) =>
    layerServer({
      authentication: {
        keys: Authentication.fromRecord({ READER: { secretAccessKey: Redacted.make("example"), rights } }),
      },
    })
  const send = (method: string, path: string, body?: string, secret = "example") => {
    const signed = signLikeBotocore(
      { accessKeyId: "READER", secret, date: "19700101T000000Z", region: "us-east-1", service: "chime" },
      { method, path, headers: { host: "127.0.0.1" }, ...(body === undefined ? {} : { body }) },
    )
    return request(
      method,
      path,
      body,
      ["x-amz-date", "authorization"].map((name) => `${name}: ${signed[name]}`),
    )
  }
  const create = JSON.stringify(creation)
  const put = JSON.stringify({ DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] })
  const writes = [
    ["CreateProxySession", "POST", sessionsPath, create],
    ["UpdateProxySession", "POST", `${sessionsPath}/session-1`, `{"Capabilities":["Voice"]}`],
    ["DeleteProxySession", "DELETE", `${sessionsPath}/session-1`, undefined],
    ["PutVoiceConnectorProxy", "PUT", proxyPath, put],
    ["DeleteVoiceConnectorProxy", "DELETE", proxyPath, undefined],
  ] as const

  it.effect("gets and lists", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(0)
      assert.strictEqual((yield* send("GET", sessionsPath)).status, 200)
      assert.strictEqual((yield* send("GET", `${sessionsPath}/nothing`)).status, 404)
      assert.strictEqual((yield* send("GET", proxyPath)).status, 404)
    }).pipe(Effect.provide(server("read-only"))),
  )

  for (const [operation, method, path, body] of writes) {
    it.effect(`is a ForbiddenException for ${operation}, which the repository never hears of`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(0)
        const answer = yield* send(method, path, body)
        assert.strictEqual(answer.status, 403)
        assert.strictEqual(answer.headers["x-amzn-errortype"], "ForbiddenException:")
        assert.strictEqual(answer.json.Code, "Forbidden")
        assert.include(answer.json.Message, `chime:${operation}`)
        assert.deepStrictEqual((yield* Stub).calls, [])
      }).pipe(Effect.provide(server("read-only"))),
    )
  }

  it.effect("tells its rights to nobody who cannot sign with it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(0)
      const answer = yield* send("POST", sessionsPath, create, "wrong")
      assert.strictEqual(answer.headers["x-amzn-errortype"], "InvalidSignatureException:")
    }).pipe(Effect.provide(server("read-only"))),
  )

  it.effect("does all of it once it may write", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(0)
      const statuses = yield* Effect.forEach(writes, ([, method, path, body]) => send(method, path, body))
      assert.deepStrictEqual(
        statuses.map(({ status }) => status),
        [201, 201, 204, 200, 204],
      )
    }).pipe(Effect.provide(server("read-write"))),
  )
})

describe("an address to listen on", () => {
  for (const [host, expected] of [
    ["127.0.0.1", true],
    ["127.8.8.8", true],
    ["::1", true],
    ["localhost", true],
    ["LOCALHOST", true],
    ["0.0.0.0", false],
    ["::", false],
    ["192.168.1.1", false],
    ["127.0.0.1.example.com", false],
    ["localhost.example.com", false],
    ["127.0.0.256", false],
    ["", false],
  ] as const) {
    it(`${host || "(empty)"} is ${expected ? "loopback" : "not loopback"}`, () => {
      assert.strictEqual(Authentication.isLoopback(host), expected)
    })
  }
})
