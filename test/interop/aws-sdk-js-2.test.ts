/**
 * An application of the days of proxy sessions: version 2 of the AWS SDK for JavaScript, and an endpoint that ends in
 * `/console`.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, layer } from "@effect/vitest"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import * as Authentication from "@proxy-session/server/Authentication"
import * as NodeServer from "@proxy-session/server/NodeServer"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import Chime from "aws-sdk/clients/chime.js"
import AWS from "aws-sdk/lib/core.js"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { vi } from "vitest"
import { credentials } from "./stand-in.ts"

// Else it says on stderr, as soon as it is imported, that it is at its end.
vi.hoisted(() => {
  process.env["AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE"] = "1"
})

const VoiceConnectorId = "abcdef1ghij2klmno3pqr4"

const standIn = ProxySessionServer.layer({
  authentication: {
    keys: Authentication.fromRecord({
      [credentials.accessKeyId]: { secretAccessKey: Redacted.make(credentials.secretAccessKey) },
    }),
  },
  basePath: "/console",
  namespace: "chime",
}).pipe(
  Layer.provide(MemoryRepo.layer({ seed: "console" })),
  Layer.provideMerge(NodeHttpServer.layer(() => NodeServer.createServer(), { host: "127.0.0.1", port: 0 })),
)

/** A client that is told its endpoint the way applications do: after it was made, or with its other options. */
const clients: Readonly<Record<string, (url: string) => Chime>> = {
  "by assignment": (url) => {
    const chime = new Chime({ region: "us-east-1", credentials, maxRetries: 0 })
    chime.endpoint = new AWS.Endpoint(`${url}/console`)
    return chime
  },
  "as an option": (url) => new Chime({ region: "us-east-1", credentials, maxRetries: 0, endpoint: `${url}/console` }),
  "with a slash at its end": (url) =>
    new Chime({ region: "us-east-1", credentials, maxRetries: 0, endpoint: `${url}/console/` }),
}

layer(standIn, { excludeTestServices: true })("the AWS SDK for JavaScript, version 2", (it) => {
  for (const [name, make] of Object.entries(clients)) {
    it.effect(`configures a connector and has two people meet, with an endpoint given ${name}`, () =>
      Effect.gen(function* () {
        const chime = make(yield* HttpServer.addressFormattedWith(Effect.succeed))
        const { Proxy } = yield* Effect.promise(() =>
          chime
            .putVoiceConnectorProxy({
              VoiceConnectorId,
              DefaultSessionExpiryMinutes: 30,
              PhoneNumberPoolCountries: ["US"],
              Disabled: false,
            })
            .promise(),
        )
        assert.deepInclude(Proxy, { DefaultSessionExpiryMinutes: 30, Disabled: false, PhoneNumberCountries: ["US"] })

        const { ProxySession: made } = yield* Effect.promise(() =>
          chime
            .createProxySession({
              VoiceConnectorId,
              ParticipantPhoneNumbers: ["+12065550100", "+14015550101"],
              Capabilities: ["SMS", "Voice"],
              Name: "Delivery 7",
              ExpiryMinutes: 15,
              NumberSelectionBehavior: "AvoidSticky",
              GeoMatchLevel: "AreaCode",
              GeoMatchParams: { Country: "US", AreaCode: "312" },
            })
            .promise(),
        )
        assert.deepInclude(made, { Status: "Open", Name: "Delivery 7", ExpiryMinutes: 15 })
        assert.deepStrictEqual(made?.GeoMatchParams, { Country: "US", AreaCode: "312" })
        assert.instanceOf(made?.CreatedTimestamp, Date)
        for (const { ProxyPhoneNumber } of made?.Participants ?? []) assert.match(ProxyPhoneNumber ?? "", /^\+1312/u)

        const open = () =>
          Effect.promise(() => chime.listProxySessions({ VoiceConnectorId, Status: "Open", MaxResults: 10 }).promise())
        assert.deepStrictEqual((yield* open()).ProxySessions, [made])

        const ProxySessionId = made?.ProxySessionId ?? ""
        yield* Effect.promise(() => chime.deleteProxySession({ VoiceConnectorId, ProxySessionId }).promise())
        assert.deepStrictEqual((yield* open()).ProxySessions, [])
        const missing = yield* Effect.promise(() =>
          chime
            .getProxySession({ VoiceConnectorId, ProxySessionId })
            .promise()
            .then(
              () => undefined,
              (error: unknown) => error,
            ),
        )
        // This version takes the body's `Code` for the name of an error.
        assert.deepInclude(missing, { code: "NotFound", statusCode: 404 })
      }),
    )
  }

  it.effect("says what is wrong with an endpoint that leaves the path out", () =>
    Effect.gen(function* () {
      const url = yield* HttpServer.addressFormattedWith(Effect.succeed)
      const chime = new Chime({ region: "us-east-1", credentials, maxRetries: 0, endpoint: url })
      const error = yield* Effect.promise(() =>
        chime
          .listProxySessions({ VoiceConnectorId })
          .promise()
          .then(
            () => undefined,
            (error: unknown) => error,
          ),
      )
      assert.deepInclude(error, { code: "UnknownOperation", statusCode: 404 })
      assert.include(Reflect.get(Object(error), "message"), "/console")
    }),
  )
})
