import { Snapshot } from "@proxy-session/repo/Snapshot"
import * as SnapshotLines from "@proxy-session/repo/SnapshotLines"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const at = "2020-04-15T16:10:10.288Z"
const participants = ["+12065550100", "+14015550101"].map((phoneNumber) => ({
  phoneNumber,
  proxyPhoneNumber: "+19135550199",
}))
const session = (voiceConnectorId: string) =>
  ({
    voiceConnectorId,
    proxySessionId: "a",
    status: "Open",
    name: "Trip\n1\u2028",
    createdTimestamp: at,
    updatedTimestamp: at,
    participants,
  }) as const

/** Something of everything that a snapshot can hold. */
const snapshot: typeof Snapshot.Encoded = {
  format: "proxy-session-memory/1",
  secret: "sealed",
  stores: [
    {
      namespace: "chime",
      region: "eu-west-1",
      account: "111122223333",
      created: 7,
      provisioned: true,
      connectors: [
        {
          voiceConnectorId: "one",
          name: "Rides",
          requireEncryption: true,
          createdTimestamp: at,
          updatedTimestamp: at,
          pool: [{ phoneNumber: "+19135550199", country: "US" }],
          configuration: { defaultSessionExpiryMinutes: 60, disabled: false, phoneNumberCountries: ["US"] },
          sessions: [session("one")],
          interactions: [
            {
              proxySessionId: "a",
              provider: "twilio",
              providerId: "CA1",
              channel: "Voice",
              at,
              caller: 1,
              via: "Session",
              outcome: "Answered",
              seconds: 42,
              recordedAt: at,
            },
          ],
          lastNumbers: [{ participants: ["+12065550100", "+14015550101"], proxyPhoneNumber: "+19135550199" }],
        },
        { voiceConnectorId: "two", sessions: [session("two")], interactions: [], lastNumbers: [] },
      ],
    },
    { connectors: [] },
  ],
}

const lines = Array.from(SnapshotLines.encode(snapshot))
const refusal = (changed: ReadonlyArray<string>) => {
  const error = Result.getOrThrow(Result.flip(SnapshotLines.decode(changed)))
  assert.notMatch(error.message, /555|Trip/u)
  return error.message
}

describe("a snapshot as lines", () => {
  it("is the same snapshot after it was read, with one thing a line", () => {
    assert.deepStrictEqual(Result.getOrThrow(SnapshotLines.decode(lines)), {
      ...snapshot,
      stores: [snapshot.stores[0], { connectors: [] }],
    })
    const kinds = [
      "format",
      "tenant",
      "connector",
      "session",
      "interaction",
      "lastNumber",
      "connector",
      "session",
      "tenant",
      "end",
    ]
    assert.deepStrictEqual(
      lines.map((line) => Object.keys(JSON.parse(line))[0]),
      kinds,
    )
    for (const line of lines) assert.notMatch(line, /[\n\r]/u)
    Schema.decodeUnknownSync(Snapshot)(Result.getOrThrow(SnapshotLines.decode(lines)))
  })

  it("may have blank lines and line breaks of Windows", () => {
    const text = `\n${lines.join("\r\n\r\n")}\r\n`
    assert.deepStrictEqual(SnapshotLines.decode(text.split("\n")), SnapshotLines.decode(lines))
  })

  it("is refused, by line, where it is not whole or not in order", () => {
    assert.strictEqual(refusal([]), "line 1 must tell the format proxy-session-lines/1")
    assert.strictEqual(refusal(["\u0000SQLite format 3"]), "line 1 is no JSON object")
    assert.strictEqual(
      refusal(['{"format":"proxy-session-lines/2"}']),
      "line 1 must tell the format proxy-session-lines/1",
    )
    for (let cut = 1; cut < lines.length; cut++) {
      assert.strictEqual(refusal(lines.slice(0, cut)), `line ${cut} is the last, and the end is missing`)
    }
    for (let missing = 2; missing < lines.length - 1; missing++) {
      assert.match(refusal(lines.toSpliced(missing, 1)), /some are missing|before any connector/u)
    }
    assert.strictEqual(refusal(lines.with(3, (lines[3] ?? "").slice(0, -9))), "line 4 is no JSON object")
    assert.strictEqual(refusal(lines.with(3, '{"sesion":{}}')), "line 4 is of no known kind")
    assert.strictEqual(refusal(lines.with(3, '{"session":{},"more":1}')), "line 4 is of no known kind")
    assert.strictEqual(refusal(lines.with(3, '{"session":[]}')), "line 4 is of no known kind")
    assert.strictEqual(refusal(lines.toSpliced(1, 1)), "line 2 is a connector before any tenant")
    assert.strictEqual(
      refusal(lines.toSpliced(7, 0, ...lines.slice(7), ...lines.slice(6, 7))),
      "line 11 comes after the end",
    )
    assert.strictEqual(refusal(lines.toSpliced(2, 1)), "line 3 is a session before any connector")
  })
})
