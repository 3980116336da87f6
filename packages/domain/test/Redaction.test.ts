import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import * as Redaction from "@proxy-session/domain/Redaction"
import { BadRequestException, UnmodeledServiceError } from "@proxy-session/domain/ServiceError"
import { TransportError } from "@proxy-session/domain/TransportError"
import { CreateProxySession } from "@proxy-session/domain/ProxySessionRequest"
import { AvailablePhoneNumbers, InventoryNumber } from "@proxy-session/domain/InventoryNumber"
import { PhoneNumberError } from "@proxy-session/domain/PhoneNumberError"
import { OrderedPhoneNumber } from "@proxy-session/domain/PhoneNumberOrder"
import { CreatePhoneNumberOrder, PhoneNumberKey } from "@proxy-session/domain/PhoneNumberRequest"
import {
  AssociatePhoneNumbersWithVoiceConnector,
  DisassociatePhoneNumbersFromVoiceConnector,
} from "@proxy-session/domain/VoiceConnectorRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Formatter from "effect/Formatter"
import * as HashMap from "effect/HashMap"
import * as Inspectable from "effect/Inspectable"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestConsole from "effect/testing/TestConsole"
import { format, inspect } from "node:util"
import { cast } from "./support/check.ts"
import { configuration, createRequest, page, putRequest, rider, secrets, session } from "./support/samples.ts"

const invalid = Effect.runSync(
  Effect.flip(
    CreateProxySession.decode(
      cast({ ...createRequest, name: "Canary Trip!", participantPhoneNumbers: ["+2065550100x", "+4015550101x"] }),
    ),
  ),
)

/** Everything that holds a secret, and the errors, which must hold none. */
const values: Readonly<Record<string, object>> = {
  CreateProxySession: createRequest,
  AssociatePhoneNumbersWithVoiceConnector: new AssociatePhoneNumbersWithVoiceConnector({
    voiceConnectorId: session.voiceConnectorId,
    e164PhoneNumbers: [rider],
  }),
  PhoneNumberError: new PhoneNumberError({ phoneNumberId: rider, errorCode: "BadRequest", errorMessage: "No" }),
  DisassociatePhoneNumbersFromVoiceConnector: new DisassociatePhoneNumbersFromVoiceConnector({
    voiceConnectorId: session.voiceConnectorId,
    e164PhoneNumbers: [rider],
  }),
  CreatePhoneNumberOrder: new CreatePhoneNumberOrder({ productType: "VoiceConnector", e164PhoneNumbers: [rider] }),
  PhoneNumberKey: new PhoneNumberKey({ phoneNumberId: rider }),
  AvailablePhoneNumbers: new AvailablePhoneNumbers({ e164PhoneNumbers: [rider] }),
  OrderedPhoneNumber: new OrderedPhoneNumber({ e164PhoneNumber: rider, status: "Acquired" }),
  InventoryNumber: new InventoryNumber({
    phoneNumberId: rider.replace("+", "%2B"),
    e164PhoneNumber: rider,
    associations: [],
    callingName: "Canary",
  }),
  PutVoiceConnectorProxy: putRequest,
  Participant: session.participants[0] ?? session,
  ProxySession: session,
  ProxySessionPage: page,
  ProxyConfiguration: configuration,
  InvalidRequest: invalid,
  BadRequestException: new BadRequestException({ message: Redaction.scrub(`${rider} is in use`, secrets) }),
  TransportError: new TransportError({
    operation: "CreateProxySession",
    reason: "Reset",
    outcome: "Unknown",
    attempts: 1,
  }),
}

const nests: Readonly<Record<string, (value: object) => unknown>> = {
  "by itself": (value) => value,
  "in a list": (value) => [1, [value, value]],
  "in an object": (value) => ({ a: { b: { c: { d: { e: value } } } } }),
  "in a Map": (value) => new Map([["key", value]]),
  "as the key of a Map": (value) => new Map([[value, "value"]]),
  "in a Set": (value) => new Set([value]),
  "in an Option": (value) => Option.some(value),
  "in a Result": (value) => Result.succeed(value),
  "in a failed Result": (value) => Result.fail(value),
  "in an Exit": (value) => Exit.succeed(value),
  "in a Chunk": (value) => Chunk.of(value),
  "in a HashMap": (value) => HashMap.make(["key", value]),
  "as an error's cause": (value) => new Error("failed", { cause: value }),
  "in a tagged error": (value) => new (class extends Data.TaggedError("Own")<{ readonly value: object }> {})({ value }),
  "in a list in an Option in an object": (value) => ({ found: Option.some([value]) }),
}

