/**
 * What a web page can do with the control API of a stand-in on this machine, tried in a real browser: only a page of the
 * stand-in itself can do anything.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, it } from "@effect/vitest"
import * as Control from "@proxy-session/control/Control"
import * as ControlServer from "@proxy-session/control/ControlServer"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { lacking } from "../lacking.ts"
import { browse, chromium } from "./chromium.ts"

/** What a page found out: the names of the steps it took, with the status that it could read. */
interface Outcome {
  readonly page: string
  readonly steps: Readonly<Record<string, number | string>>
}

const state = { format: "proxy-session-memory/1", stores: [] }
const fault = { error: "ForbiddenException" }

/** Everything a page can try, with the answers that it could read. */
const script = (target: string, report: string) => `
const control = "${target}/_proxy-session"
const send = (path, options) => fetch(control + path, { cache: "no-store", ...options }).then(
  (answer) => {
    void answer.body?.cancel()
    return answer.type === "opaque" ? "opaque" : answer.status
  },
  (error) => error.name,
)
const json = (method, body) => ({ method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
const stream = () => new Promise((resolve) => {
  const events = new EventSource(control + "/events")
  const end = (outcome) => () => { events.close(); resolve(outcome) }
  events.onopen = end("open")
  events.onerror = end("error")
})
const form = async () => {
  const frame = Object.assign(document.createElement("iframe"), { name: "answer" })
  const form = Object.assign(document.createElement("form"), { method: "post", action: control + "/reset", target: "answer" })
  document.body.append(frame, form)
  let isAnswered = false
  frame.onload = () => { isAnswered = true }
  form.submit()
  // An answer without a body does not load.
  while (!isAnswered) {
    const journal = await fetch(control + "/journal").then((answer) => answer.json(), () => ({}))
    if (journal.requests?.length === 0) return "reset"
  }
  return "refused"
}
const steps = async () => ({
  stream: await stream(),
  events: await send("/events"),
  state: await send("/state"),
  journal: await send("/journal"),
  blindFault: await send("/faults", { method: "POST", mode: "no-cors", body: '${JSON.stringify(fault)}' }),
  fault: await send("/faults", json("POST", ${JSON.stringify(fault)})),
  clock: await send("/clock", json("POST", { advance: "1 day" })),
  put: await send("/state", json("PUT", ${JSON.stringify(state)})),
  form: await form(),
  forget: await send("/journal", { method: "DELETE" }),
  reset: await send("/reset", { method: "POST" }),
  blindReset: await send("/reset", { method: "POST", mode: "no-cors" }),
})
onload = () => steps().then((steps) => fetch("${report}/outcome", {
  method: "POST",
  mode: "no-cors",
  body: JSON.stringify({ page: location.host, steps }),
}))`

const page = (target: string, report: string) =>
  `<!doctype html><link rel="icon" href="data:,"><body><script>${script(target, report)}</script>`

/** Reports of pages, by the host of the page, and pages of an origin that is not the stand-in's. */
const elsewhere = Effect.gen(function* () {
  const outcomes = new Map<string, PromiseWithResolvers<Outcome["steps"]>>()
  const of = (host: string) => {
    const known = outcomes.get(host) ?? Promise.withResolvers<Outcome["steps"]>()
    outcomes.set(host, known)
    return known
  }
  const server = yield* Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((request, response) => {
        const { searchParams } = new URL(request.url ?? "", report())
        if (request.method !== "POST") {
          response.setHeader("content-type", "text/html")
          return response.end(page(searchParams.get("target") ?? "", report()))
        }
        let body = ""
        request.on("data", (chunk: Buffer) => (body += chunk.toString()))
        request.on("end", () => {
          const outcome: Outcome = JSON.parse(body)
          of(outcome.page).resolve(outcome.steps)
          response.end()
        })
        return request
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      const report = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as AddressInfo
  return { port, report: `http://127.0.0.1:${port}`, stepsOf: (host: string) => Effect.promise(() => of(host).promise) }
})

/** A stand-in that also has a page of its own, for whatever name it is asked, as if each of them led here. */
const layerStandIn = (report: string) => {
  const http = NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })
  const serving = Layer.unwrap(
    Effect.gen(function* () {
      const { around, observe } = yield* Control.Control
      const control = yield* ControlServer.make({ version: "1.2.3" })
      const html = HttpServerResponse.text(page("", report), { contentType: "text/html" })
      return ProxySessionServer.layer({
        authentication: "none",
        around,
        observe,
        before: (app) =>
          Effect.flatMap(HttpServerRequest, ({ url }) => (url === "/page" ? Effect.succeed(html) : control(app))),
      })
    }),
  )
  return serving.pipe(
    Layer.provideMerge(Control.layer({ store: "memory" })),
    Layer.provide(MemoryRepo.layer()),
    Layer.provideMerge(http),
  )
}

