/**
 * Calls through Kamailio, as it is shipped: whom they reach, and that neither side is told who the other is.
 */
import { assert, describe, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { once } from "node:events"
import * as Http from "node:http"
import { join } from "node:path"
import { execute } from "../../packages/cli/test/process.ts"
import { lacking } from "../lacking.ts"
import { leaks } from "./leaks.ts"
import * as Scenario from "./scenario.ts"
import { setUps } from "./setUps.ts"
import * as Trunk from "./trunk.ts"

const { alice, bob, proxyNumber } = Trunk
const [caller, callee] = [Scenario.caller(alice, proxyNumber), Scenario.callee(bob)]
/** Requests that a plain call does not need. */
const meddling = ["REFER", "MESSAGE", "INFO", "UPDATE", "NOTIFY", "SUBSCRIBE", "OPTIONS"]

/** What either side was told of the other. */
const told = (
  { callee, caller }: Record<"callee" | "caller", Trunk.Side>,
  [calling, called]: readonly [Scenario.Person, Scenario.Person] = [alice, bob],
) => [
  ...leaks(Trunk.heard(callee), Trunk.secretsOf(calling, "caller")),
  ...leaks(Trunk.heard(caller), Trunk.secretsOf(called, "callee")),
]

const isPlayed = (...sides: ReadonlyArray<Trunk.Side>) => {
  for (const { code, log } of sides) assert.strictEqual(code, 0, log)
}

/** Both scenarios are played to their end, and nobody is told anything. */
const talks = (calling: ReadonlyArray<string>, called: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const trunk = yield* Trunk.Trunk
    const call = yield* trunk.play({
      caller: { person: alice, steps: calling },
      callee: { person: bob, steps: called },
    })
    isPlayed(call.caller, call.callee)
    assert.isAbove(Trunk.heard(call.callee).length, 500)
    assert.deepStrictEqual(told(call), [])
  })

