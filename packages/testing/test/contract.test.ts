/**
 * The contract judged: implementations that are broken on purpose, each in one way, have to be found out.
 */
import { assert, describe, it } from "@effect/vitest"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import { Connect } from "@proxy-session/domain/Routing"
import { BadRequestException, NotFoundException } from "@proxy-session/domain/ServiceError"
import { CallRouter } from "@proxy-session/repo/CallRouter"
import type { Faulty } from "@proxy-session/repo/Faulty"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { Snapshots } from "@proxy-session/repo/Snapshots"
import type { ContractOptions } from "@proxy-session/testing/ContractCase"
import * as ContractReport from "@proxy-session/testing/ContractReport"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { memory, options } from "../../../test/contract/memory.ts"

type Service = ProxySessionRepo["Service"]

/** Memory with some operations replaced by broken ones. */
const broken = (change: (sound: Service) => Partial<Service>) =>
  Layer.effect(
    ProxySessionRepo,
    Effect.map(ProxySessionRepo, (sound): Service => ({ ...sound, ...change(sound) })),
  ).pipe(Layer.provideMerge(memory()))

const failures = (
  layer: ReturnType<typeof broken>,
  changed: ContractOptions<CallRouter | Faulty | Snapshots> = options,
) =>
  Effect.map(ContractReport.run(layer, changed), (outcomes) =>
    outcomes.filter(({ outcome }) => outcome === "failed").map(({ name, subject }) => `${subject}: ${name}`),
  )

const without = (session: ProxySession, ...members: ReadonlyArray<keyof ProxySession>) =>
  new ProxySession(
    Object.assign(Object.fromEntries(Object.entries(session).filter(([key]) => !members.some((each) => each === key)))),
    { disableChecks: true },
  )

const reopened = (session: ProxySession) =>
  session.status === "Closed"
    ? new ProxySession({ ...without(session, "endedTimestamp"), status: "Open" }, { disableChecks: true })
    : session

const mutants: Readonly<
  Record<string, { readonly change: (sound: Service) => Partial<Service>; readonly found: ReadonlyArray<string> }>
