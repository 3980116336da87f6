/**
 * What a web page can do to a server without signatures on this machine, tried in a real browser: nothing.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, it } from "@effect/vitest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer, type RequestListener, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { lacking } from "../lacking.ts"
import { browse, chromium } from "./chromium.ts"

/** What each page found out: the names of the steps it took, with the status that it could read. */
interface Outcome {
  readonly host: string
  readonly steps: Readonly<Record<string, number | string>>
}

const configuration = { DefaultSessionExpiryMinutes: 60, PhoneNumberPoolCountries: ["US"] }
const creation = { ParticipantPhoneNumbers: ["+14015550101", "+12065550100"], Capabilities: ["Voice"] }

/**
 * The attacker's script. Run as the very origin that it asks, it waits until the stand-in is what answers there; run by
 * another origin, it sends what needs no permission.
 */
const script = (target: string, connector: string, report: string, isSameOrigin: boolean) => `
const sessions = "${target}/voice-connectors/${connector}/proxy-sessions"
const proxy = "${target}/voice-connectors/${connector}/programmable-numbers/proxy"
const send = (url, options) => fetch(url, { cache: "no-store", ...options }).then(
  (answer) => answer.type === "opaque" ? "opaque" : answer.status,
  (error) => error.name,
)
const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
const creation = '${JSON.stringify(creation)}'
const attack = async () => {
  while (await fetch("${target}/ready").then((answer) => !answer.headers.has("x-amzn-requestid"), () => true)) await pause()
  return {
    put: await send(proxy, { method: "PUT", body: '${JSON.stringify(configuration)}' }),
    create: await send(sessions, { method: "POST", body: creation }),
    list: await send(sessions),
    remove: await send(proxy, { method: "DELETE" }),
  }
}
const attackFromElsewhere = async () => ({
  create: await send(sessions, { method: "POST", body: creation, mode: "no-cors" }),
  remove: await send(proxy, { method: "DELETE" }),
  list: await send(sessions),
})
const steps = ${isSameOrigin ? "attack()" : "attackFromElsewhere()"}
steps.then((steps) => fetch("${report}/outcome", {
  method: "POST",
  mode: "no-cors",
  body: JSON.stringify({ host: location.host, steps }),
}))`

const send = (response: ServerResponse, status: number, body: string) => {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", connection: "close" })
  response.end(body === "" ? "" : `<!doctype html>${body}`)
}

const listen = (handler: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: Effect.Effect<void> }>((resume) => {
      const server = createServer(handler)
      const close = Effect.callback<void>((resume) => {
        if (!server.listening) return resume(Effect.void)
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
      server.listen(0, "127.0.0.1", () =>
        resume(Effect.succeed({ port: (server.address() as AddressInfo).port, close })),
      )
    }),
    ({ close }) => close,
  )

const standIn = (port: number) =>
  ProxySessionServer.layer({ authentication: "none", allowedHosts: ["ally.example"] }).pipe(
    Layer.provide(MemoryRepo.layer({ seed: "unverified" })),
    Layer.provide(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port })),
  )

const attack = Effect.gen(function* () {
  const outcomes: Array<Outcome> = []
  const all = Promise.withResolvers<void>()
  const loaded = Promise.withResolvers<void>()
  const rebound = Promise.withResolvers<void>()
  // Here the pages report, and from here one of them attacks across origins, once there is something to attack.
  const elsewhere = yield* listen((request, response) => {
    if (request.url !== "/outcome") {
      const page = script(`http://127.0.0.1:${attacker.port}`, "victim", report, false)
      void rebound.promise.then(() => send(response, 200, `<script>${page}</script>`))
      return
    }
    void text(request).then((json) => {
      outcomes.push(JSON.parse(json) as Outcome)
      send(response, 200, "")
      return outcomes.length === 3 ? all.resolve() : undefined
    })
  })
  const report = `http://127.0.0.1:${elsewhere.port}`
  // Until the names lead to the stand-in, the attacker answers: with a page that has the two others in frames.
  const pages = new Set<string>()
  const attacker = yield* listen((request, response) => {
    if (request.url !== "/") return send(response, 503, "")
    const [name = ""] = (request.headers.host ?? "").split(".example:")
    const frames = [`http://ally.example:${attacker.port}/`, `http://evil.example:${elsewhere.port}/`]
    const inFrames = name === "evil" ? frames.map((url) => `<iframe src="${url}"></iframe>`).join("") : ""
    response.once("close", () => {
      pages.add(name)
      if (pages.size === 2) loaded.resolve()
    })
    send(response, 200, `${inFrames}<script>${script("", name, report, true)}</script>`)
  })
  yield* browse(`http://evil.example:${attacker.port}/`, "--host-resolver-rules=MAP *.example 127.0.0.1")
  yield* Effect.promise(() => loaded.promise)
  yield* attacker.close
  yield* Layer.build(standIn(attacker.port))
  const ask = (method: string, path: string, body?: object) =>
    Effect.promise(async () => {
      const url = `http://127.0.0.1:${attacker.port}/voice-connectors/victim/${path}`
      const answer = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      return { status: answer.status, json: (await answer.json()) as unknown }
    })
  assert.strictEqual((yield* ask("PUT", "programmable-numbers/proxy", configuration)).status, 200)
  rebound.resolve()
  yield* Effect.promise(() => all.promise)

  const stepsOf = (host: string) => outcomes.find((outcome) => outcome.host === host)?.steps
  assert.deepStrictEqual(stepsOf(`evil.example:${attacker.port}`), {
    put: 403,
    create: 403,
    list: 403,
    remove: 403,
  })
  // The same attack succeeds where the name is allowed, so it would have succeeded everywhere.
  assert.deepStrictEqual(stepsOf(`ally.example:${attacker.port}`), {
    put: 200,
    create: 201,
    list: 200,
    remove: 204,
  })
  // Across origins a page learns nothing of the answer, and the preflight of the DELETE fails.
  assert.deepStrictEqual(stepsOf(`evil.example:${elsewhere.port}`), {
    create: "opaque",
    remove: "TypeError",
    list: "TypeError",
  })
  assert.deepStrictEqual((yield* ask("GET", "proxy-sessions")).json, { NextToken: null, ProxySessions: [] })
  assert.strictEqual((yield* ask("GET", "programmable-numbers/proxy")).status, 200)
})

const title = "a page cannot touch it, neither from elsewhere nor by a name of its own that leads here"
if (chromium === undefined) lacking(title, "there is no Chromium here")
else it.live(title, () => attack, 90_000)
