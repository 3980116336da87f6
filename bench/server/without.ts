/**
 * Leaves parts of the server out, one at a time, in a process that is started with `--import` of this module: a part that is
 * left out returns what it returned last, so the same must be asked as long as it is.
 */
import type { ProxySession } from "@proxy-session/domain/ProxySession"
import * as Effect from "effect/Effect"
import type { HttpServerResponse } from "effect/http/HttpServerResponse"
import { registerHooks } from "node:module"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import type * as WireRequest from "../../packages/protocol/src/WireRequest.ts"
import type * as WireResponse from "../../packages/protocol/src/WireResponse.ts"
import type * as ProxySessionRepo from "../../packages/repo/src/ProxySessionRepo.ts"
import type * as Answer from "../../packages/server/src/internal/answer.ts"
import type * as Observation from "../../packages/server/src/internal/observation.ts"
import type * as Routing from "../../packages/server/src/internal/routing.ts"
import type * as SentHeaders from "../../packages/server/src/internal/sentHeaders.ts"
import type * as Verifier from "../../packages/server/src/internal/verifier.ts"
import type * as Server from "../../packages/server/src/ProxySessionServer.ts"

/** The part that is everything of ours. */
export const everything = "all of ours"

let out: string | undefined
export const leaveOut = (part: string | undefined): void => void (out = part)

/** A function that returns what it returned last, while the part is left out. */
const once = <Args extends ReadonlyArray<unknown>, A>(
  name: string,
  real: (...args: Args) => A,
): ((...args: Args) => A) => {
  let last: { readonly value: A } | undefined
  return (...args) => {
    if (out === name && last !== undefined) return last.value
    last = { value: real(...args) }
    return last.value
  }
}

/** An effect that succeeds with what it succeeded with last, while the part is left out. */
const settled = <A>(name: string) => {
  let last: Effect.Effect<A> | undefined
  return <E, R>(real: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    out === name && last !== undefined
      ? last
      : Effect.map(real, (value) => {
          last = Effect.succeed(value)
          return value
        })
}

interface Part {
  readonly module: string
  readonly exports: ReadonlyArray<string>
  /** Makes what takes the place of those exports. Only the module itself is ever passed. */
  readonly replace: (real: never) => object
}

const part = <Module, Name extends keyof Module & string = keyof Module & string>(
  module: string,
  exports: ReadonlyArray<Name>,
  replace: (real: Module) => { readonly [Key in Name]?: unknown },
): Part => ({ module, exports, replace })

export const control = "the control API: journal, faults, clocks"
const id = "the request's id and date"
const headers = "the map of headers"
const routing = "routing"
const verification = "verification of the signature"
const decoding = "decoding of the request"
const store = "the store, in memory"
const encoding = "JSON of the session"
const answer = "the answer and its headers"
const metrics = "metrics"

/** The parts of a served get. */
export const parts = [id, headers, routing, verification, decoding, store, encoding, answer, metrics]

const replacements = [
  part<typeof Answer>("server/src/internal/answer.ts", ["envelope", "success"], (real) => ({
    envelope: once(id, real.envelope),
    success: once(answer, real.success),
  })),
  part<typeof SentHeaders>("server/src/internal/sentHeaders.ts", ["sentHeaders"], (real) => ({
    sentHeaders: once(headers, real.sentHeaders),
  })),
  part<typeof Routing>("server/src/internal/routing.ts", ["within"], (real) => ({
    within: (basePath: string | undefined) => once(routing, real.within(basePath)),
  })),
  part<typeof Verifier>("server/src/internal/verifier.ts", ["make"], (real) => ({
    make: (...options: Parameters<typeof real.make>) => {
      const verify = real.make(...options)
      const caller = settled<Verifier.Verify>(verification)
      return (...claim: Parameters<typeof verify>) =>
        caller(Effect.map(verify(...claim), (identify) => once(verification, (body: Uint8Array) => identify(body))))
    },
  })),
  part<typeof WireRequest>("protocol/src/WireRequest.ts", ["decode"], (real) => ({
    decode: once(decoding, (...args: Parameters<typeof real.decode>) => real.decode(...args)),
  })),
  part<typeof ProxySessionRepo>("repo/src/ProxySessionRepo.ts", ["calls"], (real) => {
    const get = real.calls.GetProxySession
    const session = settled<ProxySession>(store)
    return { calls: { ...real.calls, GetProxySession: (key: Parameters<typeof get>[0]) => session(get(key)) } }
  }),
  part<typeof WireResponse>("protocol/src/WireResponse.ts", ["encode"], (real) => ({
    encode: once(encoding, (...args: Parameters<typeof real.encode>) => real.encode(...args)),
  })),
  part<typeof Observation>("server/src/internal/observation.ts", ["count"], (real) => ({
    count: (...args: Parameters<typeof real.count>) => (out === metrics ? undefined : real.count(...args)),
  })),
  part<typeof Server>("server/src/ProxySessionServer.ts", ["app"], (real) => ({
    app: (options: Server.ProxySessionServerOptions) => {
      const response = settled<HttpServerResponse>(everything)
      const app = real.app(options)
      return Effect.suspend(() => response(app))
    },
  })),
]

const byUrl = new Map(
  replacements.map((each) => [pathToFileURL(Path.join(import.meta.dirname, "../../packages", each.module)).href, each]),
)

/** For the modules that stand before the real ones. */
export const replace = (url: string, real: never): object => byUrl.get(url)?.replace(real) ?? {}

registerHooks({
  load: (url, context, nextLoad) => {
    const found = byUrl.get(url)
    if (found === undefined) return nextLoad(url, context)
    const [own, real] = [JSON.stringify(url), JSON.stringify(`${url}?real`)]
    return {
      format: "module",
      shortCircuit: true,
      source:
        `import * as real from ${real}\nimport { replace } from ${JSON.stringify(import.meta.url)}\n` +
        `export * from ${real}\nexport const { ${found.exports.join()} } = replace(${own}, real)\n`,
    }
  },
})
