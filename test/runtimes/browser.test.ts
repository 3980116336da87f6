/**
 * The program of `program.ts` in a real browser, against the stand-in behind the page's own origin.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import { createServer, request as send } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { lacking } from "../lacking.ts"
import { bundle } from "./bundle.ts"
import { browse, chromium } from "./chromium.ts"
import { program } from "./program.ts"
import { expected, StandIn } from "./stand-in.ts"

const script = bundle(`
import * as Effect from "effect/Effect"
import { program } from "./program.ts"
Effect.runPromise(program(location.origin)).then(
  (result) => ({ result }),
  (error) => ({ error: String(error) }),
).then((outcome) => fetch("/outcome", { method: "POST", body: JSON.stringify(outcome) }))`)

/** A page, its script, the place that it tells its outcome to, and behind all other paths the stand-in. */
const origin = (script: string, standIn: string, tell: (outcome: unknown) => void) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        const path = request.url ?? ""
        if (path === "/") {
          response.setHeader("content-type", "text/html")
          response.end(`<!doctype html><script type="module" src="/script.js"></script>`)
        } else if (path === "/script.js") {
          response.setHeader("content-type", "text/javascript")
          response.end(script)
        } else if (path === "/outcome") {
          void text(request).then((json) => {
            tell(JSON.parse(json))
            return response.end()
          })
        } else {
          const { headers, method } = request
          const forwarded = send(new URL(path, standIn), { method, headers }, (answer) => {
            response.writeHead(answer.statusCode ?? 500, answer.headers)
            answer.pipe(response)
          })
          request.pipe(forwarded)
        }
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      }),
  )

describe("memory, replay and the live Layer over fetch", () => {
  it.live("run here", () =>
    Effect.gen(function* () {
      const url = yield* HttpServer.addressFormattedWith(Effect.succeed)
      assert.deepStrictEqual(yield* program(url), expected)
    }).pipe(Effect.provide(StandIn)),
  )

  if (chromium === undefined) return lacking("run in a browser", "there is no Chromium here")
  it.live(
    "run in a browser",
    () =>
      Effect.gen(function* () {
        const standIn = yield* HttpServer.addressFormattedWith(Effect.succeed)
        const { promise, resolve } = Promise.withResolvers<unknown>()
        const server = yield* origin(yield* script, standIn, resolve)
        const { port } = server.address() as AddressInfo
        yield* browse(`http://127.0.0.1:${port}/`)
        assert.deepStrictEqual(yield* Effect.promise(() => promise), { result: expected })
      }).pipe(Effect.provide(StandIn)),
    60_000,
  )
})
