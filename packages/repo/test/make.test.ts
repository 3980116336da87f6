import * as Input from "@proxy-session/domain/Input"
import { InvalidRequest } from "@proxy-session/domain/InvalidRequest"
import { PhoneNumber } from "@proxy-session/domain/PhoneNumber"
import { ProxyConfiguration } from "@proxy-session/domain/ProxyConfiguration"
import { ProxySession } from "@proxy-session/domain/ProxySession"
import { ProxySessionId } from "@proxy-session/domain/ProxySessionId"
import { ProxySessionPage } from "@proxy-session/domain/ProxySessionPage"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { NotFoundException } from "@proxy-session/domain/ServiceError"
import { VoiceConnectorId } from "@proxy-session/domain/VoiceConnectorId"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import * as ProxySessionRepo from "@proxy-session/repo/ProxySessionRepo"
import * as VoiceConnectorProxyRepo from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"

const voiceConnectorId = VoiceConnectorId.make("abcdef1ghij2klmno3pqr4")
const proxySessionId = ProxySessionId.make("123a4bc5-67d8-901e-2f3g-h4ghjk56789l")
const at = DateTime.makeUnsafe("2020-04-15T16:10:10.288Z")
const session = new ProxySession({
  voiceConnectorId,
  proxySessionId,
  status: "Open",
  capabilities: ["SMS"],
  createdTimestamp: at,
  updatedTimestamp: at,
  participants: [],
})
const page = new ProxySessionPage({ proxySessions: [session] })
const configuration = new ProxyConfiguration({ disabled: false, phoneNumberCountries: ["US"] })

/** Both repositories over an implementation that notes what it is asked, and when. */
const recording = () => {
  const asked: Array<unknown> = []
  const answer =
    <A>(value: A) =>
    (request: unknown) => {
      asked.push(request)
      return Effect.succeed(value)
    }
  return {
    asked,
    sessions: ProxySessionRepo.make({
      create: answer(session),
      get: answer(session),
      list: answer(page),
      update: answer(session),
      delete: answer(undefined),
    }),
    configurations: VoiceConnectorProxyRepo.make({
      put: answer(configuration),
      get: answer(configuration),
      delete: answer(undefined),
    }),
  }
}

type Repos = Omit<ReturnType<typeof recording>, "asked">

/** A request that the compiler is told to take, as plain JavaScript would pass it. */
const cast = (request: unknown): never => request as never

const create = {
  voiceConnectorId,
  participantPhoneNumbers: [PhoneNumber.make("+12065550100"), PhoneNumber.make("+14015550101")],
  capabilities: ["Voice"],
} as const
const key = { voiceConnectorId, proxySessionId }
const put = { voiceConnectorId, defaultSessionExpiryMinutes: 60, phoneNumberPoolCountries: ["US"] } as const

const operations: ReadonlyArray<{
  readonly name: string
  readonly run: (repos: Repos, request: unknown) => Effect.Effect<unknown, unknown>
  readonly schema: Schema.Codec<object, unknown>
  readonly sound: object
  readonly answer: unknown
  readonly broken: ReadonlyArray<readonly [request: unknown, ...paths: ReadonlyArray<string>]>
}> = [
  {
    name: "CreateProxySession",
    run: ({ sessions }, request) => sessions.create(cast(request)),
    schema: CreateProxySession,
    sound: new CreateProxySession(create),
    answer: session,
    broken: [
      [
        new CreateProxySession({ ...create, voiceConnectorId: cast("..") }, { disableChecks: true }),
        "voiceConnectorId",
      ],
      [
        new CreateProxySession(
          { ...create, participantPhoneNumbers: cast(["+12065550100", "+0"]), name: "no-dashes" },
          { disableChecks: true },
        ),
        "participantPhoneNumbers[1]",
        "name",
      ],
      [{ ...create, participantPhoneNumbers: ["+12065550100"] }, "participantPhoneNumbers[1]"],
      [{ ...create, expiryMinutes: 0 }, "expiryMinutes"],
      [{ ...create, capabilities: undefined, name: undefined }, "capabilities"],
      [null, ""],
      [undefined, ""],
      ["CreateProxySession", ""],
    ],
  },
  {
    name: "GetProxySession",
    run: ({ sessions }, request) => sessions.get(cast(request)),
    schema: ProxySessionKey,
    sound: new ProxySessionKey(key),
    answer: session,
    broken: [
      [new ProxySessionKey({ ...key, proxySessionId: cast("..") }, { disableChecks: true }), "proxySessionId"],
      [{ voiceConnectorId: "", proxySessionId: "." }, "voiceConnectorId", "voiceConnectorId", "proxySessionId"],
      [{}, "voiceConnectorId", "proxySessionId"],
    ],
  },
  {
    name: "ListProxySessions",
    run: ({ sessions }, request) => sessions.list(cast(request)),
    schema: ListProxySessions,
    sound: new ListProxySessions({ voiceConnectorId, maxResults: 100 }),
    answer: page,
    broken: [
      [new ListProxySessions({ voiceConnectorId, maxResults: 101 }, { disableChecks: true }), "maxResults"],
      [{ voiceConnectorId, status: "open" }, "status"],
      [{ voiceConnectorId, nextToken: "a".repeat(65_536) }, "nextToken"],
    ],
  },
  {
    name: "UpdateProxySession",
    run: ({ sessions }, request) => sessions.update(cast(request)),
    schema: UpdateProxySession,
    sound: new UpdateProxySession({ ...key, capabilities: ["Voice"] }),
    answer: session,
    broken: [
      [{ ...key, capabilities: ["Fax"] }, "capabilities[0]"],
      [{ ...key }, "capabilities"],
      [
        new UpdateProxySession({ ...key, capabilities: [], expiryMinutes: cast(1.5) }, { disableChecks: true }),
        "expiryMinutes",
      ],
    ],
  },
  {
    name: "DeleteProxySession",
    run: ({ sessions }, request) => sessions.delete(cast(request)),
    schema: ProxySessionKey,
    sound: new ProxySessionKey(key),
    answer: undefined,
    broken: [
      // Sent on, this would delete the whole Voice Connector.
      [{ voiceConnectorId, proxySessionId: ".." }, "proxySessionId"],
      [{ voiceConnectorId, proxySessionId: "" }, "proxySessionId", "proxySessionId"],
    ],
  },
  {
    name: "PutVoiceConnectorProxy",
    run: ({ configurations }, request) => configurations.put(cast(request)),
    schema: PutVoiceConnectorProxy,
    sound: new PutVoiceConnectorProxy(put),
    answer: configuration,
    broken: [
      [
        new PutVoiceConnectorProxy({ ...put, phoneNumberPoolCountries: [] }, { disableChecks: true }),
        "phoneNumberPoolCountries",
      ],
      [{ ...put, fallBackPhoneNumber: "+0", disabled: 1 }, "fallBackPhoneNumber", "disabled"],
    ],
  },
  {
    name: "GetVoiceConnectorProxy",
    run: ({ configurations }, request) => configurations.get(cast(request)),
    schema: VoiceConnectorProxyKey,
    sound: new VoiceConnectorProxyKey({ voiceConnectorId }),
    answer: configuration,
    broken: [[{ voiceConnectorId: "\uD800" }, "voiceConnectorId"]],
  },
  {
    name: "DeleteVoiceConnectorProxy",
    run: ({ configurations }, request) => configurations.delete(cast(request)),
    schema: VoiceConnectorProxyKey,
    sound: new VoiceConnectorProxyKey({ voiceConnectorId }),
    answer: undefined,
    broken: [[{ voiceConnectorId: ".." }, "voiceConnectorId"]],
  },
]