/** A gateway that fails when it is told what became of a call, twice. */
const failingTwice = Effect.fnUntraced(function* (gateway: string) {
  let failures = 2
  const front = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const server = Http.createServer((request, response) => {
        if (request.url === "/outcome" && failures-- > 0) {
          response.writeHead(503).end()
          return
        }
        const { headers, method = "", url = "" } = request
        request.pipe(
          Http.request(new URL(url, gateway), { method, headers }, (answer) => {
            answer.pipe(response.writeHead(answer.statusCode ?? 502))
          }),
        )
      }).listen(0, "127.0.0.1")
      await once(server, "listening")
      return server
    }),
    (server) => Effect.sync(() => server.close().closeAllConnections()),
  )
  const address = front.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : address}`
})

/** The call is refused with a status, and nobody is called. */
const isRefused = (status: number, steps: Pick<typeof caller, "isRefused">, options?: Trunk.Options) =>
  Effect.gen(function* () {
    const trunk = yield* Trunk.Trunk
    const call = yield* trunk.play({ caller: { person: alice, steps: [steps.isRefused(status)] } }, options)
    isPlayed(call.caller)
    assert.deepStrictEqual(call.callee.messages, [])
  })

const define = () => {
  layer(Trunk.layer(), { excludeTestServices: true, timeout: "30 seconds" })("a SIP trunk", (it) => {
    it.effect("connects the participants of a session, in both directions, and the session is in progress", () =>
      Effect.gen(function* () {
        const trunk = yield* Trunk.Trunk
        for (const [calling, called] of [
          [alice, bob],
          [bob, alice],
        ] as const) {
          const [one, other] = [Scenario.caller(calling, proxyNumber), Scenario.callee(called)]
          const call = yield* trunk.play({
            caller: { person: calling, steps: [one.isAnswered, one.reinvites(), one.hangsUp] },
            callee: { person: called, steps: [other.picksUp(60), other.isReinvited, other.isHungUp()] },
          })
          isPlayed(call.caller, call.callee)
          assert.deepStrictEqual(told(call, [calling, called]), [])
          assert.include(Trunk.heard(call.callee), `INVITE sip:${called.number}@`)
          assert.include(Trunk.heard(call.callee), `P-Asserted-Identity: <sip:${proxyNumber}@calls.example>`)
        }
        const flags = ["--endpoint-url", trunk.url, "--region", "us-east-1", "--no-sign-request"]
        const got = yield* execute(["get-proxy-session", ...Trunk.session, "--query", "ProxySession.Status", ...flags])
        assert.strictEqual(got.stdout, '"InProgress"\n')
      }),
    )

    it.effect("believes the identity that the carrier asserts, as a SIP or a telephone URI", () => {
      const from = `"Anonymous" <sip:anonymous@anonymous.invalid>`
      const asserted = `Privacy: none\nP-Asserted-Identity: <tel:${alice.number}>\nP-Attestation-Indicator: A`
      const one = Scenario.caller(alice, proxyNumber, { from, asserted })
      return talks([one.isAnswered, one.hangsUp], [callee.picksUp(), callee.isHungUp()])
    })

    it.effect("lets the callee change the media and hang up", () =>
      talks(
        [caller.isAnswered, caller.isReinvited, caller.isHungUp()],
        [callee.picksUp(), callee.reinvites, callee.hangsUp],
      ),
    )

    it.effect("refuses the requests of either side that a plain call does not need, and the call goes on", () =>
      Effect.andThen(
        talks(
          [caller.isAnswered, ...meddling.map((method, index) => caller.asks(method, 2 + index, 405)), caller.hangsUp],
          [callee.picksUp(), callee.isHungUp()],
        ),
        talks(
          [caller.isAnswered, caller.isHungUp()],
          [callee.picksUp(), ...meddling.map((method, index) => callee.asks(method, 110 + index, 405)), callee.hangsUp],
        ),
      ),
    )

    it.effect(
      "says that a call has failed in its own words, whether the callee is busy or sends the caller elsewhere",
      () =>
        Effect.andThen(
          talks([caller.isRefused(486)], [callee.declines(486)]),
          talks([caller.isRefused(480)], [callee.declines(302)]),
        ),
    )

    it.effect("lets a caller give up", () => talks([caller.invites, caller.givesUp], [callee.isGivenUp]))

    it.effect(
      "tells the gateway what became of each call: one that was answered, and how long it was, and two that were not",
      () =>
        Effect.gen(function* () {
          const trunk = yield* Trunk.Trunk
          const before = (yield* trunk.interactions).length
          yield* talks([caller.isAnswered, Scenario.pause(1100), caller.hangsUp], [callee.picksUp(), callee.isHungUp()])
          yield* talks([caller.isRefused(486)], [callee.declines(486)])
          yield* talks([caller.invites, caller.givesUp], [callee.isGivenUp])
          const known = Effect.map(trunk.interactions, (all) => all.slice(before))
          const calls = yield* Effect.repeat(known, {
            schedule: Schedule.spaced("50 millis"),
            until: ([first, ...others]) =>
              first?.Seconds !== undefined && others.every(({ Outcome }) => Outcome !== undefined),
          })
          assert.deepStrictEqual(
            calls.map(({ Outcome }) => Outcome),
            ["Answered", "Failed", "Failed"],
          )
          assert.include([1, 2], calls[0]?.Seconds)
        }),
    )

    it.effect("calls nobody for strangers, hidden numbers, unknown numbers and loops", () =>
      Effect.gen(function* () {
        const number = "+17735550123"
        yield* isRefused(403, Scenario.caller({ name: "Eve", number }, proxyNumber))
        yield* isRefused(404, Scenario.caller(alice, "+12065550177"))
        yield* isRefused(482, Scenario.caller({ ...alice, number: proxyNumber }, proxyNumber))
        const anonymous = '"Anonymous" <sip:anonymous@anonymous.invalid>'
        for (const from of [anonymous, "<sip:anonymous.invalid>"]) {
          yield* isRefused(433, Scenario.caller(alice, proxyNumber, { from, asserted: "X-Asserted: none" }))
        }
        yield* isRefused(433, Scenario.caller(alice, proxyNumber, { asserted: "Privacy: id" }))
      }),
    )

    it.effect(
      "refuses what it cannot rewrite if it tells the number: a Call-ID, a tag, a parameter, an SDP, a header like its own",
      () =>
        Effect.gen(function* () {
          const digits = alice.number.slice(1)
          for (const text of [
            digits,
            `x${Buffer.from(digits).toString("hex")}`,
            ...["", "-", "--"].map((before) => Buffer.from(`${before}${digits}`).toString("base64url")),
          ]) {
            yield* isRefused(400, caller, { callId: `%u-%p-${text}` })
          }
          yield* isRefused(400, Scenario.caller(alice, proxyNumber, { fromParameters: digits }))
          yield* isRefused(400, Scenario.caller(alice, proxyNumber, { fromParameters: `;x=${digits}` }))
          const body = Scenario.sdp(alice, false)
          yield* isRefused(488, Scenario.caller(alice, proxyNumber, { body: body.replace("o=- 1", `o=- ${digits}`) }))
          yield* isRefused(488, Scenario.caller(alice, proxyNumber, { body: "" }))
          for (const header of ["P-SR-XUID", "P-SR-XBranch"]) {
            yield* isRefused(400, Scenario.caller(alice, proxyNumber, { headers: `${header}: ${digits}` }))
          }
        }),
    )

    it.effect("does not tell a caller of an answer whose tag tells the callee's number", () =>
      Effect.gen(function* () {
        const trunk = yield* Trunk.Trunk
        const telling = Scenario.callee(bob, `;tag=${bob.number}`)
        const call = yield* trunk.play({
          caller: { person: alice, steps: [caller.isRefused(408)] },
          callee: { person: bob, steps: [telling.rings, telling.speaks] },
        })
        isPlayed(call.caller, call.callee)
        assert.deepStrictEqual(told(call), [])
      }),
    )

    it.effect("connects 40 of 40 calls at 20 a second, and adds at most 50 ms to the set-up of half of them", () =>
      Effect.gen(function* () {
        const trunk = yield* Trunk.Trunk
        const calls = yield* trunk.play(
          {
            caller: { person: alice, steps: [caller.isAnswered, caller.hangsUp] },
            callee: { person: bob, steps: [callee.picksUp(60), callee.isHungUp()] },
          },
          { calls: 40, perSecond: 20 },
        )
        isPlayed(calls.caller, calls.callee)
        assert.deepStrictEqual(told(calls), [])
        const { added, count } = setUps(calls)
        assert.strictEqual(count, 40)
        assert.isBelow(added.p50, 50)
      }),
    )

    it.effect("ends a call whose relay of media fails before it is answered, and refuses the next one", () =>
      Effect.gen(function* () {
        const trunk = yield* Trunk.Trunk
        yield* talks(
          [caller.isAnswered, caller.isHungUp(100)],
          [callee.rings, Scenario.execute(`kill -9 ${trunk.pids.relay}`), callee.answers(), callee.isHungUp(100)],
        )
        yield* isRefused(503, caller)
      }),
    )

    it.effect("refuses calls while the gateway is away", () =>
      Effect.gen(function* () {
        const trunk = yield* Trunk.Trunk
        yield* trunk.stopGateway
        yield* isRefused(503, caller)
      }),
    )

    it.effect("has logged nobody's number and no token, even of what it cannot read", () =>
      Effect.gen(function* () {
        const trunk = yield* Trunk.Trunk
        yield* trunk.play({ caller: { person: alice, steps: [caller.garbles] } })
        yield* isRefused(503, caller)
        const log = trunk.logged()
        assert.include(log, "rtpengine")
        assert.deepStrictEqual(leaks(log, [alice.number.slice(-7), bob.number.slice(-7), Trunk.token]), [])
      }),
    )
  })

  layer(Trunk.layer(), { excludeTestServices: true, timeout: "30 seconds" })(
    "a SIP trunk whose relay ends in a call",
    (it) => {
      it.effect("ends the call with the next change of its media", () =>
        Effect.gen(function* () {
          const trunk = yield* Trunk.Trunk
          yield* talks(
            [caller.isAnswered, Scenario.pause(100), caller.reinvites(503), caller.isHungUp(100)],
            [callee.picksUp(), Scenario.execute(`kill -9 ${trunk.pids.relay}`), callee.isHungUp(100)],
          )
        }),
      )
    },
  )

  layer(Trunk.layer(), { excludeTestServices: true, timeout: "30 seconds" })(
    "a SIP trunk whose relay ends in a call in which nothing changes",
    (it) => {
      it.effect("ends the call by itself", () =>
        Effect.gen(function* () {
          const trunk = yield* Trunk.Trunk
          yield* talks(
            [caller.isAnswered, caller.isHungUp(100)],
            [callee.picksUp(), Scenario.execute(`kill -9 ${trunk.pids.relay}`), callee.isHungUp(100)],
          )
        }),
      )
    },
  )

  layer(Trunk.layer(), { excludeTestServices: true, timeout: "30 seconds" })(
    "a SIP trunk whose Redis ends in a call",
    (it) => {
      it.effect("sends nothing that it cannot hide, and refuses the next call", () =>
        Effect.gen(function* () {
          const trunk = yield* Trunk.Trunk
          yield* talks(
            [caller.isRefused(408)],
            [callee.rings, Scenario.execute(`kill -9 ${trunk.pids.redis}`), callee.speaks],
          )
          yield* isRefused(503, caller)
          const calls = yield* Effect.repeat(trunk.interactions, {
            schedule: Schedule.spaced("50 millis"),
            until: (all) => all.length === 2 && all.every(({ Outcome }) => Outcome !== undefined),
          })
          assert.deepStrictEqual(
            calls.map(({ Outcome }) => Outcome),
            ["Failed", "Failed"],
          )
        }),
      )
    },
  )

  layer(Trunk.layer(undefined, failingTwice), { excludeTestServices: true, timeout: "30 seconds" })(
    "a SIP trunk whose gateway fails now and then",
    (it) => {
      it.effect("tells it what became of a call until it has heard", () =>
        Effect.gen(function* () {
          const trunk = yield* Trunk.Trunk
          yield* talks([caller.isAnswered, caller.hangsUp], [callee.picksUp(), callee.isHungUp()])
          yield* Effect.repeat(trunk.interactions, {
            schedule: Schedule.spaced("50 millis"),
            until: ([call]) => call?.Seconds !== undefined,
          })
        }),
      )
    },
  )

  layer(Trunk.layer(join(import.meta.dirname, "plain.cfg")), { excludeTestServices: true, timeout: "30 seconds" })(
    "the plain recipe, as the control",
    (it) => {
      it.effect("tells each side who the other is, in plain text and in what it encodes", () =>
        Effect.gen(function* () {
          const trunk = yield* Trunk.Trunk
          const call = yield* trunk.play({
            caller: { person: alice, steps: [caller.isRefused(486)] },
            callee: { person: bob, steps: [callee.declines(486)] },
          })
          isPlayed(call.caller, call.callee)
          assert.includeMembers(told(call), [
            ...["plain", "base64", "hex", "vsf"].map((how) => `${how}: ${alice.number.slice(-7)}`),
            ...["plain", "base64", "hex"].map((how) => `${how}: ${bob.number.slice(-7)}`),
            "plain: Alicia",
            "plain: Robert",
          ])
        }),
      )
    },
  )
}

if (Trunk.missing.length > 0) {
  describe("a SIP trunk", () => lacking("masks calls", `not installed: ${Trunk.missing.join(", ")}`))
} else define()
