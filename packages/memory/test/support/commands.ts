import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Capabilities = Schema.Literals(["Voice", "SMS", "Voice,SMS", "SMS,Voice,SMS", ""])
const Which = between(0, 40)

/** Half a minute and the milliseconds about every boundary, and now and then a step back. */
const Jump = Schema.Literals([
  1, 30_000, 59_999, 60_000, 60_001, 119_999, 120_000, 180_000, 240_000, 600_000, -1, -90_000,
])

const Create = Schema.Struct({
  does: Schema.Literal("create"),
  people: Schema.Tuple([between(0, 4), between(0, 4)]),
  capabilities: Capabilities,
  minutes: Schema.optionalKey(between(1, 6)),
  behavior: Schema.optionalKey(Schema.Literals(["PreferSticky", "AvoidSticky"])),
  near: Schema.optionalKey(Schema.Literals(["first", "Toronto"])),
})

const Move = Schema.Struct({ does: Schema.Literal("jump"), by: Jump })

/** One thing that can be done to a repository, most often a creation. Sessions go by their number, people by theirs. */
export const Command = Schema.Union([
  ...Array.from({ length: 8 }, () => Create),
  Schema.Struct({ does: Schema.Literal("get"), which: Which }),
  Schema.Struct({
    does: Schema.Literal("list"),
    status: Schema.optionalKey(Schema.Literals(["Open", "InProgress", "Closed"])),
    size: between(1, 5),
  }),
  Schema.Struct({
    does: Schema.Literal("update"),
    which: Which,
    capabilities: Capabilities,
    minutes: Schema.optionalKey(between(1, 2)),
  }),
  Schema.Struct({ does: Schema.Literal("delete"), which: Which }),
  Schema.Struct({ does: Schema.Literal("interact"), which: Which }),
  Schema.Struct({
    does: Schema.Literal("put"),
    minutes: between(1, 4),
    countries: Schema.Literals(["US", "CA", "US,CA", "CA,US", "GB,US", "FR"]),
    disabled: Schema.Boolean,
  }),
  Schema.Struct({ does: Schema.Literal("unput") }),
  Move,
  Move,
])

export type Command = typeof Command.Type

/** The capabilities of a command, which are written as one text. */
export const capabilitiesOf = ({ capabilities }: { readonly capabilities: typeof Capabilities.Type }) =>
  capabilities.split(",").filter((name) => name === "Voice" || name === "SMS")

/** A story to be told to a repository; where it fails, commands that do not matter are taken out of it. */
export const Story = Arbitrary.array(Arbitrary.schema(Command), { minLength: 1, maxLength: 60 })