const prints: Readonly<Record<string, (value: unknown) => string>> = {
  String: (value) => String(value),
  "a template": (value) => `text ${value as string}`,
  "inspect at any depth": (value) => inspect(value, { depth: Number.POSITIVE_INFINITY }),
  "inspect at depth 0": (value) => inspect(value, { depth: 0 }),
  "inspect of what is hidden": (value) =>
    inspect(value, { depth: 99, showHidden: true, getters: true, showProxy: true }),
  "console.log": (value) => format(value, value),
  "console.log with formats": (value) => format("%o %O %j %s", value, value, value, value),
  "JSON.stringify": (value) => JSON.stringify(value) ?? "",
  "Formatter.format": (value) => Formatter.format(value),
  "Formatter.format with lines": (value) => Formatter.format(value, { space: 2 }),
  "Formatter.formatJson": (value) => Formatter.formatJson(value),
  "Inspectable.toStringUnknown": (value) => Inspectable.toStringUnknown(value),
}

const leaks = (text: string) => secrets.filter((secret) => text.includes(secret))

describe("printing", () => {
  for (const [what, value] of Object.entries(values)) {
    for (const [how, print] of Object.entries(prints)) {
      it(`${what} shows no secret through ${how}, wherever it is nested`, () => {
        for (const [where, nest] of Object.entries(nests)) {
          assert.deepStrictEqual(leaks(print(nest(value))), [], where)
        }
      })
    }
  }

  it("the search would find a secret that is printed", () => {
    assert.deepStrictEqual(leaks(inspect({ ...createRequest })), ["Canary Trip", "2065550100", "4015550101"])
  })

  it("shows everything but the secrets", () => {
    assert.strictEqual(
      String(session),
      'ProxySession({"voiceConnectorId":"abcdef1ghij2klmno3pqr4","proxySessionId":"123a4bc5-67d8-901e-2f3g-h4ghjk56789l",' +
        '"name":"<redacted>","status":"Open","expiryMinutes":60,"capabilities":["SMS","Voice"],' +
        '"createdTimestamp":"2020-04-15T16:10:10.288Z","updatedTimestamp":"2020-04-15T16:10:10.288Z",' +
        '"participants":[{"phoneNumber":"<redacted>","proxyPhoneNumber":"<redacted>"},' +
        '{"phoneNumber":"<redacted>","proxyPhoneNumber":"<redacted>"}]})',
    )
  })

  it("does not claim a secret where there is none", () => {
    const { name: _, ...nameless } = session
    assert.notInclude(JSON.stringify(new ProxySession({ ...nameless, participants: [] })), Redaction.placeholder)
  })

  it("hides no field from the program", () => {
    assert.strictEqual(session.name, "Canary Trip")
    assert.strictEqual(session.participants[0]?.phoneNumber, rider)
    assert.include(JSON.stringify(Schema.encodeSync(ProxySession)(session)), rider)
  })
})

describe("logging", () => {
  const loggers: Readonly<Record<string, Logger.Logger<unknown, unknown>>> = {
    defaultLogger: Logger.defaultLogger,
    consolePretty: Logger.consolePretty(),
    "consolePretty for a terminal": Logger.consolePretty({ mode: "tty", colors: true }),
    consoleLogFmt: Logger.consoleLogFmt,
    consoleStructured: Logger.consoleStructured,
    consoleJson: Logger.consoleJson,
    "formatSimple on the console": Logger.withConsoleLog(Logger.formatSimple),
    "formatStructured with levels": Logger.withLeveledConsole(Logger.formatStructured),
  }

  for (const [name, logger] of Object.entries(loggers)) {
    it.effect(`no secret comes out of ${name}`, () =>
      Effect.gen(function* () {
        for (const [what, value] of Object.entries(values)) {
          for (const nest of Object.values(nests)) {
            yield* Effect.log(nest(value))
            yield* Effect.logError("with a text", nest(value), nest(value))
            yield* Effect.annotateLogs(Effect.log("annotated"), { value: nest(value) })
          }
          const lines = [...(yield* TestConsole.logLines), ...(yield* TestConsole.errorLines)]
          assert.isAbove(lines.length, 0)
          assert.deepStrictEqual(leaks(lines.map((line) => inspect(line, { depth: 99 })).join("\n")), [], what)
        }
      }).pipe(Effect.provide([Logger.layer([logger]), TestConsole.layer])),
    )
  }

  it.effect("no secret comes into a span's events", () =>
    Effect.gen(function* () {
      for (const value of Object.values(values)) {
        for (const nest of Object.values(nests)) yield* Effect.log(nest(value), "and", nest(value))
      }
      const span = yield* Effect.currentSpan
      assert.deepStrictEqual(leaks(inspect(span, { depth: 99 })), [])
      assert.include(inspect(span, { depth: 99, maxArrayLength: 999 }), "ProxySession")
    }).pipe(Effect.withSpan("test"), Effect.provide(Logger.layer([Logger.tracerLogger]))),
  )
})