> = {
  "never lets a session expire": {
    change: (sound) => ({ get: (key) => Effect.map(sound.get(key), reopened) }),
    found: [
      "time: a session closes when its minutes are over, and not a millisecond before",
      "time: many short steps of time come to the same as a long one",
    ],
  },
  "lets a session expire a millisecond late": {
    change: (sound) => ({
      get: (key) =>
        Effect.gen(function* () {
          const session = yield* sound.get(key)
          const now = yield* Clock.currentTimeMillis
          return session.endedTimestamp && DateTime.toEpochMillis(session.endedTimestamp) === now
            ? reopened(session)
            : session
        }),
    }),
    found: ["time: a session closes when its minutes are over, and not a millisecond before"],
  },
  "ends a session when somebody looks": {
    change: (sound) => ({
      get: (key) =>
        Effect.gen(function* () {
          const session = yield* sound.get(key)
          const now = yield* DateTime.now
          return session.status === "Closed" ? new ProxySession({ ...session, endedTimestamp: now }) : session
        }),
    }),
    found: ["time: a session that has expired was last updated and ended at that instant, however late one looks"],
  },
  "ignores the status filter": {
    change: (sound) => ({
      list: (request) => {
        const { status: _, ...rest } = request
        return sound.list(rest)
      },
    }),
    found: ["list: a status lists the sessions that have it, and no others", "time: a listing knows what has expired"],
  },
  "forgets to free a number": {
    change: (sound) => {
      const deleted = new Set<string>()
      const find = (key: Parameters<Service["get"]>[0]) =>
        deleted.has(key.proxySessionId)
          ? Effect.fail(new NotFoundException({ message: "Gone" }))
          : Effect.asVoid(sound.get(key))
      return {
        delete: (key) =>
          Effect.andThen(
            find(key),
            Effect.sync(() => void deleted.add(key.proxySessionId)),
          ),
        get: (key) => Effect.andThen(find(key), sound.get(key)),
        update: (request) => Effect.andThen(find(request), sound.update(request)),
        list: (request) =>
          Effect.map(
            sound.list(request),
            (page) =>
              new ProxySessionPage({
                ...page,
                proxySessions: page.proxySessions.filter(({ proxySessionId }) => !deleted.has(proxySessionId)),
              }),
          ),
      }
    },
    found: ["delete: a deleted session's number is free again"],
  },
  "turns the same page for ever": {
    change: (sound) => ({
      list: (request) =>
        Effect.map(sound.list(request), (page) => new ProxySessionPage({ ...page, nextToken: "again" })),
    }),
    found: ["list: a connector without sessions has one empty page"],
  },
  "repeats the last session of a page on the next": {
    change: (sound) => {
      let last: ProxySession | undefined
      return {
        list: (request) =>
          Effect.map(sound.list(request), (page) => {
            const proxySessions =
              request.nextToken === undefined || last === undefined ? page.proxySessions : [last, ...page.proxySessions]
            last = proxySessions.at(-1)
            return new ProxySessionPage({ ...page, proxySessions })
          }),
      }
    },
    found: [
      "paging: pages of every size have each session once, in the same order, and no more than was asked for",
      "paging: sessions that come and go meanwhile leave each of the others listed once",
    ],
  },
  "takes any token for the beginning": {
    change: (sound) => ({
      list: (request) =>
        Effect.catchTag(sound.list(request), "BadRequestException", () => {
          const { nextToken: _, ...rest } = request
          return sound.list(rest)
        }),
    }),
    found: ["paging: a token that nobody issued, or that belongs elsewhere, is a BadRequestException"],
  },
  "checks nothing": {
    change: (sound) => ({
      update: (request) => Effect.catchTag(sound.update(request), "InvalidRequest", () => sound.get(request)),
    }),
    found: ["the model's boundaries: update refuses what breaks the model, names the member and changes nothing"],
  },
  "forgets the minutes on an update without them": {
    change: (sound) => ({
      update: (request) => sound.update({ expiryMinutes: 1, ...request }),
    }),
    found: ["update: an update replaces the capabilities and keeps everything else, the minutes included"],
  },
  "updates what is closed": {
    change: (sound) => ({
      update: (request) => Effect.catchTag(sound.update(request), "BadRequestException", () => sound.get(request)),
    }),
    found: [
      "update: a session that has closed cannot be updated, which is a BadRequestException",
      "update: no capability at all, or too many minutes, is a BadRequestException and changes nothing",
    ],
  },
  "always gives the first number": {
    change: (sound) => ({
      create: (request) =>
        Effect.map(
          sound.create(request),
          (session) =>
            new ProxySession({
              ...session,
              participants: session.participants.map((each) =>
                Object.assign(Object.create(Object.getPrototypeOf(each)), each, {
                  proxyPhoneNumber: PhoneNumber.make("+19135550190"),
                }),
              ),
            }),
        ),
    }),
    found: [
      "proxy numbers: nobody has the same number in two live sessions, and a whole pool can be in use",
      "proxy numbers: geoMatchParams ask for an area code",
      "proxy numbers: AvoidSticky gives them another number while there is one",
    ],
  },
  "succeeds where the service failed": {
    change: (sound) => ({
      delete: (key) => Effect.catchTag(sound.delete(key), "ServiceFailureException", () => sound.delete(key)),
    }),
    found: ["declared errors: DeleteProxySession fails with ServiceFailureException, and changes nothing"],
  },
  "fails, but only after it has done the work": {
    change: (sound) => ({
      delete: (key) => Effect.tapError(sound.delete(key), () => Effect.ignore(sound.delete(key))),
    }),
    found: ["declared errors: DeleteProxySession fails with ForbiddenException, and changes nothing"],
  },
  "tells a number in an error": {
    change: (sound) => ({
      create: (request) =>
        Effect.catchTag(sound.create(request), "BadRequestException", () =>
          Effect.fail(new BadRequestException({ message: `Refused ${request.participantPhoneNumbers.join()}` })),
        ),
    }),
    found: ["redaction: no error about a request tells what it held"],
  },
  "logs what it is asked": {
    change: (sound) => ({
      create: (request) =>
        Effect.andThen(Effect.logDebug(`For ${request.participantPhoneNumbers.join()}`), sound.create(request)),
    }),
    found: ["redaction: no answer prints a number or a name, and no operation logs or traces one"],
  },
  "traces whom it asks for": {
    change: (sound) => ({
      create: (request) =>
        Effect.withSpan(sound.create(request), "create", { attributes: { name: request.name ?? "" } }),
    }),
    found: ["redaction: no answer prints a number or a name, and no operation logs or traces one"],
  },
}

