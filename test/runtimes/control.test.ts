/**
 * What a page of another origin can do to a stand-in on this machine, in a real browser: nothing.
 */
import { assert, it } from "@effect/vitest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as StandIn from "@proxy-session/control/StandIn"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { lacking } from "../lacking.ts"
import { browse, chromium } from "./chromium.ts"

/** Tries every way that a page has to read a call, to make one, and to read the stream. */
const attack = (url: string) => `
const url = ${JSON.stringify(`${url}/_proxy-session`)}
const json = { "content-type": "application/json" }
const plain = { "content-type": "text/plain" }
const advance = JSON.stringify({ advance: "1 hour" })
const read = (path, options) => fetch(url + path, options).then((answer) => answer.type === "opaque" ? "opaque" : answer.status, () => "failed")
const stream = () => new Promise((resolve) => {
  const source = new EventSource(url + "/events")
  source.onmessage = () => resolve("read")
  source.onerror = () => { source.close(); resolve("failed") }
})
const form = () => new Promise((resolve) => {
  const frame = document.createElement("iframe")
  frame.name = "target"
  document.body.append(frame)
  const form = document.createElement("form")
  Object.assign(form, { action: url + "/reset", method: "POST", target: "target" })
  document.body.append(form)
  frame.onload = () => resolve("sent")
  form.submit()
})
const outcome = {
  state: await read("/state"),
  events: await read("/events"),
  stream: await stream(),
  reset: await read("/reset", { method: "POST" }),
  blindReset: await read("/reset", { method: "POST", mode: "no-cors" }),
  clock: await read("/clock", { method: "POST", headers: json, body: advance }),
  blindClock: await read("/clock", { method: "POST", mode: "no-cors", headers: plain, body: advance }),
  faults: await read("/faults", { method: "DELETE" }),
  form: await form(),
}
await fetch("/outcome", { method: "POST", body: JSON.stringify(outcome) })`

const page = (script: string, tell: (outcome: unknown) => void) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        if (request.url === "/outcome") void text(request).then((json) => (tell(JSON.parse(json)), response.end()))
        else {
          response.setHeader("content-type", "text/html")
          response.end(`<!doctype html><body><script type="module">${script}</script>`)
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

const title = "a page of another origin can read nothing of the control API, and change nothing"

if (chromium === undefined) lacking(title, "there is no Chromium here")
else {
  it.live(
    title,
    () =>
      Effect.gen(function* () {
        const { control, url } = yield* StandIn.StandIn
        yield* control.fail({ error: "ForbiddenException" })
        const before = yield* control.now()
        const { promise, resolve } = Promise.withResolvers<unknown>()
        const server = yield* page(attack(url), resolve)
        const { port } = server.address() as AddressInfo
        yield* browse(`http://127.0.0.1:${port}/`)
        assert.deepStrictEqual(yield* Effect.promise(() => promise), {
          state: "failed",
          events: "failed",
          stream: "failed",
          reset: "failed",
          blindReset: "opaque",
          clock: "failed",
          blindClock: "opaque",
          faults: "failed",
          form: "sent",
        })
        // A reset would have dropped the fault; the hour would show in the time.
        assert.strictEqual((yield* control.faults()).length, 1)
        assert.isBelow((yield* control.now()).epochMilliseconds - before.epochMilliseconds, 50 * 60_000)
      }).pipe(
        Effect.scoped,
        Effect.provide(StandIn.layer()),
        Effect.provide(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
      ),
    60_000,
  )
}
