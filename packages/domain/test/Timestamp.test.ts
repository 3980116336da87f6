import { Timestamp } from "@proxy-session/domain/Timestamp"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { accepts, property, roundTrip } from "./support/check.ts"

const read = (text: string) => DateTime.formatIso(Schema.decodeSync(Timestamp)(text))

describe("Timestamp", () => {
  for (const [text, instant] of [
    ["2020-04-15T16:10:10.288Z", "2020-04-15T16:10:10.288Z"],
    ["2020-04-15T16:10:10Z", "2020-04-15T16:10:10.000Z"],
    ["2020-04-15T16:10:10.2Z", "2020-04-15T16:10:10.200Z"],
    ["2020-04-15T16:10:10.288000+00:00", "2020-04-15T16:10:10.288Z"],
    ["2020-04-15T16:10:10.288999Z", "2020-04-15T16:10:10.288Z"],
    ["2020-04-15T16:10:10.288999999Z", "2020-04-15T16:10:10.288Z"],
    ["2020-04-15T18:10:10.288+02:00", "2020-04-15T16:10:10.288Z"],
    ["2020-04-15T00:10:10-05:30", "2020-04-15T05:40:10.000Z"],
    ["2020-02-29T23:59:59.999Z", "2020-02-29T23:59:59.999Z"],
    ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
    ["0050-01-01T00:00:00Z", "0050-01-01T00:00:00.000Z"],
    ["+010000-01-01T00:00:00Z", "+010000-01-01T00:00:00.000Z"],
    ["-000001-12-31T23:59:59Z", "-000001-12-31T23:59:59.000Z"],
    ["+275760-09-13T00:00:00.000Z", "+275760-09-13T00:00:00.000Z"],
    ["-271821-04-20T00:00:00.000Z", "-271821-04-20T00:00:00.000Z"],
  ] as const) {
    it(`${text} is the instant ${instant}`, () => {
      assert.strictEqual(read(text), instant)
    })
  }

  for (const [input, why] of [
    ["2020-04-15T16:10:10.288z", "the zone is lower case"],
    ["2020-04-15t16:10:10Z", "the separator is lower case"],
    ["2020-04-15 16:10:10Z", "a space separates date and time"],
    ["2020-04-15T16:10:10", "there is no zone"],
    ["2020-04-15T16:10Z", "there are no seconds"],
    ["2020-04-15", "there is no time"],
    ["2020-02-30T00:00:00Z", "February has no 30th"],
    ["2021-02-29T00:00:00Z", "2021 is no leap year"],
    ["1900-02-29T00:00:00Z", "1900 is no leap year"],
    ["2020-04-31T00:00:00Z", "April has no 31st"],
    ["2020-13-01T00:00:00Z", "there is no 13th month"],
    ["2020-00-10T00:00:00Z", "there is no month 0"],
    ["2020-04-15T25:00:00Z", "there is no hour 25"],
    ["2020-04-15T16:60:00Z", "there is no minute 60"],
    ["2020-04-15T16:10:60Z", "there is no second 60 on this clock"],
    ["2020-04-15T16:10:10+0200", "the offset has no colon"],
    ["2020-04-15T16:10:10+99:99", "there is no such offset"],
    ["2020-04-15T16:10:10.Z", "the fraction is empty"],
    ["2020-04-15T16:10:10.1234567890Z", "the fraction has ten digits"],
    ["2020-04-15T16:10:10Z\n", "a line break follows"],
    [" 2020-04-15T16:10:10Z", "a space precedes"],
    ["٢٠٢٠-04-15T16:10:10Z", "the digits are not ASCII"],
    ["-000000-01-01T00:00:00Z", "there is no year minus zero"],
    ["+002020-01-01T00:00:00Z", "four digits would do"],
    ["+275760-09-13T00:00:00.001Z", "it is past the last instant there is"],
    ["1", "it is a number in quotes"],
    ["1586967010", "it is an epoch in quotes"],
    ["", "it is empty"],
    ["Wed, 15 Apr 2020 16:10:10 GMT", "it is an HTTP date"],
    [1586967010.288, "it is an epoch number"],
    [0, "it is the epoch as a number"],
    [null, "it is null"],
    [new Date(0), "it is a Date"],
  ] as const) {
    it(`refuses ${JSON.stringify(input)}, since ${why}`, () => {
      assert.isFalse(accepts(Timestamp, input))
    })
  }

  it.prop(
    "every instant is read back as it was written",
    [Timestamp],
    ([instant]) => {
      assert.strictEqual(DateTime.toEpochMillis(roundTrip(Timestamp, instant)), DateTime.toEpochMillis(instant))
    },
    property,
  )
})
