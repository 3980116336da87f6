/**
 * The server's floor: `node:http` that verifies each signature by hand with one-shot hashes and stringifies one session.
 *
 * It has no repository, no limits, no errors and no metrics. Prints its port. With `bare` it verifies nothing and answers a
 * ready text.
 */
import { hash } from "node:crypto"
import { createServer, type ServerResponse } from "node:http"
import { region, signature } from "../client/floors.ts"

const session = {
  Capabilities: ["SMS", "Voice"],
  CreatedTimestamp: "2026-12-01T01:20:28.496Z",
  EndedTimestamp: null,
  ExpiryMinutes: 60,
  GeoMatchLevel: null,
  GeoMatchParams: null,
  Name: null,
  NumberSelectionBehavior: null,
  Participants: [
    { PhoneNumber: "+14015550101", ProxyPhoneNumber: "+12065550101" },
    { PhoneNumber: "+12065550100", ProxyPhoneNumber: "+12065550101" },
  ],
  ProxySessionId: "00000001-cca2-3955-fc3b-e2d6cc953cd7",
  Status: "Open",
  UpdatedTimestamp: "2026-12-01T01:20:28.496Z",
  VoiceConnectorId: "abcdef1ghij2klmno3pqr4",
}
const emptyHash = hash("sha256", "", "hex")
let count = 0

const isBare = process.argv.includes("bare")
const ready = JSON.stringify({ ProxySession: session })

const answer = (response: ServerResponse, status: number, body: string) => {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": body.length,
    "x-amzn-requestid": `00000000-0000-4000-8000-${String(count++).padStart(12, "0")}`,
  })
  response.end(body)
}

// Between its turns a connection is idle for longer than Node keeps it.
const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
  if (isBare) return answer(response, 200, ready)
  const { headers } = request
  const date = String(headers["x-amz-date"])
  const day = date.slice(0, 8)
  const found = /SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/u.exec(headers.authorization ?? "")
  const names = found?.[1] ?? ""
  let canonical = `${request.method}\n${request.url}\n\n`
  for (const name of names.split(";")) canonical += `${name}:${String(headers[name])}\n`
  canonical += `\n${names}\n${String(headers["x-amz-content-sha256"] ?? emptyHash)}`
  const scope = `${day}/${region}/chime/aws4_request`
  const wanted = signature(day, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash("sha256", canonical, "hex")}`)
  answer(response, found?.[2] === wanted ? 200 : 403, JSON.stringify({ ProxySession: session }))
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.stdout.write(`${address.port}\n`)
})
process.on("SIGTERM", () => process.exit(0))