describe("failing", () => {
  for (const [what, value] of Object.entries(values)) {
    it(`${what} as a failure or defect shows no number in the cause's text`, () => {
      for (const cause of [Cause.fail(value), Cause.die(value), Cause.die(new Error("failed", { cause: value }))]) {
        // A plain object's `name` is taken for an error's name here, so the session's own shows; nothing fails with one.
        assert.deepStrictEqual(
          leaks(Cause.pretty(cause)).filter((leak) => leak !== session.name),
          [],
        )
        if (value instanceof Error) assert.deepStrictEqual(leaks(Cause.pretty(cause)), [])
        assert.deepStrictEqual(leaks(inspect(cause, { depth: 99 })), [])
        assert.deepStrictEqual(leaks(JSON.stringify(cause)), [])
        assert.deepStrictEqual(leaks(String(cause)), [])
      }
    })
  }
})

describe("scrub", () => {
  for (const [text, expected] of [
    ["+12065550100 is in use", "<redacted> is in use"],
    ["12065550100 is in use", "<redacted> is in use"],
    ["?number=%2B12065550100&x=1", "?number=<redacted>&x=1"],
    ["?number=%2b12065550100", "?number=<redacted>"],
    ["?q=number%3D%2B12065550100%26x", "?q=number=<redacted>&x"],
    ["tel%3A%2b12065550100", "tel:<redacted>"],
    ["%22%2B12065550100%22", '"<redacted>"'],
    ["%222065550100%22", "%<redacted>%22"],
    ["twice %252B12065550100", "twice <redacted>"],
    ["four times %2525252B12065550100", "four times <redacted>"],
    ["digits %2B%31%32%30%3655%350100", "digits <redacted>"],
    ["in JSON in JSON \\\\u002b1206\\\\u0035550100", "in JSON in JSON <redacted>"],
    ["100%, 5%2, %zz, %FF, a\\b, \\u12", "100%, 5%2, %zz, %FF, a\\b, \\u12"],
    ["\\u002B12065550100", "<redacted>"],
    ["\\u003d2065550100, \\n2065550100", "=<redacted>, \n<redacted>"],
    ["a+12065550100b", "a<redacted>b"],
    ["session_12065550100_2", "session_<redacted>_2"],
    ["tel:+12065550100;ext=1", "tel:<redacted>;ext=1"],
    ["[+12065550100, +14015550101]", "[<redacted>, <redacted>]"],
    ["1234567", "<redacted>"],
    ["123456789012345", "<redacted>"],
    ["02079460958 is in use", "<redacted> is in use"],
    ["+012065550177", "<redacted>"],
    ["123456", "123456"],
    ["1234567890123456", "1234567890123456"],
    ["request 123a4bc5-67d8-901e-2f3g-123456789012", "request 123a4bc5-67d8-901e-2f3g-123456789012"],
    ["status 404, 720 minutes, 2020-04-15T16:10:10.288Z", "status 404, 720 minutes, 2020-04-15T16:10:10.288Z"],
    ["", ""],
  ] as const) {
    it(`makes ${JSON.stringify(text)} into ${JSON.stringify(expected)}`, () => {
      assert.strictEqual(Redaction.scrub(text), expected)
    })
  }

  it("takes out what it is told, as it is, without +, and percent-encoded", () => {
    assert.strictEqual(Redaction.scrub("a +12 b 12 c %2B12 d", ["+12"]), "a <redacted> b <redacted> c <redacted> d")
    assert.strictEqual(Redaction.scrub("for Trip 1, or Trip%201", ["Trip 1"]), "for <redacted>, or <redacted>")
  })

  it("takes out what it is told however it is encoded", () => {
    for (const echo of [
      "Zoë & Co",
      "Zo%C3%AB%20%26%20Co",
      "Zo%c3%ab%20%26%20Co",
      "Zo%C3%AB+%26+Co",
      "Zoë+&+Co",
      "Zo%25C3%25AB%2520%2526%2520Co",
      "Zo%C3%AB & Co",
      "Zo\\u00eb \\u0026 Co",
      "%5ao%C3%AB %26 %43o",
      "\\u005ao\\u00EB \\u0026 \\u0043o",
      "%255Ao%25C3%25AB+%2526+Co",
    ]) {
      assert.strictEqual(Redaction.scrub(`for ${echo}, ${echo}`, ["Zoë & Co"]), "for <redacted>, <redacted>")
    }
    assert.strictEqual(Redaction.scrub("%3a%2f1%2F", ["/1"]), ":<redacted>/")
    assert.strictEqual(Redaction.scrub("a%2fb%3D= A/b==", ["a/b=="]), "<redacted> A/b==")
  })

  it("takes out a name whole, though its digits look like a number", () => {
    const name = "Trip 12345 Jane"
    for (const echo of [
      name,
      encodeURIComponent(name),
      "Trip+12345+Jane",
      encodeURIComponent(encodeURIComponent(name)),
    ]) {
      assert.strictEqual(Redaction.scrub(`for ${echo}!`, [name]), "for <redacted>!")
    }
    assert.strictEqual(Redaction.scrub("at abc\\/1234567\\/def", ["abc/1234567/def"]), "at <redacted>")
  })

  it("takes out a secret that looks escaped itself", () => {
    for (const text of ["a+/=abc%2Fdef", "a+\\/=abc%2Fdef", "a%2B%2F%3Dabc%252Fdef"]) {
      assert.strictEqual(Redaction.scrub(`token ${text}.`, ["a+/=abc%2Fdef"]), "token <redacted>.")
    }
  })

  it("takes out what stands for a secret for none, though one is called like it", () => {
    const told = ["+12065550100", "edac", "redacted"]
    assert.strictEqual(Redaction.scrub("120655501009 for edac", told), "<redacted> for <redacted>")
    assert.strictEqual(Redaction.scrub("<redacted>999", told), "<redacted>")
  })

  it("takes no longer for a text of digits than for others", () => {
    const digits = "1".repeat(1_000_000)
    assert.strictEqual(Redaction.scrub(digits, ["Jane"]), digits)
    assert.strictEqual(Redaction.scrub(`${digits}Jane`, ["Jane"]), "<redacted>")
  })

  it("leaves nothing of a number of which a secret is a part", () => {
    assert.strictEqual(Redaction.scrub("+12065550177 is taken", ["5550"]), "<redacted> is taken")
    assert.strictEqual(Redaction.scrub("+1206555%30100 is taken", ["+12065550100"]), "<redacted> is taken")
    assert.strictEqual(Redaction.scrub("5550 of 12", ["5550"]), "<redacted> of 12")
  })

  it("a secret within another leaves nothing of either, in whatever order they are told", () => {
    for (const told of [
      ["1", "+12065550100"],
      ["+12065550100", "1"],
      ["+1206555", "+12065550100"],
    ]) {
      for (const text of ["+12065550100", "x12065550100x", "%2B12065550100"]) {
        assert.notMatch(Redaction.scrub(text, told), /[01356]/u)
      }
    }
  })

  it("takes a secret for text, not for a pattern or a replacement", () => {
    assert.strictEqual(Redaction.scrub("a.b axb $& a", ["a.b", "$&"]), "<redacted> axb <redacted> a")
  })

  it("an empty secret, or a lone +, takes nothing out", () => {
    assert.strictEqual(Redaction.scrub("a + b", ["", "+"]), "a + b")
  })
})

describe("hide", () => {
  it("keeps a list's length, leaves out what is absent, and changes nothing else", () => {
    const original = { list: [rider, rider], one: rider, rest: 1, absent: undefined }
    assert.deepStrictEqual(Redaction.hide(original, "list", "one", "absent"), {
      list: ["<redacted>", "<redacted>"],
      one: "<redacted>",
      rest: 1,
      absent: undefined,
    })
    assert.deepStrictEqual(original.list, [rider, rider])
  })
})

it("an error that the service did not declare is as safe as its message", () => {
  const error = new UnmodeledServiceError({ status: 400, message: Redaction.scrub(`no ${PhoneNumber.make(rider)}`) })
  assert.deepStrictEqual(leaks(inspect(error, { depth: 99, showHidden: true }) + JSON.stringify(error)), [])
})