describe("the contract", () => {
  it.effect("is kept by a sound implementation, each case of it", () =>
    Effect.gen(function* () {
      const outcomes = yield* ContractReport.run(memory(), options)
      assert.deepStrictEqual(
        outcomes.filter(({ outcome }) => outcome === "failed"),
        [],
      )
      assert.isAbove(outcomes.filter(({ outcome }) => outcome === "passed").length, 120)
    }),
  )

  for (const [description, { change, found }] of Object.entries(mutants)) {
    it.effect(`finds out what ${description}`, () =>
      Effect.gen(function* () {
        assert.includeMembers(yield* failures(broken(change)), [...found])
      }),
    )
  }

  it.effect("skips what an implementation has no hook for, and says why", () =>
    Effect.gen(function* () {
      const outcomes = yield* ContractReport.run(memory(), { connector: options.connector, clock: "live" })
      const reasons = new Set(outcomes.flatMap(({ reason }) => reason ?? []))
      assert.sameMembers(
        [...reasons],
        [
          "its clock cannot be moved",
          "the option connectors is not given",
          "the option fail is not given",
          "the option interact is not given",
          "the option router is not given",
          "the option snapshots is not given",
        ],
      )
      assert.isFalse(outcomes.some(({ outcome }) => outcome === "failed"))
    }),
  )

  it.effect("finds out what a store does wrong", () =>
    Effect.gen(function* () {
      const careless = Layer.effect(
        Snapshots,
        Effect.map(Snapshots, (sound) => ({
          ...sound,
          import: (snapshot: unknown) => Effect.catchTag(sound.import(snapshot), "SchemaError", () => Effect.void),
        })),
      ).pipe(Layer.provideMerge(memory()))
      assert.deepStrictEqual(yield* failures(careless), [
        "store: a person with one number in two live sessions is not imported, and nothing changes",
      ])
      const miscounting = Layer.effect(
        CallRouter,
        Effect.map(CallRouter, (sound) => ({
          ...sound,
          numbers: (key: Parameters<typeof sound.numbers>[0]) =>
            Effect.map(sound.numbers(key), (numbers) => numbers.map((each) => ({ ...each, liveSessions: 1 }))),
          ofNumber: () => Effect.succeed([]),
        })),
      ).pipe(Layer.provideMerge(memory()))
      assert.deepStrictEqual(yield* failures(miscounting), [
        "store: the numbers of a connector come in the order of its pool, each with its live sessions",
        "store: a number belongs to the connectors that have it, each with its tenant",
      ])
    }),
  )

  it.effect("asks for the message of an error, unless the options say that it is not kept", () =>
    Effect.gen(function* () {
      const reworded = broken((sound) => ({
        delete: (key) =>
          Effect.mapError(sound.delete(key), (error) =>
            error._tag === "NotFoundException" ? new NotFoundException({ ...error, message: "Not Found" }) : error,
          ),
      }))
      assert.deepStrictEqual(yield* failures(reworded), [
        "declared errors: DeleteProxySession fails with NotFoundException, and changes nothing",
      ])
      assert.deepStrictEqual(yield* failures(reworded, { ...options, keepsMessages: false }), [])
    }),
  )

  it.effect("finds out what a router does wrong", () =>
    Effect.gen(function* () {
      type Router = CallRouter["Service"]
      type Call = Parameters<Router["route"]>[0]
      let count = 0
      const routers: Readonly<Record<string, (sound: Router) => Partial<Router>>> = {
        "calls: each participant reaches the other, who sees the number that was dialled, by call and by text": (
          sound,
        ) => ({
          route: (call: Call) =>
            Effect.map(sound.route(call), (decision) =>
              decision._tag === "Connect"
                ? new Connect({ ...decision, callerId: PhoneNumber.make("+14155550198") })
                : decision,
            ),
        }),
        "calls: the same provider's id gets the same answer, also after the session has ended": (sound) => ({
          route: (call: Call) => sound.route({ ...call, providerId: `forgotten-${++count}` }),
        }),
        "calls: the first connected call makes the session InProgress, once": (sound) => ({
          route: (call: Call) => sound.route({ ...call, dryRun: true }),
        }),
        "calls: a dry run decides, and neither changes nor remembers anything": (sound) => ({
          route: (call: Call) => sound.route({ ...call, dryRun: false }),
        }),
        "calls: a report says what became of a call or text, in any order and however often": (sound) => ({
          record: (report: Parameters<Router["record"]>[0]) => sound.record({ ...report, outcome: "Failed" }),
        }),
        "calls: of all who report at once that a text is being sent, one alone is told that this is new": (sound) => ({
          record: (report: Parameters<Router["record"]>[0]) => Effect.as(sound.record(report), true),
        }),
        "calls: the calls of a session are found by its id alone, and not by another connector's": (sound) => ({
          interactions: ({ proxySessionId }: Parameters<Router["interactions"]>[0]) =>
            sound.interactions({ proxySessionId }),
        }),
        "calls: no answer holds the caller's number, and no log any number": (sound) => ({
          route: (call: Call) =>
            Effect.map(sound.route(call), (decision) =>
              decision._tag === "Connect" ? new Connect({ ...decision, to: PhoneNumber.make(call.caller) }) : decision,
            ),
        }),
      }
      for (const [found, change] of Object.entries(routers)) {
        const broken = Layer.effect(
          CallRouter,
          Effect.map(CallRouter, (sound): Router => ({ ...sound, ...change(sound) })),
        ).pipe(Layer.provideMerge(memory()))
        assert.include(yield* failures(broken), found)
      }
    }),
  )

  it.effect("leaves a deviation out, for the reason given", () =>
    Effect.gen(function* () {
      const deviation = "delete: a deleted session's number is free again"
      const mutant = broken(mutants["forgets to free a number"]?.change ?? (() => ({})))
      const found = yield* failures(mutant, { ...options, deviations: { [deviation]: "numbers rest for a day" } })
      assert.notInclude(found, deviation)
    }),
  )
})
