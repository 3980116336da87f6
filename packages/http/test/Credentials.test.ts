import { assert, describe, it } from "@effect/vitest"
import { type AwsCredentialProvider, type AwsCredentials, Credentials } from "@proxy-session/http/Credentials"
import * as Telemetry from "@proxy-session/http/Telemetry"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Util from "node:util"

const get = Credentials.use((credentials) => credentials.get)

/** Fails soon where the effect would go on for ever, which a test's clock does not end. */
const inTime = <A, E>(effect: Effect.Effect<A, E>) => TestClock.withLive(Effect.timeout(effect, "500 millis"))

const environment = (env: Record<string, string>) =>
  Credentials.layerConfig().pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))))

describe("Credentials.layer", () => {
  it.effect("answers what it was given", () =>
    Effect.gen(function* () {
      const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
      assert.deepStrictEqual(yield* Effect.provide(get, Credentials.layer(credentials)), credentials)
    }),
  )

  it.effect("refuses what could not be put into a header, without repeating it", () =>
    Effect.gen(function* () {
      for (const accessKeyId of ["", "AKID\nX: y", "AKID/EXAMPLE", "AKID,EXAMPLE", "AKIDÉ"]) {
        const layer = Credentials.layer({ accessKeyId, secretAccessKey: Redacted.make("secret") })
        const error = yield* Effect.flip(Effect.provide(get, layer))
        assert.deepStrictEqual(error.sources, [
          {
            source: "Credentials.layer",
            reason: "accessKeyId must be visible ASCII without comma and slash",
          },
        ])
      }
    }),
  )
})

describe("Credentials.layerConfig", () => {
  it.effect("reads the three variables", () =>
    Effect.gen(function* () {
      const credentials = yield* Effect.provide(
        get,
        environment({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" }),
      )
      assert.strictEqual(credentials.accessKeyId, "AKIDEXAMPLE")
      assert.strictEqual(Redacted.value(credentials.secretAccessKey), "secret")
      assert.strictEqual(credentials.sessionToken && Redacted.value(credentials.sessionToken), "token")
    }),
  )

  it.effect("does without a session token, an empty one included", () =>
    Effect.gen(function* () {
      const credentials = yield* Effect.provide(
        get,
        environment({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "" }),
      )
      assert.isUndefined(credentials.sessionToken)
    }),
  )

  it.effect("names the variable that could not be read, and nothing of what its source said", () =>
    Effect.gen(function* () {
      const broken = ConfigProvider.make(([name]) =>
        name === "AWS_SECRET_ACCESS_KEY"
          ? Effect.fail(new ConfigProvider.SourceError({ message: "no secret for AKIDEXAMPLE" }))
          : Effect.succeed(ConfigProvider.makeValue("AKIDEXAMPLE")),
      )
      const layer = Credentials.layerConfig().pipe(Layer.provide(ConfigProvider.layer(broken)))
      const error = yield* Effect.flip(Effect.provide(get, layer))
      assert.deepStrictEqual(error.sources, [{ source: "AWS_SECRET_ACCESS_KEY", reason: "could not be read" }])
    }),
  )

  it.effect("names every variable that is missing, empty or blank", () =>
    Effect.gen(function* () {
      const blank = { AWS_ACCESS_KEY_ID: " ", AWS_SECRET_ACCESS_KEY: "\n", AWS_SESSION_TOKEN: " " }
      const error = yield* Effect.flip(Effect.provide(get, environment({ AWS_SECRET_ACCESS_KEY: "" })))
      for (const { sources } of [error, yield* Effect.flip(Effect.provide(get, environment(blank)))]) {
        assert.deepStrictEqual(sources, [
          { source: "AWS_ACCESS_KEY_ID", reason: "is not set" },
          { source: "AWS_SECRET_ACCESS_KEY", reason: "is not set" },
        ])
      }
      assert.strictEqual(
        error.message,
        "No usable credentials (AWS_ACCESS_KEY_ID: is not set; AWS_SECRET_ACCESS_KEY: is not set)",
      )
    }),
  )

  it.effect("tells the rule that a value breaks, and not the value", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(
          get,
          environment({
            AWS_ACCESS_KEY_ID: "AKID EXAMPLE",
            AWS_SECRET_ACCESS_KEY: "canary-secret",
            AWS_SESSION_TOKEN: "canary\ntoken",
          }),
        ),
      )
      assert.deepStrictEqual(error.sources, [
        { source: "the environment", reason: "accessKeyId must be visible ASCII without comma and slash" },
        { source: "the environment", reason: "sessionToken must be visible ASCII" },
      ])
      assert.notMatch(Util.inspect(error, { depth: 10 }) + JSON.stringify(error) + error.stack, /canary|AKID EX/u)
    }),
  )
})

