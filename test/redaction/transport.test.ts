/**
 * Nothing comes out either where the connection fails, whatever the other side has said by then.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { operations } from "../../packages/http/test/operations.ts"
import { unlistened } from "../../packages/http/test/server.ts"
import { atOnce, canaried, found, listen, transports } from "./listening.ts"

const silence = () => undefined

/** What becomes of a connection once a request has come, of which the other side may repeat every byte. */
const faults: Readonly<Record<string, (socket: Socket, request: string) => void>> = {
  "is reset": (socket) => socket.resetAndDestroy(),
  "ends without an answer": (socket) => socket.end(),
  "says nothing in time": silence,
  "speaks another protocol": (socket, request) => socket.end(`SSH-2.0 ${request}`),
  "repeats the request in a header that never ends": (socket, request) =>
    socket.end(`HTTP/1.1 200 OK\r\nx-echo: ${request.replace(/[\r\n]+/gu, " ")}`),
  "repeats the request in the status": (socket, request) =>
    socket.end(`HTTP/1.1 400 ${request.replace(/[\r\n]+/gu, " ")}\r\ncontent-length: 0\r\n\r\n`),
  "repeats the request in a body that is cut": (socket, request) =>
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n${request}`),
  "repeats the request in a body of an impossible length": (socket, request) =>
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: zz\r\n\r\n${request}`),
  "repeats the request in a broken chunk": (socket, request) =>
    socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${request}`),
}

const endpoint = (fault: (socket: Socket, request: string) => void) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const sockets = new Set<Socket>()
      const received: Array<string> = []
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on("error", () => undefined)
        socket.on("data", (bytes) => {
          const request = bytes.toString("latin1")
          received.push(request)
          fault(socket, request)
        })
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const { port } = server.address() as AddressInfo
      return { received, server, sockets, url: `http://127.0.0.1:${port}` }
    }),
    ({ server, sockets }) =>
      Effect.promise(async () => {
        for (const socket of sockets) socket.destroy()
        await new Promise((resolve) => server.close(resolve))
      }),
  )

describe.each(Object.entries(transports))("no secret comes out over %s where the connection", (_, client) => {
  for (const [name, fault] of Object.entries(faults)) {
    it.live(name, () =>
      Effect.gen(function* () {
        const { received, url } = yield* endpoint(fault)
        const outputs = yield* Effect.forEach(
          operations,
          (operation) =>
            Effect.gen(function* () {
              const live = canaried(url, client, { attemptTimeout: fault === silence ? 50 : 1000 })
              const { exit, output } = yield* listen(Effect.provide(atOnce(operation.call), live))
              assert.strictEqual(exit._tag, "Failure", operation.name)
              return output
            }),
          { concurrency: "unbounded" },
        )
        const signatures = received.flatMap((request) => /Signature=(\w+)/u.exec(request)?.[1] ?? [])
        assert.isNotEmpty(signatures)
        const leaking = outputs.flat().filter((line) => found([line], signatures).length > 0)
        assert.deepStrictEqual(
          leaking.map((line) => line.slice(0, 4000)),
          [],
        )
      }),
    )
  }

  it.live("is refused, or its name unknown", () =>
    Effect.gen(function* () {
      const url = yield* unlistened
      for (const nobody of [url, "http://nobody.invalid"]) {
        yield* Effect.forEach(
          operations,
          (operation) =>
            Effect.gen(function* () {
              const { exit, output } = yield* listen(Effect.provide(atOnce(operation.call), canaried(nobody, client)))
              assert.strictEqual(exit._tag, "Failure", operation.name)
              assert.isTrue(output.some((line) => line.includes("Connect")))
              assert.deepStrictEqual(found(output), [], operation.name)
            }),
          { concurrency: "unbounded", discard: true },
        )
      }
    }),
  )
})
