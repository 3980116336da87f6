/**
 * A server that costs next to nothing: it looks for the end of each request's head and answers the same session.
 *
 * It verifies no signature and parses no path, so that what is measured is the client. Requests without a body only. From
 * one `SIGUSR2` to the next it answers nothing; then it tells how many waited.
 */
import * as Net from "node:net"

const body = JSON.stringify({
  ProxySession: {
    Capabilities: ["SMS", "Voice"],
    CreatedTimestamp: "2020-04-15T16:10:10.288Z",
    EndedTimestamp: null,
    ExpiryMinutes: 60,
    GeoMatchLevel: "AreaCode",
    GeoMatchParams: { AreaCode: "206", Country: "US" },
    Name: "Trip 1",
    NumberSelectionBehavior: "PreferSticky",
    Participants: [
      { PhoneNumber: "+12065550100", ProxyPhoneNumber: "+19135550199" },
      { PhoneNumber: "+14015550101", ProxyPhoneNumber: "+19135550199" },
    ],
    ProxySessionId: "123a4bc5-67d8-901e-2f3g-h4ghjk56789l",
    Status: "Open",
    UpdatedTimestamp: "2020-04-15T16:10:10.288Z",
    VoiceConnectorId: "abcdef1ghij2klmno3pqr4",
  },
})
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
    `x-amzn-RequestId: 5b5e4b6e-0000-4000-8000-000000000000\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n${body}`,
)
const end = Buffer.from("\r\n\r\n")

let isHolding = false
const held: Array<Net.Socket> = []
process.on("SIGUSR2", () => {
  isHolding = !isHolding
  if (isHolding) return
  process.stdout.write(`${held.length}\n`)
  for (const socket of held.splice(0)) socket.write(answer)
})

const server = Net.createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0)
  socket.on("data", (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let from = 0
    let answers = 0
    for (let at = bytes.indexOf(end); at !== -1; at = bytes.indexOf(end, from)) {
      from = at + end.length
      answers++
    }
    rest = bytes.subarray(from)
    if (isHolding) for (let i = 0; i < answers; i++) held.push(socket)
    else if (answers === 1) socket.write(answer)
    else if (answers > 1) socket.write(Buffer.concat(Array.from({ length: answers }, () => answer)))
  })
  socket.on("error", () => socket.destroy())
})

server.listen({ port: 0, host: "127.0.0.1", backlog: 16_384 }, () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.stdout.write(`${address.port}\n`)
})
process.on("SIGTERM", () => process.exit(0))
