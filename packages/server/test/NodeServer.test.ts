import { assert, describe, it, layer } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { IncomingMessage, ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import { text } from "node:stream/consumers"
import * as NodeServer from "../src/NodeServer.ts"
import { creation, layerServer, port, proxyPath, raw, request, sessionsPath, Stub } from "./support.ts"

const host = "Host: 127.0.0.1\r\n"
const post = `POST ${sessionsPath} HTTP/1.1\r\n${host}`
const body = JSON.stringify(creation)
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
/** What an attacker hides behind a request whose end two readers see in two places. */
const hidden = `DELETE ${proxyPath} HTTP/1.1\r\n${host}\r\n`
const open = layerServer({ authentication: "none" })

/** A socket that stays open, and all that it has received. */
const socket = Effect.fnUntraced(function* () {
  const to = yield* port
  return yield* Effect.acquireRelease(
    Effect.callback<{ readonly socket: Socket; readonly closed: Promise<string> }>((resume) => {
      const made = connect(to, "127.0.0.1")
      let received = ""
      made.on("data", (chunk) => void (received += chunk.toString("latin1")))
      made.on("error", () => {})
      const closed = new Promise<string>((resolve) => void made.on("close", () => resolve(received)))
      made.once("connect", () => resume(Effect.succeed({ socket: made, closed })))
    }),
    (made) => Effect.sync(() => made.socket.destroy()),
  )
})

const answers = (text: string) => text.match(/HTTP\/1\.1 \d+/gu) ?? []

layer(open)("bytes that are no clear request", (it) => {
  const refused = (name: string, bytes: string) =>
    it.effect(`are 400 and the end of the connection: ${name}`, () =>
      Effect.gen(function* () {
        const { calls } = yield* Stub
        const before = calls.length
        const { closed, socket: client } = yield* socket()
        client.write(Buffer.from(bytes, "latin1"))
        const received = yield* Effect.promise(() => closed)
        assert.deepStrictEqual(answers(received), ["HTTP/1.1 400"])
        assert.include(received, "\r\nx-amzn-errortype: BadRequestException:\r\n")
        assert.include(received, "\r\nconnection: close\r\n")
        const [, text = ""] = received.split("\r\n\r\n")
        assert.strictEqual(JSON.parse(text).Code, "BadRequest")
        assert.include(received, `\r\ncontent-length: ${text.length}\r\n`)
        assert.strictEqual(calls.length, before)
      }),
    )

  refused("a length and chunks", `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}${hidden}`)
  refused("chunks and a length", `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunked}${hidden}`)
  refused("two lengths", `${post}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`)
  refused(
    "the same length twice",
    `${post}Content-Length: ${body.length}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  refused("a list of lengths", `${post}Content-Length: ${body.length}, ${body.length}\r\n\r\n${body}`)
  refused("a length with a sign", `${post}Content-Length: +${body.length}\r\n\r\n${body}`)
  refused("a length in hexadecimal", `${post}Content-Length: 0x4\r\n\r\nabcd`)
  refused("a negative length", `${post}Content-Length: -1\r\n\r\n${hidden}`)
  refused("a length beyond all numbers", `${post}Content-Length: 99999999999999999999\r\n\r\n`)
  refused("an unknown encoding", `${post}Transfer-Encoding: xchunked\r\n\r\n${chunked}`)
  refused("chunks that are not the last encoding", `${post}Transfer-Encoding: chunked, gzip\r\n\r\n${chunked}`)
  refused("chunks twice", `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`)
  refused(
    "an encoding and then none",
    `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${chunked}`,
  )
  refused("a space before the colon", `${post}Transfer-Encoding : chunked\r\n\r\n${chunked}`)
  refused("a control character in a value", `${post}Transfer-Encoding: \u000bchunked\r\n\r\n${chunked}`)
  refused("a NUL in a value", `${post}X: \0\r\n\r\n`)
  refused("a request line that ends in a bare line feed", `GET ${sessionsPath} HTTP/1.1\n${host}\r\n`)
  refused("a header that ends in a bare line feed", `GET ${sessionsPath} HTTP/1.1\r\nHost: a\nX: y\r\n\r\n`)
  refused("headers that end in a bare line feed", `GET ${sessionsPath} HTTP/1.1\r\n${host}\n`)
  refused("a bare carriage return", `GET ${sessionsPath} HTTP/1.1\r\nHost: a\rX: y\r\n\r\n`)
  refused("a folded header", `GET ${sessionsPath} HTTP/1.1\r\n${host}X: y\r\n z\r\n\r\n`)
  refused("a folded encoding", `${post}Transfer-Encoding:\r\n chunked\r\n\r\n${chunked}`)
  refused("a header without a colon", `GET ${sessionsPath} HTTP/1.1\r\n${host}foo\r\n\r\n`)
  refused("a space in the target", `GET ${sessionsPath} x HTTP/1.1\r\n${host}\r\n`)
  refused("a target that is not ASCII", `GET ${sessionsPath}/\u00e9 HTTP/1.1\r\n${host}\r\n`)
  refused("the beginning of TLS", "\u0016\u0003\u0001\u0002\u0000\u0001")
  refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
  refused("a chunk whose size ends in a bare line feed", `${post}Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n`)
  refused("a chunk that is longer than it says", `${post}Transfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n0\r\n\r\n`)
  refused("a chunk that is too long for a number", `${post}Transfer-Encoding: chunked\r\n\r\n${"f".repeat(17)}\r\nabc`)

  for (const [name, bytes] of [
    ["two hosts", `GET ${sessionsPath} HTTP/1.1\r\n${host}Host: example.com\r\nConnection: close\r\n\r\n`],
    ["a further encoding", `${post}Connection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${chunked}`],
    ["no host", `GET ${sessionsPath} HTTP/1.1\r\n\r\n`],
  ] as const) {
    it.effect(`are 400, and no repository hears of them: ${name}`, () =>
      Effect.gen(function* () {
        const { calls } = yield* Stub
        const before = calls.length
        const answer = yield* raw(bytes)
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(answer.headers["connection"], "close")
        assert.strictEqual(calls.length, before)
      }),
    )
  }

  it.effect("are answered after the requests that precede them on the connection", () =>
    Effect.gen(function* () {
      const stub = yield* Stub
      const [started, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      stub.instead = Deferred.succeed(started, undefined).pipe(
        Effect.andThen(Deferred.await(release)),
        Effect.andThen(Effect.die("done")),
      )
      const { closed, socket: client } = yield* socket()
      client.write(`GET ${sessionsPath} HTTP/1.1\r\n${host}\r\nNONSENSE\r\n\r\n`)
      yield* Deferred.await(started)
      // By then the server has come to the nonsense.
      assert.strictEqual((yield* raw("NONSENSE\r\n\r\n")).status, 400)
      yield* Deferred.succeed(release, undefined)
      assert.deepStrictEqual(answers(yield* Effect.promise(() => closed)), ["HTTP/1.1 500", "HTTP/1.1 400"])
      stub.instead = undefined
    }),
  )

  it.effect("as a body get no answer that could be taken for an earlier request's", () =>
    Effect.gen(function* () {
      const stub = yield* Stub
      const interrupted = yield* Deferred.make<void>()
      stub.instead = Effect.never.pipe(Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined)))
      const { closed, socket: client } = yield* socket()
      client.write(`GET ${sessionsPath} HTTP/1.1\r\n${host}\r\n${post}Transfer-Encoding: chunked\r\n\r\nNONSENSE\r\n`)
      assert.strictEqual(yield* Effect.promise(() => closed), "")
      yield* Deferred.await(interrupted)
      stub.instead = undefined
    }),
  )
})

describe("a client that asks too much", () => {
  it.effect("with headers over 16 KiB gets a 431", () =>
    Effect.gen(function* () {
      const answer = yield* raw(`GET ${sessionsPath} HTTP/1.1\r\n${host}X: ${"y".repeat(16 * 1024)}\r\n\r\n`)
      assert.strictEqual(answer.status, 431)
      assert.strictEqual(answer.headers["x-amzn-errortype"], "RequestHeaderFieldsTooLargeException:")
      assert.strictEqual(answer.json.Code, "RequestHeaderFieldsTooLarge")
    }).pipe(Effect.provide(open)),
  )

  it.effect("with 100,000 headers gets a 431", () =>
    Effect.gen(function* () {
      const answer = yield* raw(`GET ${sessionsPath} HTTP/1.1\r\n${host}`, "a: b\r\n".repeat(100_000), "\r\n")
      assert.strictEqual(answer.status, 431)
      assert.strictEqual((yield* request("GET", sessionsPath)).status, 200)
    }).pipe(Effect.provide(open)),
  )

  it.effect("with many short headers is heard, and none of them is dropped", () =>
    Effect.gen(function* () {
      const filler = Array.from({ length: 2100 }, () => "a:b")
      assert.strictEqual((yield* request("GET", sessionsPath, undefined, filler)).status, 200)
      const last = yield* request("GET", sessionsPath, undefined, [...filler, "Host: example.com"])
      assert.strictEqual(last.status, 400)
    }).pipe(Effect.provide(open)),
  )

  it.effect("with extensions of a chunk beyond 16 KiB gets a 413", () =>
    Effect.gen(function* () {
      const answer = yield* raw(`${post}Transfer-Encoding: chunked\r\n\r\n3;${"a".repeat(20_000)}\r\nabc\r\n0\r\n\r\n`)
      assert.strictEqual(answer.status, 413)
      assert.strictEqual(answer.headers["x-amzn-errortype"], "RequestEntityTooLargeException:")
    }).pipe(Effect.provide(open)),
  )

  it.effect("with 1 GiB in chunks is stopped after a few MiB", () =>
    Effect.gen(function* () {
      const { closed, socket: client } = yield* socket()
      const chunk = Buffer.from(`100000\r\n${"x".repeat(2 ** 20)}\r\n`)
      let sent = 0
      const more = () => {
        while (sent < 1024 && !client.destroyed) {
          sent++
          if (!client.write(chunk)) return
        }
      }
      client.on("drain", more)
      client.write(`${post}Transfer-Encoding: chunked\r\n\r\n`)
      more()
      const received = yield* Effect.promise(() => closed)
      assert.isBelow(sent, 64)
      if (received !== "") assert.deepStrictEqual(answers(received), ["HTTP/1.1 413"])
      assert.deepStrictEqual((yield* Stub).calls, [])
      assert.strictEqual((yield* request("GET", sessionsPath)).status, 200)
    }).pipe(Effect.provide(open)),
  )

  for (const [name, change] of [
    ["Capabilities", { Capabilities: Array.from({ length: 100_000 }, () => "Fax") }],
    ["ParticipantPhoneNumbers", { ParticipantPhoneNumbers: Array.from({ length: 80_000 }, () => "x") }],
  ] as const) {
    it.effect(`with a list of 100,000 wrong ${name} is answered in a few words`, () =>
      Effect.gen(function* () {
        const answer = yield* request("POST", sessionsPath, JSON.stringify({ ...creation, ...change }))
        assert.strictEqual(answer.status, 400)
        assert.include(answer.json.Message, name)
        assert.isBelow(answer.text.length, 16 * 1024)
      }).pipe(Effect.provide(layerServer({ authentication: "none", maxBodyBytes: 2 ** 20 }))),
    )
  }

  it.effect("is not heard at all beyond the number of connections", () =>
    Effect.gen(function* () {
      yield* socket()
      const { socket: second } = yield* socket()
      const { closed, socket: third } = yield* socket()
      third.write(`GET ${sessionsPath} HTTP/1.1\r\n${host}\r\n`)
      assert.strictEqual(yield* Effect.promise(() => closed), "")
      yield* Effect.callback<void>((resume) => {
        // The second is still served.
        second.once("data", () => resume(Effect.void))
        second.write(`GET ${sessionsPath} HTTP/1.1\r\n${host}\r\n`)
      })
    }).pipe(Effect.provide(layerServer({ authentication: "none" }, { maxConnections: 2 }))),
  )
})

describe("a server that closes", () => {
  const expecting = "Expect: 100-continue\r\n"
  for (const [name, header, isTold] of [
    ["a request", "", false],
    ["a request whose client waited to be told to go on", expecting, true],
    ["such a request, where nobody listens for it", expecting, false],
  ] as const) {
    it.live(`answers ${name}, if it has been heard`, () =>
      Effect.gen(function* () {
        const server = NodeServer.createServer()
        const heard = yield* Deferred.make<ServerResponse>()
        const hear = (_: IncomingMessage, response: ServerResponse) =>
          Deferred.doneUnsafe(heard, Exit.succeed(response))
        server.on("request", hear)
        if (isTold) server.on("checkContinue", hear)
        const to = yield* Effect.callback<number>((resume) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            if (typeof address === "object" && address !== null) resume(Effect.succeed(address.port))
          })
        })
        const client = connect(to, "127.0.0.1")
        const received = text(client)
        client.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${header}Content-Length: 2\r\n\r\n{}`)
        const response = yield* Deferred.await(heard)
        server.close()
        response.end("done")
        assert.include(yield* Effect.promise(() => received), "done")
      }),
    )
  }
})