for (const { answer, broken, name, run, schema, sound } of operations) {
  describe(name, () => {
    for (const [index, [request, ...paths]] of broken.entries()) {
      it.effect(`broken request ${index + 1} is an InvalidRequest on "${paths.join(", ")}", and is not asked`, () =>
        Effect.gen(function* () {
          const { asked, ...repos } = recording()
          const error = yield* Effect.flip(run(repos, request))
          assert.instanceOf(error, InvalidRequest)
          assert.deepStrictEqual(
            error.violations.map(({ path }) => path),
            [...paths],
          )
          assert.strictEqual(error.operation, name)
          assert.deepStrictEqual(asked, [])
        }),
      )
    }

    it.effect("a sound request is asked as an instance of its class, and its answer given back", () =>
      Effect.gen(function* () {
        for (const request of [sound, { ...sound }, { ...sound, unknown: 1 }]) {
          const { asked, ...repos } = recording()
          assert.strictEqual(yield* run(repos, request), answer)
          assert.deepStrictEqual(asked, [sound])
        }
      }),
    )

    it.effect("a request that was decoded is asked untouched, by one repository before another, too", () =>
      Effect.gen(function* () {
        const { asked, ...inner } = recording()
        const repos = {
          sessions: ProxySessionRepo.make(inner.sessions),
          configurations: VoiceConnectorProxyRepo.make(inner.configurations),
        }
        const request = Result.getOrThrow(Input.decodeUnknown(schema)({ ...sound }))
        yield* run(repos, request)
        assert.strictEqual(asked[0], request)
      }),
    )

    it.effect.prop(
      "any request that the schema makes is asked",
      [schema],
      Effect.fnUntraced(function* ([request]) {
        const { asked, ...repos } = recording()
        yield* run(repos, { ...request })
        assert.deepStrictEqual(asked, [request])
      }),
      { arbitrary: { runs: 100, seed: 20_200_415 } },
    )

    it.effect("nothing is asked before the effect runs, and once each time it runs", () =>
      Effect.gen(function* () {
        const { asked, ...repos } = recording()
        const effect = run(repos, sound)
        assert.strictEqual(asked.length, 0)
        yield* effect
        yield* effect
        assert.strictEqual(asked.length, 2)
      }),
    )
  })
}

it.effect("a request that was broken after its making is refused all the same", () =>
  Effect.gen(function* () {
    const { asked, sessions } = recording()
    const request = { voiceConnectorId, proxySessionId }
    const effect = sessions.delete(request)
    request.proxySessionId = ProxySessionId.make("..", { disableChecks: true })
    assert.instanceOf(yield* Effect.flip(effect), InvalidRequest)
    assert.deepStrictEqual(asked, [])
  }),
)

it.effect("a session is the key to itself", () =>
  Effect.gen(function* () {
    const { asked, sessions } = recording()
    yield* sessions.get(session)
    yield* sessions.delete(session)
    assert.deepStrictEqual(asked, [new ProxySessionKey(key), new ProxySessionKey(key)])
  }),
)

it.effect("what the implementation fails with comes through as it is", () =>
  Effect.gen(function* () {
    const missing = new NotFoundException({ message: "no such session" })
    const fail = () => Effect.fail(missing)
    const sessions = ProxySessionRepo.make({ create: fail, get: fail, list: fail, update: fail, delete: fail })
    assert.strictEqual(yield* Effect.flip(sessions.get({ voiceConnectorId, proxySessionId })), missing)
    assert.strictEqual(yield* Effect.flip(sessions.list(new ListProxySessions({ voiceConnectorId }))), missing)
  }),
)
