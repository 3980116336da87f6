import type { ProxySession } from "@proxy-session/domain/ProxySession"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { capabilitiesOf, type Command, Story } from "./support/commands.ts"
import { Model, type Outcome, type Seen } from "./support/model.ts"
import { property } from "./support/property.ts"
import { connector, newYork, number, play, type Scene, seattle, seattle2, toronto } from "./support/scene.ts"

/** The last of them is one of the pool's own numbers. */
const people = ["+12065550100", "+12125550101", "+14165550102", "+13125550103", seattle2]
const pool = [
  { phoneNumber: number(seattle), country: "US" },
  { phoneNumber: number(seattle2), country: "US" },
  { phoneNumber: number(toronto), country: "CA" },
  { phoneNumber: number(newYork), country: "US" },
]
const options = { connectors: [{ ...connector(), pool }], seed: "model" }
const start = 1_600_000_000_000

const millis = (instant: DateTime.Utc | undefined) =>
  instant === undefined ? undefined : DateTime.toEpochMillis(instant)

const see = (session: ProxySession): Seen => ({
  id: session.proxySessionId,
  status: session.status,
  people: session.participants.map(({ phoneNumber }) => phoneNumber),
  numbers: session.participants.map(({ proxyPhoneNumber }) => proxyPhoneNumber),
  capabilities: session.capabilities,
  minutes: session.expiryMinutes,
  created: DateTime.toEpochMillis(session.createdTimestamp),
  updated: DateTime.toEpochMillis(session.updatedTimestamp),
  ended: millis(session.endedTimestamp),
})

const listAll = Effect.fn(function* (on: Scene, parts: Parameters<Scene["list"]>[0]) {
  const sessions: Array<ProxySession> = []
  let nextToken: string | undefined
  do {
    const page = yield* on.list({ ...parts, ...(nextToken === undefined ? {} : { nextToken }) })
    assert.isAtMost(page.proxySessions.length, parts?.maxResults ?? 100)
    sessions.push(...page.proxySessions)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return sessions.map(see)
})

/** Does to the repository what a command says. `ids` are those of all sessions ever made. */
const perform = (on: Scene, command: Command, ids: ReadonlyArray<string>): Effect.Effect<Outcome> => {
  const id = "which" in command ? (ids[command.which % ids.length] ?? "none") : ""
  const seen = Effect.map((session: ProxySession): Outcome => ({ seen: see(session) }))
  const done = Effect.as<Outcome>({ done: true })
  const run = (): Effect.Effect<Outcome, { readonly _tag: string }> => {
    switch (command.does) {
      case "create": {
        const { behavior, minutes, near } = command
        const [one, other] = command.people
        return Effect.map(
          on.create({
            participantPhoneNumbers: [people[one] ?? "", people[other] ?? ""],
            capabilities: capabilitiesOf(command),
            ...(minutes === undefined ? {} : { expiryMinutes: minutes }),
            ...(behavior === undefined ? {} : { numberSelectionBehavior: behavior }),
            ...(near === "first" ? { geoMatchLevel: "AreaCode" } : {}),
            ...(near === "Toronto" ? { geoMatchParams: { country: "CA", areaCode: "416" } } : {}),
          }),
          (session): Outcome => ({ seen: see(session) }),
        )
      }
      case "get":
        return seen(on.get(id))
      case "update":
        return seen(
          on.update(id, {
            capabilities: capabilitiesOf(command),
            ...(command.minutes === undefined ? {} : { expiryMinutes: command.minutes }),
          }),
        )
      case "interact":
        return seen(on.interact(id))
      case "delete":
        return done(on.remove(id))
      case "put":
        return done(
          on.putProxy({
            defaultSessionExpiryMinutes: command.minutes,
            phoneNumberPoolCountries: command.countries.split(","),
            disabled: command.disabled,
          }),
        )
      case "unput":
        return done(on.removeProxy())
      case "jump":
        return done(TestClock.testClockWith((clock) => clock.setTime(clock.currentTimeMillisUnsafe() + command.by)))
    }
    return Effect.map(
      listAll(on, { maxResults: command.size, ...(command.status === undefined ? {} : { status: command.status }) }),
      (listed) => ({ listed }),
    )
  }
  return Effect.map(Effect.result(run()), (result) =>
    Result.isSuccess(result) ? result.success : { refused: result.failure._tag },
  )
}

/** What must be true of any listing of everything, whatever happened before. */
const sound = (all: ReadonlyArray<Seen>): void => {
  const live = all.filter(({ status }) => status !== "Closed")
  for (const session of all) {
    assert.strictEqual(session.ended !== undefined, session.status === "Closed", "an end exactly if Closed")
    assert.isAtMost(session.created, session.updated)
    assert.isAtMost(session.updated, session.ended ?? Infinity)
    assert.strictEqual(new Set(session.numbers).size, 1, "one number for both")
    assert.isFalse(
      session.people.some((person) => session.numbers.includes(person)),
      "nobody's own number",
    )
    for (const other of live) {
      if (other === session || session.status === "Closed") continue
      if (!session.people.some((person) => other.people.includes(person))) continue
      assert.notStrictEqual(session.numbers[0], other.numbers[0], "no number stands for two to one person")
    }
  }
}

/** What a command and its outcome have to show for themselves, for the count of what the stories were about. */
const tell = ({ does }: Command, outcome: Outcome): string =>
  "refused" in outcome
    ? `${does} ${outcome.refused}`
    : "seen" in outcome
      ? `${does} ${outcome.seen.status}`
      : "listed" in outcome
        ? `${does} of ${Math.min(outcome.listed.length, 5)}`
        : does

const happenings = [
  "create Open",
  "create BadRequestException",
  "create ForbiddenException",
  "get Open",
  "get InProgress",
  "get Closed",
  "get NotFoundException",
  "update Open",
  "update InProgress",
  "update Closed",
  "update BadRequestException",
  "update NotFoundException",
  "interact InProgress",
  "interact Closed",
  "interact NotFoundException",
  "delete",
  "delete NotFoundException",
  "list of 0",
  "list of 1",
  "list of 5",
  "put",
  "unput",
  "jump",
]

/** Tells a story to the repository and to the model, and compares them at every step. */
const compare = (tally: Map<string, number>) => (story: ReadonlyArray<Command>) =>
  play(
    (on) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const model = new Model(pool, people)
        model.configuration = { minutes: 60, countries: ["US"], disabled: false }
        const ids: Array<string> = []
        const closed = new Map<string, number | undefined>()
        for (const command of story) {
          const expected = model.play(command, yield* Clock.currentTimeMillis)
          const actual = yield* perform(on, command, ids)
          const happening = tell(command, actual)
          tally.set(happening, (tally.get(happening) ?? 0) + 1)
          if (command.does === "jump") continue
          if ("made" in expected && "seen" in actual) {
            const { id, ...made } = actual.seen
            assert.isFalse(ids.includes(id), "an id is given once")
            ids.push(id)
            model.entries = model.entries.map((entry) => (entry.id === "" ? { ...entry, id } : entry))
            assert.deepStrictEqual<unknown>(made, expected.made)
          } else {
            assert.deepStrictEqual(actual, expected, JSON.stringify(command))
          }
          const all = yield* listAll(on, {})
          const everything = model.play({ does: "list", size: 5 }, yield* Clock.currentTimeMillis)
          assert.deepStrictEqual<unknown>({ listed: all }, everything)
          sound(all)
          for (const { ended, id } of all) {
            if (closed.has(id)) assert.strictEqual(ended, closed.get(id), "Closed is for good")
            if (ended !== undefined) closed.set(id, ended)
          }
          const open = yield* listAll(on, { status: "Open", maxResults: 2 })
          const filtered = all.filter(({ status }) => status === "Open")
          assert.deepStrictEqual(open, filtered, "a filtered listing is the whole one, filtered")
        }
        return true
      }),
    options,
  ).pipe(Effect.sandbox)