describe("slow clients", () => {
  const impatient = layerServer(
    { authentication: "none" },
    { headersTimeout: 300, requestTimeout: 300, connectionsCheckingInterval: 50 },
  )

  for (const [name, bytes] of [
    ["headers", `GET ${sessionsPath} HTTP/1.1\r\nHost: 127.`],
    ["a body", `${post}Content-Length: 100\r\n\r\n{`],
    ["chunks", `${post}Transfer-Encoding: chunked\r\n\r\n5\r\n{`],
  ] as const) {
    it.live(`that never finish ${name} are told so, and let go`, () =>
      Effect.gen(function* () {
        const answer = yield* raw(bytes)
        assert.strictEqual(answer.status, 408)
        assert.strictEqual(answer.headers["x-amzn-errortype"], "RequestTimeoutException:")
        assert.strictEqual(answer.headers["connection"], "close")
      }).pipe(Effect.provide(impatient)),
    )
  }

  it.live("to the number of 1,000 keep nobody else waiting, and are let go", () =>
    Effect.gen(function* () {
      const slow = yield* Effect.replicateEffect(socket(), 1000, { concurrency: 100 })
      for (const { socket: client } of slow) client.write(`${post}Content-Length: 100\r\n\r\n{`)
      const { status } = yield* request("GET", sessionsPath)
      assert.strictEqual(status, 200)
      // It was answered while all of them were still slow.
      for (const { socket: client } of slow) assert.isFalse(client.readableEnded)
      const received = yield* Effect.promise(() => Promise.all(slow.map(({ closed }) => closed)))
      for (const text of received) assert.deepStrictEqual(answers(text), ["HTTP/1.1 408"])
      assert.deepStrictEqual((yield* Stub).calls, ["list"])
    }).pipe(
      Effect.provide(
        layerServer(
          { authentication: "none" },
          { headersTimeout: 4000, requestTimeout: 4000, connectionsCheckingInterval: 50 },
        ),
      ),
    ),
  )
})

