/**
 * Each fault of `rows.ts`, over each HTTP client, for a call that may be repeated and for one that may not.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProxySessionError } from "@proxy-session/domain/ProxySessionError"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import { calls, type Client, live, names } from "./clients.ts"
import * as Endpoint from "./endpoint.ts"
import { type Row, rows } from "./rows.ts"

/** Three attempts of a quarter of a second and the waiting between them take one; a busy machine needs more. */
const longest = 3000

/** What a client may take of a body that is over the limit of 4 MiB, what the machine holds for it included. */
const mostBytes = 16 * 2 ** 20

const told = (result: Result.Result<unknown, ProxySessionError>): string => {
  if (Result.isSuccess(result)) return "success"
  const error = result.failure
  switch (error._tag) {
    case "TransportError":
      return `${error.reason} ${error.outcome}`
    case "UnmodeledServiceError":
      return `${error._tag} ${error.status}`
    case "MalformedResponse":
      return `${error._tag} ${error.path}`
    default:
      return error._tag
  }
}

/** The instant of a signature, from the basic form of ISO 8601. */
const signedAt = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, "$1-$2-$3T$4:$5:$6Z"))

const run = Effect.fnUntraced(function* (client: Client, operation: "create" | "get", row: Row) {
  const endpoint = yield* Endpoint.start(...row.meets)
  const { attemptTimeout, chance = 1 } = row
  let drawn = 0
  const began = performance.now()
  const result = yield* Effect.result(calls[operation]).pipe(
    Effect.tap(() => Effect.timeout(endpoint.settled, "1 second")),
    Effect.provide(live(client, endpoint.url, attemptTimeout === undefined ? {} : { attemptTimeout })),
    // Never twice the same, so that an id drawn anew is another one.
    Effect.provideService(Random.Random, {
      nextDoubleUnsafe: () => chance - drawn++ * 1e-6,
      nextIntUnsafe: () => drawn++,
    }),
  )
  const took = performance.now() - began
  const { arrivals } = endpoint
  const name = `${operation} over ${client}`
  const [requests, expected] = row[operation]
  assert.deepStrictEqual([arrivals.length, told(result)], [requests, expected], name)

  for (const [index, { headers }] of arrivals.entries()) {
    assert.strictEqual(headers.get("amz-sdk-request"), `attempt=${index + 1}; max=3`, name)
    assert.strictEqual(headers.get("amz-sdk-invocation-id"), arrivals[0]?.headers.get("amz-sdk-invocation-id"), name)
  }
  const signatures = arrivals.map(({ headers }) => headers.get("authorization"))
  assert.strictEqual(new Set(signatures).size, arrivals.length, `${name}: each attempt is signed anew`)
  for (const [index, ahead] of (row.ahead ?? []).entries()) {
    const signed = signedAt(arrivals[index]?.headers.get("x-amz-date") ?? "")
    assert.approximately(signed - (performance.timeOrigin + began), ahead, 5000, name)
  }
  for (const [index, gap] of (row.gaps ?? []).slice(0, requests - 1).entries()) {
    assert.isAtLeast((arrivals[index + 1]?.at ?? 0) - (arrivals[index]?.at ?? 0), gap, name)
  }
  assert.isBelow(took, longest, name)
  assert.isBelow(endpoint.bytesSent(), mostBytes, name)

  if (Result.isFailure(result)) {
    const error = result.failure
    if (error._tag === "TransportError") {
      assert.strictEqual(error.attempts, requests, name)
      // Only a head that came whole has told the id.
      const hasHead = error.reason === "Truncated" || error.reason === "TooLarge"
      assert.strictEqual(error.requestId, hasHead ? "request-1" : undefined, name)
    } else assert.propertyVal(error, "requestId", "request-1", name)
  }
}, Effect.scoped)

describe("over every HTTP client", () => {
  for (const row of rows) {
    const [[requests, result], [creates, created]] = [row.get, row.create]
    const same = requests === creates && result === created
    const title = `${row.fault}: ${requests} × ${result}${same ? "" : `; of a create ${creates} × ${created}`}`
    it.live(title, () =>
      Effect.forEach(
        names.flatMap((client) => [() => run(client, "get", row), () => run(client, "create", row)]),
        (each) => each(),
        { concurrency: "unbounded", discard: true },
      ),
    )
  }
})