describe("against a naive model", () => {
  const { arbitrary, timeout } = property(1000)

  it.effect(
    "any story comes out the same, command by command, and leaves a sound state after each",
    () =>
      Effect.gen(function* () {
        const tally = new Map<string, number>()
        const result = yield* Arbitrary.checkEffect(Story, compare(tally), arbitrary)
        const failure = Arbitrary.formatCheckFailure(result)
        if (failure !== undefined) assert.fail(failure)
        for (const happening of happenings) assert.isAbove(tally.get(happening) ?? 0, 25, `stories lack ${happening}`)
      }),
    timeout,
  )

  it.effect.prop(
    "a story whose state is saved and restored after every command is the same story",
    [Story],
    ([tale]) =>
      Effect.gen(function* () {
        // A restored state knows the clock of then from its sessions alone, so time must not run backwards here.
        const story = tale.filter((command) => command.does !== "jump" || command.by > 0)
        const told = (saved: boolean) =>
          play((on) => {
            const ids: Array<string> = []
            return Effect.andThen(
              TestClock.setTime(start),
              Effect.forEach(story, (command) =>
                Effect.gen(function* () {
                  const outcome = yield* perform(on, command, ids)
                  if (command.does === "create" && "seen" in outcome) ids.push(outcome.seen.id)
                  if (saved) yield* on.snapshots.import(JSON.parse(JSON.stringify(yield* on.snapshots.export)))
                  else yield* on.snapshots.export // looks at the clock too
                  return outcome
                }),
              ),
            )
          }, options)
        const [plain, saved] = [yield* told(false), yield* told(true)]
        assert.deepStrictEqual(anonymous(saved), anonymous(plain))
      }),
    property(60),
  )

  it.effect.prop(
    "one jump of the clock and many small ones with looks in between come to the same",
    [Story],
    ([story]) =>
      Effect.gen(function* () {
        const told = (steps: number) =>
          play(
            (on) =>
              Effect.gen(function* () {
                yield* TestClock.setTime(start)
                const ids: Array<string> = []
                for (const command of story) {
                  if (command.does === "jump" && command.by > 0) {
                    for (let step = 0; step < steps; step++) {
                      const part =
                        Math.floor((command.by * (step + 1)) / steps) - Math.floor((command.by * step) / steps)
                      yield* TestClock.adjust(part)
                      if (steps > 1) yield* on.list({ maxResults: 1 + (step % 3), status: "Closed" })
                    }
                  } else if (command.does !== "jump") {
                    const outcome = yield* perform(on, command, ids)
                    if (command.does === "create" && "seen" in outcome) ids.push(outcome.seen.id)
                  }
                }
                return yield* on.snapshots.export
              }),
            options,
          )
        assert.deepStrictEqual(yield* told(7), yield* told(1))
      }),
    property(100),
  )
})

/** Outcomes with every id replaced by the order of its first appearance: restoring changes the ids that follow. */
const anonymous = (outcomes: ReadonlyArray<Outcome>): unknown => {
  const names = new Map<string, number>()
  return JSON.parse(JSON.stringify(outcomes), (key, value: unknown) => {
    if (key !== "id" || typeof value !== "string") return value
    const name = names.get(value) ?? names.size
    names.set(value, name)
    return name
  })
}
