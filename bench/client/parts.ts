/**
 * Where a call's time goes: the whole client and the same without one part, in interleaved rounds; what a part costs is the
 * processor time that a call takes less without it.
 *
 *     node bench/client/parts.ts [ROUNDS]
 *
 * Writes `bench/results/parts.json` and a table of `docs/performance.md`. Takes a minute a round.
 */
import * as Results from "../results.ts"

const rounds = Number(process.argv[2] ?? 7)

/** Of two parts that begin with the same one, the smaller one is left out by both. */
const parts = [
  "nothing",
  "fiber",
  "deadlines",
  "spans",
  "spans and metrics",
  "request",
  "signature",
  "transport",
  "header map",
  "parse, decode and class",
  "decode and class",
  "class",
] as const
type Part = (typeof parts)[number]

const machine = Results.machine()
const taken = await Results.withServer(async (url) => {
  const samples: Array<Readonly<Record<string, number>>> = []
  for (let round = 0; round < rounds; round++) {
    const order = parts.map((_, i) => parts[(i + round) % parts.length] ?? "nothing")
    samples.push(
      Object.fromEntries(order.map((part) => [part, Results.child("client/part.ts", [part, url, "2", "2"])])),
    )
  }
  return samples
})

/** The least that a call took in any round: whatever else runs can only make it worse. */
const least = (part: Part): number => Math.min(...taken.map((sample) => sample[part] ?? Number.NaN))

/** The microseconds of a part: what a call takes with all that `without` names, less what it takes without the part, too. */
const cost = (part: Part, without: Part = "nothing"): number => least(without) - least(part)

const whole = least("nothing")
Results.write(
  "parts",
  {
    ...machine,
    rounds,
    doubt: Results.doubt(
      machine,
      taken.map((sample) => sample["nothing"] ?? Number.NaN),
    ),
    whole,
    parts: {
      "a fiber and a promise of its own": cost("fiber"),
      "deadlines of the call and the attempt": cost("deadlines"),
      "two spans": cost("spans"),
      metrics: cost("spans and metrics", "spans"),
      "request: input decoded, path built": cost("request"),
      "signature, `FastSigner`": cost("signature"),
      "transport: undici, its sockets and the system's": cost("transport"),
      "header map": cost("header map"),
      parse: cost("parse, decode and class", "decode and class"),
      decode: cost("decode and class", "class"),
      class: cost("class"),
    },
  },
  {},
)