describe("Credentials.fromProvider", () => {
  const minutes = (count: number) => new Date(count * 60_000)
  const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }

  /** A provider that counts how often it is asked, and answers the next of some answers, or the last. */
  const counting = (...answers: ReadonlyArray<() => ReturnType<AwsCredentialProvider>>) => {
    let calls = 0
    const provider: AwsCredentialProvider = () => {
      const answer = answers[Math.min(calls++, answers.length - 1)]
      return answer === undefined ? Promise.reject(new Error("no answer")) : answer()
    }
    return { layer: Credentials.fromProvider(provider), calls: () => calls }
  }

  it.effect("asks when first needed, and once for credentials that do not expire", () =>
    Effect.gen(function* () {
      const { calls, layer } = counting(() => Promise.resolve({ ...key, sessionToken: "token" }))
      yield* Effect.gen(function* () {
        assert.strictEqual(calls(), 0)
        const credentials = yield* get
        assert.strictEqual(credentials.sessionToken && Redacted.value(credentials.sessionToken), "token")
        yield* TestClock.adjust("1000 days")
        yield* get
        assert.strictEqual(calls(), 1)
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("asks once for all who wait, and for the rest when one of them gives up", () =>
    Effect.gen(function* () {
      const answer = Promise.withResolvers<typeof key>()
      const { calls, layer } = counting(() => answer.promise)
      yield* Effect.gen(function* () {
        const first = yield* Effect.forkChild(get, { startImmediately: true })
        const others = yield* Effect.forkChild(
          Effect.all(
            Array.from({ length: 50 }, () => get),
            { concurrency: 50 },
          ),
          {
            startImmediately: true,
          },
        )
        yield* Fiber.interrupt(first)
        answer.resolve(key)
        assert.strictEqual((yield* Fiber.join(others)).length, 50)
        assert.strictEqual(calls(), 1)
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("asks again in the background from five minutes before the credentials expire", () =>
    Effect.gen(function* () {
      const { calls, layer } = counting(
        () => Promise.resolve({ ...key, accessKeyId: "FIRST", expiration: minutes(60) }),
        () => Promise.resolve({ ...key, accessKeyId: "SECOND", expiration: minutes(120) }),
      )
      yield* Effect.gen(function* () {
        assert.strictEqual((yield* get).accessKeyId, "FIRST")
        yield* TestClock.setTime(minutes(55).getTime() - 1)
        assert.strictEqual((yield* get).accessKeyId, "FIRST")
        yield* TestClock.setTime(minutes(55).getTime())
        assert.strictEqual((yield* get).accessKeyId, "FIRST")
        while ((yield* get).accessKeyId === "FIRST") yield* Effect.promise(() => Promise.resolve())
        assert.strictEqual(calls(), 2)
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("keeps the credentials at hand while they last when the provider fails, and asks it once a second", () =>
    Effect.gen(function* () {
      const { calls, layer } = counting(
        () => Promise.resolve({ ...key, expiration: minutes(60) }),
        () => Promise.reject(new Error("down")),
      )
      yield* Effect.gen(function* () {
        yield* get
        yield* TestClock.setTime(minutes(56).getTime())
        for (let count = 0; count < 10; count++) {
          yield* get
          yield* Effect.promise(() => new Promise(setImmediate))
        }
        assert.strictEqual(calls(), 2)
        yield* TestClock.adjust("1 second")
        yield* get
        assert.strictEqual(calls(), 3)
        yield* TestClock.setTime(minutes(60).getTime())
        assert.include(yield* Effect.flip(get), { _tag: "CredentialsError" })
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("lets requests wait for others in the last minute", () =>
    Effect.gen(function* () {
      const { layer } = counting(
        () => Promise.resolve({ ...key, accessKeyId: "FIRST", expiration: minutes(60) }),
        () => Promise.resolve({ ...key, accessKeyId: "SECOND", expiration: minutes(120) }),
      )
      yield* Effect.gen(function* () {
        yield* get
        yield* TestClock.setTime(minutes(59).getTime())
        assert.strictEqual((yield* get).accessKeyId, "SECOND")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("keeps the credentials at hand where the provider answers some that are over", () =>
    Effect.gen(function* () {
      const { layer } = counting(
        () => Promise.resolve({ ...key, accessKeyId: "GOOD", expiration: minutes(60) }),
        () => Promise.resolve({ ...key, accessKeyId: "OVER", expiration: minutes(30) }),
      )
      yield* Effect.gen(function* () {
        yield* get
        yield* TestClock.setTime(minutes(59).getTime() + 1)
        assert.strictEqual((yield* get).accessKeyId, "GOOD")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("leaves a provider that fails alone for a second, and fails as it did", () =>
    Effect.gen(function* () {
      const { calls, layer } = counting(() => Promise.reject(new Error("down")))
      yield* Effect.gen(function* () {
        for (let count = 0; count < 10; count++) assert.include(yield* Effect.flip(get), { _tag: "CredentialsError" })
        assert.strictEqual(calls(), 1)
        yield* TestClock.adjust("1 second")
        yield* Effect.flip(get)
        assert.strictEqual(calls(), 2)
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("fails those who wait for a refresh when its Layer is closed, and interrupts none of them", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      let asked = 0
      const layer = Credentials.fromProvider(() => {
        asked++
        return new Promise(() => {})
      })
      const credentials = Context.get(yield* Layer.buildWithScope(layer, scope), Credentials)
      const waiting = yield* Effect.forkChild(Effect.flip(credentials.get), { startImmediately: true })
      yield* Scope.close(scope, Exit.void)
      const reason = "its Layer was closed"
      const told = yield* inTime(Fiber.join(waiting))
      assert.deepStrictEqual(told.sources, [{ source: "Credentials.fromProvider", reason }])
      const late = yield* Effect.flip(credentials.get)
      assert.deepStrictEqual(late.sources, [{ source: "Credentials.fromProvider", reason }])
      assert.strictEqual(asked, 1)
    }),
  )

  it.effect("takes no answer within its time for a failure, and asks again", () =>
    Effect.gen(function* () {
      const { calls, layer } = counting(
        () => new Promise(() => undefined),
        () => Promise.resolve(key),
      )
      yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.flip(get))
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual((yield* Fiber.join(fiber)).sources, [
          { source: "Credentials.fromProvider", reason: "the provider gave no answer within 30s" },
        ])
        yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* get).accessKeyId, "AKIDEXAMPLE")
        assert.strictEqual(calls(), 2)
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("waits for others no longer than those at hand last", () =>
    Effect.gen(function* () {
      const { layer } = counting(
        () => Promise.resolve({ ...key, expiration: minutes(60) }),
        () => new Promise(() => undefined),
      )
      yield* Effect.gen(function* () {
        yield* get
        yield* TestClock.setTime(minutes(60).getTime() - 1000)
        const fiber = yield* Effect.forkChild(get)
        yield* TestClock.adjust(999)
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust(1)
        assert.strictEqual((yield* Fiber.join(fiber)).accessKeyId, "AKIDEXAMPLE")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("goes on with credentials that still last when the provider hangs in their last minute", () =>
    Effect.gen(function* () {
      const { layer } = counting(
        () => Promise.resolve({ ...key, expiration: minutes(60) }),
        () => new Promise(() => undefined),
      )
      yield* Effect.gen(function* () {
        yield* get
        yield* TestClock.setTime(minutes(59).getTime() + 1)
        const fiber = yield* Effect.forkChild(get)
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual((yield* Fiber.join(fiber)).accessKeyId, "AKIDEXAMPLE")
      }).pipe(Effect.provide(layer))
    }),
  )

  describe("that the service has refused credentials of", () => {
    const renew = (refused: AwsCredentials) => Credentials.use((credentials) => credentials.renew(refused))

    /** A provider that keeps its answer unless it is told to look again, as those of the AWS SDK do. */
    const memoized = (...ids: ReadonlyArray<string>) => {
      const asked: Array<boolean> = []
      const provider: AwsCredentialProvider = async ({ forceRefresh = false } = {}) => {
        asked.push(forceRefresh)
        const accessKeyId = ids[Math.min(asked.filter(Boolean).length, ids.length - 1)] ?? ""
        return { ...key, accessKeyId }
      }
      return { asked, layer: Credentials.fromProvider(provider) }
    }

    it.effect("is told to look again, once for all who ask", () =>
      Effect.gen(function* () {
        const { asked, layer } = memoized("FIRST", "SECOND")
        yield* Effect.gen(function* () {
          const refused = yield* get
          const others = yield* Effect.all(
            Array.from({ length: 50 }, () => renew(refused)),
            { concurrency: 50 },
          )
          assert.deepStrictEqual(new Set(others.map(({ accessKeyId }) => accessKeyId)), new Set(["SECOND"]))
          assert.strictEqual((yield* get).accessKeyId, "SECOND")
          assert.deepStrictEqual(asked, [false, true])
        }).pipe(Effect.provide(layer))
      }),
    )

    it.effect("and has no others, is told so once a second", () =>
      Effect.gen(function* () {
        const { asked, layer } = memoized("ONLY")
        yield* Effect.gen(function* () {
          const refused = yield* get
          for (let count = 0; count < 10; count++) {
            assert.strictEqual((yield* renew(refused)).accessKeyId, "ONLY")
            yield* get
          }
          assert.deepStrictEqual(asked, [false, true])
          yield* TestClock.adjust("1 second")
          yield* renew(refused)
          assert.deepStrictEqual(asked, [false, true, true])
        }).pipe(Effect.provide(layer))
      }),
    )

    it.effect("and has failed to answer others, is told to look again until it does", () =>
      Effect.gen(function* () {
        const asked: Array<boolean> = []
        const layer = Credentials.fromProvider(async ({ forceRefresh = false } = {}) => {
          asked.push(forceRefresh)
          if (asked.length === 2) throw new Error("down")
          return { ...key, accessKeyId: forceRefresh ? "SECOND" : "FIRST" }
        })
        yield* Effect.gen(function* () {
          const refused = yield* get
          yield* Effect.flip(renew(refused))
          yield* Effect.flip(get)
          yield* TestClock.adjust("1 second")
          assert.strictEqual((yield* get).accessKeyId, "SECOND")
          assert.deepStrictEqual(asked, [false, true, true])
        }).pipe(Effect.provide(layer))
      }),
    )

    it.effect("within a second of being renewed, are renewed again", () =>
      Effect.gen(function* () {
        const { asked, layer } = memoized("FIRST", "SECOND", "THIRD")
        yield* Effect.gen(function* () {
          const second = yield* renew(yield* get)
          assert.strictEqual((yield* renew(second)).accessKeyId, "THIRD")
          assert.deepStrictEqual(asked, [false, true, true])
        }).pipe(Effect.provide(layer))
      }),
    )

    it.effect("and has just failed, is left alone", () =>
      Effect.gen(function* () {
        const asked: Array<boolean> = []
        const layer = Credentials.fromProvider(async ({ forceRefresh = false } = {}) => {
          asked.push(forceRefresh)
          if (asked.length === 2) throw new Error("down")
          return { ...key, accessKeyId: forceRefresh ? "SECOND" : "FIRST", expiration: minutes(60) }
        })
        yield* Effect.gen(function* () {
          const refused = yield* get
          yield* TestClock.setTime(minutes(56).getTime())
          yield* get
          yield* TestClock.adjust("1 millis")
          assert.strictEqual((yield* renew(refused)).accessKeyId, "FIRST")
          assert.deepStrictEqual(asked, [false, false])
          yield* TestClock.adjust("1 second")
          assert.strictEqual((yield* renew(refused)).accessKeyId, "SECOND")
        }).pipe(Effect.provide(layer))
      }),
    )

    it.effect("and is just being asked, is asked again where that answers the same", () =>
      Effect.gen(function* () {
        const gate = Promise.withResolvers<void>()
        const asked: Array<boolean> = []
        const layer = Credentials.fromProvider(async ({ forceRefresh = false } = {}) => {
          asked.push(forceRefresh)
          if (asked.length === 2) await gate.promise
          return { ...key, accessKeyId: forceRefresh ? "SECOND" : "FIRST", expiration: minutes(60) }
        })
        yield* Effect.gen(function* () {
          const refused = yield* get
          yield* TestClock.setTime(minutes(56).getTime())
          yield* get
          const fiber = yield* Effect.forkChild(renew(refused), { startImmediately: true })
          gate.resolve()
          assert.strictEqual((yield* Fiber.join(fiber)).accessKeyId, "SECOND")
          assert.deepStrictEqual(asked, [false, false, true])
        }).pipe(Effect.provide(layer))
      }),
    )
  })

  it.effect("recovers once the provider does", () =>
    Effect.gen(function* () {
      const { layer } = counting(
        () => Promise.reject(new Error("down")),
        () => Promise.resolve(key),
      )
      yield* Effect.gen(function* () {
        assert.include(yield* Effect.flip(get), { _tag: "CredentialsError" })
        yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* get).accessKeyId, "AKIDEXAMPLE")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("tells the class of the provider's error and nothing that it says", () =>
    Effect.gen(function* () {
      class CredentialsProviderError extends Error {
        override readonly name = "CredentialsProviderError"
      }
      for (const [thrown, reason] of [
        [new CredentialsProviderError("canary"), "the provider failed (CredentialsProviderError)"],
        [Object.assign(new Error("canary"), { name: "canary-7 \n" }), "the provider failed"],
        [Object.assign(new Error("canary"), { name: "canary" }), "the provider failed"],
        [new Error("canary"), "the provider failed (Error)"],
        ["canary", "the provider failed"],
      ] as const) {
        const rejecting: AwsCredentialProvider = () => Promise.reject(thrown)
        const throwing: AwsCredentialProvider = () => {
          throw thrown
        }
        for (const provider of [rejecting, throwing]) {
          const error = yield* Effect.flip(Effect.provide(get, Credentials.fromProvider(provider)))
          assert.deepStrictEqual(error.sources, [{ source: "Credentials.fromProvider", reason }])
          assert.notMatch(Util.inspect(error, { depth: 10 }) + JSON.stringify(error), /canary/u)
        }
      }
    }),
  )

  it.effect("does not take just anything for credentials", () =>
    Effect.gen(function* () {
      for (const [answer, reason] of [
        [undefined, /^the answer must be/u],
        [{}, /^accessKeyId is required$/u],
        [{ ...key, secretAccessKey: "" }, /^secretAccessKey must be not empty$/u],
        [{ ...key, secretAccessKey: "canary\n" }, /^secretAccessKey must be without white space at its ends$/u],
        [{ ...key, sessionToken: "canary \n" }, /^sessionToken must be visible ASCII$/u],
        [{ ...key, expiration: new Date(Number.NaN) }, /^expiration must be/u],
        [{ ...key, expiration: 5 }, /^expiration must be/u],
      ] as const) {
        const error = yield* Effect.flip(
          Effect.provide(
            get,
            Credentials.fromProvider(() => Promise.resolve(answer as never)),
          ),
        )
        assert.match(error.sources[0]?.reason ?? "", reason)
      }
    }),
  )

  it.effect("takes an answer that throws when it is read for a failure, and is left alone after it", () =>
    Effect.gen(function* () {
      let asked = 0
      const layer = Credentials.fromProvider(async () => {
        asked++
        return {
          ...key,
          get accessKeyId(): string {
            throw new TypeError("canary")
          },
        }
      })
      const errors = yield* Effect.all([Effect.flip(get), Effect.flip(get)]).pipe(Effect.provide(layer))
      const nameless = new (class extends Error {
        override get name(): string {
          throw new Error("canary")
        }
      })()
      const provider = Credentials.fromProvider(() => Promise.reject(nameless))
      assert.strictEqual((yield* Effect.flip(Effect.provide(get, provider))).sources[0]?.reason, "the provider failed")
      for (const { sources } of errors) {
        const reason = "the provider's answer failed (TypeError)"
        assert.deepStrictEqual(sources, [{ source: "Credentials.fromProvider", reason }])
      }
      assert.strictEqual(asked, 1)
    }),
  )

  it.effect("is called by its name where there are several", () =>
    Effect.gen(function* () {
      const down = (name: string) => Credentials.fromProvider(() => Promise.reject(new Error("down")), { name })
      const error = yield* Effect.flip(Effect.provide(get, Credentials.first(down("the vault"), down("the file"))))
      assert.deepStrictEqual(
        error.sources.map(({ source }) => source),
        ["the vault", "the file"],
      )
      const scope = yield* Scope.make()
      const slow = Credentials.fromProvider(() => new Promise(() => undefined), { name: "the vault" })
      const credentials = Context.get(yield* Layer.buildWithScope(slow, scope), Credentials)
      const waiting = yield* Effect.forkChild(Effect.flip(credentials.get), { startImmediately: true })
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual((yield* inTime(Fiber.join(waiting))).sources[0]?.source, "the vault")
    }),
  )

  it.effect("is built with no time-out that is none", () =>
    Effect.gen(function* () {
      for (const [timeout, reason] of [
        [0, "timeout must be longer than nothing"],
        [-1, "timeout must be longer than nothing"],
        ["soon", "timeout must be a duration"],
      ] as const) {
        const layer = Credentials.fromProvider(() => Promise.resolve(key), { timeout: timeout as never })
        const error = yield* Effect.flip(Effect.scoped(Layer.build(layer)))
        assert.deepStrictEqual(error.sources, [{ source: "Credentials.fromProvider", reason }])
      }
    }),
  )

  it.effect("leaves a provider in trouble alone for a second, though the machine's clock is set back", () =>
    Effect.gen(function* () {
      const answers = [undefined, key, { ...key, accessKeyId: "AKIDSECOND" }, { ...key, accessKeyId: "AKIDTHIRD" }]
      const layer = Credentials.fromProvider(async () => {
        const answer = answers.shift()
        if (answer === undefined) throw new Error("no")
        return answer
      })
      yield* TestClock.setTime(7_200_000)
      yield* Effect.gen(function* () {
        const credentials = yield* Credentials
        yield* Effect.flip(credentials.get)
        yield* TestClock.setTime(0)
        yield* TestClock.adjust("1 second")
        const first = yield* credentials.get
        assert.strictEqual(first.accessKeyId, key.accessKeyId)
        const second = yield* credentials.renew(first)
        assert.strictEqual(second.accessKeyId, "AKIDSECOND")
        yield* TestClock.setTime(-7_200_000)
        yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* credentials.renew(second)).accessKeyId, "AKIDTHIRD")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("ends with its layer: what is being refreshed then neither comes to an end nor fails", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const layer = Credentials.fromProvider(() => {
        Deferred.doneUnsafe(asked, Effect.void)
        return new Promise(() => undefined)
      })
      const fiber = yield* Effect.forkChild(Effect.provide(get, layer))
      yield* Deferred.await(asked)
      yield* Fiber.interrupt(fiber)
      // A refresh that went on would meet its timeout now, and count as a failed one.
      yield* TestClock.adjust("1 hour")
      const counted = (yield* Metric.snapshot).filter(({ id }) => id === Telemetry.credentialRefreshes.id)
      assert.deepStrictEqual(counted, [])
    }).pipe(Effect.provide(Layer.sync(Metric.MetricRegistry, () => new Map()))),
  )
})
