import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createHmac } from "node:crypto"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connector, keys } from "./harness.ts"
import { execute, serve } from "./process.ts"

const secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"] as const

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An application that is redirected elsewhere at first, then accepts whatever it is told. */
const application = Effect.acquireRelease(
  Effect.promise(async () => {
    const received: Array<Received> = []
    const strayed: Array<string> = []
    const server = createServer((request, response) => {
      let body = ""
      request.setEncoding("utf8").on("data", (text: string) => {
        body += text
      })
      request.on("end", () => {
        if (request.url !== "/events") strayed.push(request.url ?? "")
        received.push({ headers: request.headers, body })
        if (received.length === 1) response.writeHead(307, { location: "/elsewhere" }).end()
        else response.writeHead(204).end()
      })
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" ? address?.port : undefined
    return { received, strayed, server, url: `http://127.0.0.1:${port}/events` }
  }),
  ({ server }) => Effect.sync(() => server.close().closeAllConnections()),
)

const signature = ({ body, headers }: Received, secret: string) =>
  createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"))
    .update([headers["webhook-id"], headers["webhook-timestamp"], body].join("."))
    .digest("base64")

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "proxy-session-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true })),
)

describe("serve --events-url", () => {
  for (const database of ["memory:", "sqlite:"]) {
    it.live(`tells an application what happens, signed, over ${database}`, () =>
      Effect.gen(function* () {
        const app = yield* application
        const path = join(yield* folder, "test.db")
        const url = database === "memory:" ? database : `${database}${path}`
        const server = yield* serve(["--events-url", app.url, "--database", url], {
          ...keys,
          PROXY_SESSION_EVENTS_SECRETS: secrets.join(", "),
        })
        const env = { ...keys, AWS_ENDPOINT_URL_CHIME_SDK_VOICE: server.url }
        const put = ["put-voice-connector-proxy", ...connector, "--default-session-expiry-minutes", "60"]
        yield* execute([...put, "--phone-number-pool-countries", "US"], env)
        const numbers = ["+14015550101", "+12065550100"]
        const create = ["create-proxy-session", ...connector, "--participant-phone-numbers", ...numbers]
        const created = yield* execute([...create, "--capabilities", "Voice"], env)
        const { ProxySessionId } = JSON.parse(created.stdout).ProxySession
        yield* execute(["delete-proxy-session", ...connector, "--proxy-session-id", ProxySessionId], env)
        yield* Effect.repeat(
          Effect.promise(() => new Promise((resolve) => setImmediate(resolve))),
          { until: () => app.received.length >= 3 },
        )
        const told = app.received.map(({ body }) => JSON.parse(body))
        assert.deepStrictEqual(
          new Set(told.map(({ type }) => String(type))),
          new Set(["SessionCreated", "SessionClosed"]),
        )
        for (const [index, request] of app.received.entries()) {
          assert.strictEqual(told[index].data.proxySessionId, ProxySessionId)
          for (const secret of secrets) assert.include(request.headers["webhook-signature"], signature(request, secret))
          for (const number of numbers) assert.notInclude(request.body, number.slice(1))
        }
        assert.deepStrictEqual(app.strayed, [])
        const { code, stderr } = yield* server.stop("SIGTERM")
        assert.strictEqual(code, 0)
        assert.notMatch(stderr, /whsec|MfKQ9r8/u)
      }),
    )
  }

  it.live("needs secrets that are sound, and a URL, and repeats none of them", () =>
    Effect.gen(function* () {
      const run = (url: string, secret?: string) =>
        execute(["serve", "--port", "0", "--events-url", url], {
          ...keys,
          ...(secret === undefined ? {} : { PROXY_SESSION_EVENTS_SECRETS: secret }),
        })
      const [without, short, wrong] = yield* Effect.all([
        run("http://127.0.0.1:9/events"),
        run("http://127.0.0.1:9/events", `${secrets[0]},whsec_c2hvcnQ=`),
        run("ftp://127.0.0.1/events?token=secret", secrets[0]),
      ])
      assert.include(without.stderr, "--events-url needs PROXY_SESSION_EVENTS_SECRETS")
      assert.include(
        short.stderr,
        "PROXY_SESSION_EVENTS_SECRETS: secrets[1] must be whsec_ and 24 to 64 bytes in base64",
      )
      assert.include(wrong.stderr, "--events-url must be an http or https URL")
      for (const { code, stderr } of [without, short, wrong]) {
        assert.notStrictEqual(code, 0)
        assert.notMatch(stderr, /c2hvcnQ|MfKQ9r8|token=secret/u)
      }
    }),
  )
})
