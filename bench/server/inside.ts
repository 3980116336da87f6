/**
 * What a signed get takes within the server, whole and without each of its parts: requests and answers are Node's own, but
 * there is no socket. Prints microseconds of processor time as JSON: the quickest of many batches without a part, and of as many whole ones between them.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Control from "@proxy-session/control/Control"
import * as ControlServer from "@proxy-session/control/ControlServer"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as Readiness from "@proxy-session/server/Readiness"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import { sessions, signedWith } from "./served.ts"
import { control as uncontrolled, everything, leaveOut, parts } from "./without.ts"

const key = { id: "AKIDEXAMPLE", secret: "example-secret" }
const voiceConnectorId = "abcdef1ghij2klmno3pqr4"
const batches = 40
const batch = 150

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const bare: Handler = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": 2, "x-amzn-requestid": "0" })
  response.end("{}")
}

const program = Effect.gen(function* () {
  const control = yield* Control.Control
  const before = yield* ControlServer.make({ version: "bench" })
  const readiness = yield* Readiness.make
  const options = {
    authentication: { keys: Authentication.fromRecord({ [key.id]: { secretAccessKey: Redacted.make(key.secret) } }) },
  }
  const { around, observe } = control
  const scope = yield* Effect.scope
  const plain = yield* NodeHttpServer.makeHandler(readiness.closing(ProxySessionServer.app(options)), { scope })
  const controlled = yield* NodeHttpServer.makeHandler(
    readiness.closing(before(ProxySessionServer.app({ ...options, around, observe }))),
    { scope },
  )
  const proxies = yield* VoiceConnectorProxyRepo
  yield* proxies.put({ voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] })
  const repo = yield* ProxySessionRepo
  const participantPhoneNumbers = ["+12065550100", "+14015550101"] as const
  const { proxySessionId } = yield* repo.create({ voiceConnectorId, participantPhoneNumbers, capabilities: ["Voice"] })

  const lines = String(signedWith(key)("GET", `${sessions}/${proxySessionId}`)).split("\r\n")
  const headers = lines.slice(1).flatMap((line) => /^([^:]+): (.*)$/u.exec(line)?.slice(1) ?? [])
  const socket = new Socket()
  const get = (handler: Handler) => {
    const request = new IncomingMessage(socket)
    request.method = "GET"
    request.url = `${sessions}/${proxySessionId}`
    request.httpVersionMajor = 1
    request.httpVersionMinor = 1
    request.rawHeaders = headers
    for (let i = 0; i < headers.length; i += 2) request.headers[headers[i]?.toLowerCase() ?? ""] = headers[i + 1]
    const response = new ServerResponse(request)
    handler(request, response)
    return response.statusCode
  }
  const micros = (handler: Handler, without: string | undefined) => {
    leaveOut(undefined)
    get(handler)
    leaveOut(without)
    const before = process.cpuUsage()
    for (let i = 0; i < batch; i++) get(handler)
    const { system, user } = process.cpuUsage(before)
    return (system + user) / batch
  }
  const kinds: Readonly<Record<string, () => number>> = {
    bare: () => micros(bare, undefined),
    [uncontrolled]: () => micros(plain, undefined),
    ...Object.fromEntries([...parts, everything].map((name) => [name, () => micros(controlled, name)])),
  }
  const least: { [name: string]: { whole: number; without: number } } = {}
  for (let turn = 0; turn < batches; turn++) {
    for (const [name, run] of Object.entries(kinds)) {
      const [whole, without] = [micros(controlled, undefined), run()]
      const before = least[name] ?? { whole, without }
      least[name] = { whole: Math.min(whole, before.whole), without: Math.min(without, before.without) }
    }
  }
  process.stdout.write(`${JSON.stringify(least)}\n`)
})

await Effect.runPromise(
  Effect.scoped(program).pipe(
    Effect.provide(Control.layer({ store: "memory" }).pipe(Layer.provideMerge(MemoryRepo.layer()))),
  ),
)
