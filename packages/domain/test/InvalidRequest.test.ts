import * as Input from "@proxy-session/domain/Input"
import { formatPath, InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Formatter from "effect/Formatter"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { cast } from "./support/check.ts"
import { session } from "./support/samples.ts"

const canary = "CANARY5550100"

/** Everything that a thrown or failed value can be printed to. */
const printed = (error: unknown): string =>
  [
    String(error),
    error instanceof Error ? `${error.name} ${error.message} ${error.stack} ${String(error.cause)}` : "",
    inspect(error, { depth: 99, showHidden: true, getters: true }),
    inspect(error instanceof Error ? error.cause : undefined, { depth: 99, showHidden: true }),
    JSON.stringify(error),
    Formatter.format(error),
    Formatter.formatJson(error),
    String(Cause.fail(error)),
    Cause.pretty(Cause.fail(error)),
    Cause.pretty(Cause.die(error)),
    inspect(Exit.fail(error), { depth: 99 }),
  ].join("\n")

const requests = [
  CreateProxySession,
  ProxySessionKey,
  ListProxySessions,
  UpdateProxySession,
  PutVoiceConnectorProxy,
  VoiceConnectorProxyKey,
]

/** A value of every wrong kind, each with the canary in it. */
const wrong: ReadonlyArray<readonly [kind: string, value: unknown]> = [
  ["a text that breaks the rules", `+${canary}!`.repeat(20)],
  ["a text with half a character", `${canary}\uD800`],
  ["an object", { [canary]: canary }],
  ["a list", [canary, canary, canary]],
  ["a list within a list", [[canary]]],
  ["a list of objects", [{ country: canary, areaCode: canary, phoneNumber: canary }]],
  ["a place", { country: canary, areaCode: canary }],
  ["a symbol", Symbol(canary)],
  ["a function", Object.defineProperty(() => canary, "name", { value: canary })],
  ["a Map", new Map([[canary, canary]])],
  ["an error", new Error(canary)],
]

describe("no violation tells the value that caused it", () => {
  for (const request of requests) {
    const { fields } = request
    for (const [kind, value] of wrong) {
      const input = Object.fromEntries(Object.keys(fields).map((member) => [member, value]))

      it(`${request.identifier}.decode of ${kind} in every member`, () => {
        const decode: (input: never) => Effect.Effect<unknown, InvalidRequest> = request.decode
        for (const each of [input, ...Object.keys(fields).map((member) => ({ [member]: value })), value]) {
          const error = Effect.runSync(Effect.flip(decode(cast(each))))
          assert.instanceOf(error, InvalidRequest)
          assert.notInclude(printed(error), canary)
        }
      })

      it(`the constructor and makers of ${request.identifier}, given ${kind}`, () => {
        const schema: Schema.Codec<unknown, unknown> & (new (input: unknown) => unknown) = cast(request)
        for (const fail of [
          () => new schema(input),
          () => schema.make(input),
          () => Schema.decodeSync(schema)(input),
          () => Schema.encodeUnknownSync(schema)(input),
          () => Schema.decodeSync(schema, { errors: "all" })(input),
        ]) {
          assert.throws(fail)
          try {
            fail()
          } catch (error) {
            assert.notInclude(printed(error), canary)
          }
        }
      })

      it(`what a caller passes as ${request.identifier}, given ${kind}`, () => {
        const read = Input.reader<object>(cast(request), "CreateProxySession")
        for (const each of [input, { ...input, name: undefined }, value]) {
          const error = Result.getOrThrow(Result.flip(read(each)))
          assert.instanceOf(error, InvalidRequest)
          assert.notInclude(printed(error), canary)
        }
      })
    }
  }

  it("nor does a single number or session", () => {
    for (const fail of [
      () => PhoneNumber.make(canary),
      () => Schema.decodeSync(PhoneNumber)(canary),
      () => Schema.decodeUnknownSync(ProxySession)({ ...Schema.encodeSync(ProxySession)(session), name: [canary] }),
      () => new ProxySession(cast({ ...session, name: [canary] })),
    ]) {
      assert.throws(fail)
      try {
        fail()
      } catch (error) {
        assert.notInclude(printed(error), canary)
      }
    }
  })

  it("the search would find a value that is told", () => {
    assert.include(printed(new Error("failed", { cause: { deep: { value: canary } } })), canary)
  })
})

describe("InvalidRequest", () => {
  it("says in one line what is wrong and where", () => {
    const error = new InvalidRequest({
      operation: "CreateProxySession",
      violations: [
        { path: "name", rule: "is too long" },
        { path: "", rule: "is odd" },
      ],
    })
    assert.strictEqual(error.message, "CreateProxySession: name is too long; request is odd")
    assert.strictEqual(
      new InvalidRequest({ violations: [{ path: "name", rule: "is too long" }] }).message,
      "The request: name is too long",
    )
  })
})

describe("formatPath", () => {
  for (const [path, expected] of [
    [[], ""],
    [["name"], "name"],
    [["participants", 0, "phoneNumber"], "participants[0].phoneNumber"],
    [[0, "a"], "[0].a"],
    [[{ key: "a" }, { key: 1 }], "a[1]"],
  ] as const) {
    it(`writes ${JSON.stringify(path)} as ${JSON.stringify(expected)}`, () => {
      assert.strictEqual(formatPath(path), expected)
    })
  }
})