describe("a server that is told to stop", () => {
  it.effect("waits neither for clients that have asked nothing nor for those that have been answered", () =>
    Effect.gen(function* () {
      const { closed: silent } = yield* socket()
      const { closed: halfway, socket: slow } = yield* socket()
      slow.write("GET / HTTP/1.1\r\nHost: ")
      const { closed: idle, socket: kept } = yield* socket()
      yield* Effect.callback<void>((resume) => {
        kept.once("data", () => resume(Effect.void))
        kept.write(`GET ${sessionsPath} HTTP/1.1\r\n${host}\r\n`)
      })
      return { silent, halfway, idle }
    }).pipe(
      Effect.provide(open),
      Effect.flatMap(({ halfway, idle, silent }) =>
        Effect.promise(async () => {
          assert.strictEqual(await silent, "")
          assert.strictEqual(await halfway, "")
          assert.deepStrictEqual(answers(await idle), ["HTTP/1.1 200"])
        }),
      ),
    ),
  )

  it.effect("finishes what it has accepted, accepts nothing more, and closes the connection", () =>
    Effect.gen(function* () {
      const [started, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const stopping = yield* Deferred.make<number>()
      const serving = yield* Effect.gen(function* () {
        const stub = yield* Stub
        stub.instead = Deferred.succeed(started, undefined).pipe(
          Effect.andThen(Deferred.await(release)),
          Effect.andThen(Effect.die("late")),
        )
        const { closed, socket: client } = yield* socket()
        client.write(`GET ${sessionsPath} HTTP/1.1\r\n${host}\r\n`)
        yield* Deferred.await(started)
        yield* Deferred.succeed(stopping, yield* port)
        return { closed }
      }).pipe(Effect.provide(open), Effect.forkChild)
      const to = yield* Deferred.await(stopping)
      const refusedNow = Effect.callback<boolean>((resume) => {
        const client = connect(to, "127.0.0.1")
        client.once("connect", () => {
          client.destroy()
          resume(Effect.succeed(false))
        })
        client.once("error", () => resume(Effect.succeed(true)))
      })
      yield* Effect.repeat(refusedNow, { until: (refused) => refused })
      yield* Deferred.succeed(release, undefined)
      const { closed } = yield* Fiber.join(serving)
      const received = yield* Effect.promise(() => closed)
      assert.deepStrictEqual(answers(received), ["HTTP/1.1 500"])
      assert.include(received.toLowerCase(), "\r\nconnection: close\r\n")
    }),
  )
})
