/**
 * What Kamailio, as `deploy/sip` has it, adds to the time that a call takes to set up: `node bench/sip.ts [ROUNDS]`.
 *
 * A round is 200 calls at 20 a second over loopback, which are answered after 60 ms. Needs the Debian packages of docs/sip.md.
 */
import * as Effect from "effect/Effect"
import { leaks } from "../test/sip/leaks.ts"
import * as Scenario from "../test/sip/scenario.ts"
import { setUps } from "../test/sip/setUps.ts"
import * as Trunk from "../test/sip/trunk.ts"
import * as Results from "./results.ts"

const rounds = Number(process.argv[2] ?? 3)
const [calls, perSecond] = [200, 20]
const machine = Results.machine()

const round = Effect.gen(function* () {
  const trunk = yield* Trunk.Trunk
  const [caller, callee] = [Scenario.caller(Trunk.alice, Trunk.proxyNumber), Scenario.callee(Trunk.bob)]
  const sides = yield* trunk.play(
    {
      caller: { person: Trunk.alice, steps: [caller.isAnswered, Scenario.pause(200), caller.hangsUp] },
      callee: { person: Trunk.bob, steps: [callee.picksUp(60), callee.isHungUp()] },
    },
    { calls, perSecond },
  )
  for (const { code, log } of [sides.caller, sides.callee]) if (code !== 0) process.stderr.write(log)
  const heard = { callee: Trunk.heard(sides.callee), caller: Trunk.heard(sides.caller) }
  return {
    completed: sides.caller.code === 0 && sides.callee.code === 0,
    ...setUps(sides),
    bytesHeard: heard.callee.length + heard.caller.length,
    leaks: [
      ...leaks(heard.callee, Trunk.secretsOf(Trunk.alice, "caller")),
      ...leaks(heard.caller, Trunk.secretsOf(Trunk.bob, "callee")),
    ].length,
  }
})

const results = await Effect.runPromise(
  Effect.provide(
    Effect.forEach(Array.from({ length: rounds }), () => round),
    Trunk.layer(),
  ),
)
console.table(results.map(({ added, ...result }) => ({ ...result, ...added })))
Results.write("sip", { bench: "sip", ...machine, calls, perSecond, results }, {})