const attack = Effect.gen(function* () {
  const { port: other, report, stepsOf } = yield* elsewhere
  yield* Effect.gen(function* () {
    const url = yield* HttpServer.addressFormattedWith(Effect.succeed)
    const { port } = new URL(url)
    const control = yield* Control.Control
    yield* control.fail({ error: "NotFoundException", operation: "GetProxySession" })
    yield* Effect.promise(() => fetch(`${url}/voice-connectors/nobody/proxy-sessions`).then((answer) => answer.text()))
    const known = Effect.gen(function* () {
      const ahead = (yield* control.now()).epochMilliseconds - Date.now()
      return {
        journal: (yield* control.journal()).length,
        faults: (yield* control.faults()).length,
        daysAhead: Math.abs(Math.round(ahead / 86_400_000)),
      }
    })
    const before = yield* known
    assert.deepStrictEqual(before, { journal: 1, faults: 1, daysAhead: 0 })

    const open = (page: string) => browse(page, "--host-resolver-rules=MAP *.example 127.0.0.1")
    // A name of the attacker's that leads here: the page is of the very origin that it asks.
    yield* open(`http://evil.example:${port}/page`)
    assert.deepStrictEqual(yield* stepsOf(`evil.example:${port}`), {
      stream: "error",
      events: 403,
      state: 403,
      journal: 403,
      blindFault: 403,
      fault: 403,
      clock: 403,
      put: 403,
      form: "refused",
      forget: 403,
      reset: 403,
      blindReset: 403,
    })
    // Another origin: another site, and another port of this machine, which is the same site to a browser.
    for (const host of [`evil.example:${other}`, `127.0.0.1:${other}`]) {
      yield* open(`http://${host}/?target=${encodeURIComponent(url)}`)
      assert.deepStrictEqual(
        yield* stepsOf(host),
        {
          stream: "error",
          events: "TypeError",
          state: "TypeError",
          journal: "TypeError",
          blindFault: "opaque",
          fault: "TypeError",
          clock: "TypeError",
          put: "TypeError",
          form: "refused",
          forget: "TypeError",
          reset: "TypeError",
          blindReset: "opaque",
        },
        host,
      )
    }
    assert.deepStrictEqual(yield* known, before)

    // The same page of the stand-in itself may do all of it, so it could have done it everywhere.
    yield* open(`${url}/page`)
    assert.deepStrictEqual(yield* stepsOf(`127.0.0.1:${port}`), {
      stream: "open",
      events: 200,
      state: 200,
      journal: 200,
      blindFault: 415,
      fault: 201,
      clock: 200,
      put: 204,
      form: "reset",
      forget: 204,
      reset: 204,
      blindReset: 204,
    })
    assert.deepStrictEqual(yield* known, { journal: 0, faults: 0, daysAhead: 0 })
  }).pipe(Effect.provide(layerStandIn(report)))
})

const title = "a page of another origin can neither read the control API, its stream included, nor change anything"
if (chromium === undefined) lacking(title, "there is no Chromium here")
else it.live(title, () => attack, 120_000)
