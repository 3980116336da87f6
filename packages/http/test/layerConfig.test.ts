import { assert, describe, it } from "@effect/vitest"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as HttpVoiceConnectors from "@proxy-session/http/HttpVoiceConnectors"
import * as Transport from "@proxy-session/http/Transport"
import { VoiceConnectors } from "@proxy-session/repo/VoiceConnectors"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { proxySession } from "./operations.ts"
import { parts } from "./verify.ts"

/** A key, and what else an environment has. */
const layerEnvironment = (env: Record<string, string>) =>
  ConfigProvider.layer(
    ConfigProvider.fromEnvRecord({ AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", ...env }),
  )

/** Where a request goes in an environment, and for which region it is signed. */
const destination = (env: Record<string, string>, options?: HttpRepo.Options) =>
  Effect.gen(function* () {
    const seen: Array<string> = []
    const client = HttpClient.make((request, url) => {
      const [, region] = parts(request.headers["authorization"] ?? "").scope.split("/")
      seen.push(`${url.origin}${url.pathname.replace("/voice-connectors/vc/proxy-sessions/s", "")} ${region}`)
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(proxySession)))
    })
    const transport = Layer.provide(Transport.layerHttpClient(), Layer.succeed(HttpClient.HttpClient, client))
    const request = yield* ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "s" })
    yield* ProxySessionRepo.use((repo) => repo.get(request)).pipe(
      Effect.provide(
        HttpRepo.layerConfig(options).pipe(
          Layer.provide([Credentials.layerConfig(), transport]),
          Layer.provide(layerEnvironment(env)),
        ),
      ),
    )
    return seen[0]
  })

const AWS_REGION = "eu-west-1"
const AWS_ENDPOINT_URL = "http://all.test"
const AWS_ENDPOINT_URL_CHIME_SDK_VOICE = "http://voice.test/base/"
const AWS_ENDPOINT_URL_CHIME = "http://chime.test"

describe("HttpRepo.layerConfig", () => {
  const cases: ReadonlyArray<
    readonly [what: string, env: Record<string, string>, HttpRepo.Options | undefined, string]
  > = [
    ["the region's endpoint", { AWS_REGION }, undefined, "https://voice-chime.eu-west-1.amazonaws.com eu-west-1"],
    [
      "AWS_REGION before AWS_DEFAULT_REGION",
      { AWS_REGION, AWS_DEFAULT_REGION: "us-west-2" },
      undefined,
      "https://voice-chime.eu-west-1.amazonaws.com eu-west-1",
    ],
    [
      "AWS_DEFAULT_REGION where AWS_REGION is empty",
      { AWS_REGION: "", AWS_DEFAULT_REGION: "us-west-2" },
      undefined,
      "https://voice-chime.us-west-2.amazonaws.com us-west-2",
    ],
    ["AWS_ENDPOINT_URL", { AWS_ENDPOINT_URL, AWS_REGION }, undefined, "http://all.test eu-west-1"],
    [
      "the service's own endpoint before AWS_ENDPOINT_URL, base path included",
      { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CHIME_SDK_VOICE, AWS_ENDPOINT_URL_CHIME },
      undefined,
      "http://voice.test/base us-east-1",
    ],
    [
      "the older namespace's own endpoint for that namespace",
      { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CHIME_SDK_VOICE, AWS_ENDPOINT_URL_CHIME },
      { namespace: "chime" },
      "http://chime.test us-east-1",
    ],
    [
      "no endpoint of the environment where they are to be ignored",
      { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CHIME_SDK_VOICE, AWS_REGION, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      undefined,
      "https://voice-chime.eu-west-1.amazonaws.com eu-west-1",
    ],
    [
      "FIPS and dual stack",
      { AWS_REGION, AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "true" },
      undefined,
      "https://voice-chime-fips.eu-west-1.api.aws eu-west-1",
    ],
    [
      "true and false in any letter case",
      { AWS_ENDPOINT_URL, AWS_REGION, AWS_USE_FIPS_ENDPOINT: "FALSE", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "True" },
      undefined,
      "https://voice-chime.eu-west-1.amazonaws.com eu-west-1",
    ],
    [
      "a blank variable for one that is not set",
      { AWS_ENDPOINT_URL: " ", AWS_REGION: "\n", AWS_DEFAULT_REGION: "us-west-2", AWS_USE_FIPS_ENDPOINT: "\t" },
      undefined,
      "https://voice-chime.us-west-2.amazonaws.com us-west-2",
    ],
    [
      "no variable that an option replaces",
      {
        AWS_ENDPOINT_URL: "nowhere",
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "perhaps",
        AWS_REGION: "no region",
        AWS_USE_FIPS_ENDPOINT: "perhaps",
        AWS_USE_DUALSTACK_ENDPOINT: "perhaps",
        AWS_RETRY_MODE: "bogus",
        AWS_MAX_ATTEMPTS: "x",
        AWS_NEW_RETRIES_2026: "perhaps",
      },
      {
        endpoint: "http://option.test",
        region: "us-west-2",
        useFips: false,
        useDualStack: false,
        retry: { maxAttempts: 1, constants: "2026" },
      },
      "http://option.test us-west-2",
    ],
    [
      "an option before its variable",
      { AWS_ENDPOINT_URL, AWS_REGION, AWS_USE_FIPS_ENDPOINT: "true" },
      { endpoint: "http://option.test", region: "us-west-2", useFips: false },
      "http://option.test us-west-2",
    ],
  ]

  for (const [what, env, options, expected] of cases) {
    it.effect(`takes ${what}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* destination(env, options), expected)
      }),
    )
  }

  it.effect("fails where the environment has no region, or one setting contradicts another", () =>
    Effect.gen(function* () {
      assert.include(yield* Effect.flip(destination({})), {
        _tag: "EndpointError",
        message: "Invalid Configuration: Missing Region",
      })
      assert.include(yield* Effect.flip(destination({ AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT: "true" })), {
        _tag: "EndpointError",
        message: "Invalid Configuration: FIPS and custom endpoint are not supported",
      })
      const error = yield* Effect.flip(destination({ AWS_REGION, AWS_USE_FIPS_ENDPOINT: "perhaps" }))
      assert.strictEqual(error._tag, "ConfigError")
      assert.match(error.message, /true or false[\s\S]*AWS_USE_FIPS_ENDPOINT/u)
    }),
  )

  it.effect("fails at once for a region or an endpoint that nothing can be sent to, and names the variable", () =>
    Effect.gen(function* () {
      const refusal = (env: Record<string, string>) =>
        Effect.map(Effect.flip(destination(env)), ({ _tag, message }) => [_tag, message])
      const region = "Invalid Configuration: Region must be one label of a host name"
      for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
        for (const value of ["us-east-1\n", "us-east-1 ", "no region"]) {
          const expected = ["EndpointError", `${region} (${name})`]
          assert.deepStrictEqual(yield* refusal({ [name]: value }), expected)
          assert.deepStrictEqual(yield* refusal({ [name]: value, AWS_ENDPOINT_URL }), expected)
        }
      }
      for (const name of ["AWS_ENDPOINT_URL_CHIME_SDK_VOICE", "AWS_ENDPOINT_URL"]) {
        assert.deepStrictEqual(yield* refusal({ [name]: "nowhere", AWS_REGION }), [
          "EndpointError",
          `Invalid Configuration: the endpoint is not a URL (${name})`,
        ])
      }
      for (const value of ["", "us-east-1 "]) {
        const error = yield* Effect.flip(destination({}, { endpoint: AWS_ENDPOINT_URL, region: value }))
        assert.include(error, { _tag: "EndpointError", message: region })
      }
    }),
  )
})

describe("HttpVoiceConnectors.layerConfig", () => {
  const listed = (env: Record<string, string>, options?: HttpRepo.Options) =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const client = HttpClient.make((request, url) => {
        seen.push(`${url.href} ${parts(request.headers["authorization"] ?? "").scope.split("/")[1]}`)
        return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(`{"VoiceConnectors":[]}`)))
      })
      const transport = Layer.provide(Transport.layerHttpClient(), Layer.succeed(HttpClient.HttpClient, client))
      const live = HttpVoiceConnectors.layerConfig(options).pipe(
        Layer.provide([Credentials.layerConfig(), transport]),
        Layer.provide(layerEnvironment(env)),
      )
      const { voiceConnectors } = yield* Effect.provide(
        VoiceConnectors.use((connectors) => connectors.list({})),
        live,
      )
      assert.deepStrictEqual(voiceConnectors, [])
      return seen
    })

  it.effect("takes the endpoint and the region of the environment, and options before them", () =>
    Effect.gen(function* () {
      const voice = yield* listed({ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CHIME_SDK_VOICE, AWS_REGION })
      assert.deepStrictEqual(voice, ["http://voice.test/base/voice-connectors eu-west-1"])
      const chime = yield* listed({ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_CHIME, AWS_REGION }, { namespace: "chime" })
      assert.deepStrictEqual(chime, ["http://chime.test/voice-connectors eu-west-1"])
      const option = yield* listed(
        { AWS_ENDPOINT_URL, AWS_REGION },
        { endpoint: "http://option.test", region: "us-west-2" },
      )
      assert.deepStrictEqual(option, ["http://option.test/voice-connectors us-west-2"])
    }),
  )

  it.effect("fails for what the environment has wrong, and calls its options by its own name", () =>
    Effect.gen(function* () {
      assert.include(yield* Effect.flip(listed({})), { message: "Invalid Configuration: Missing Region" })
      const error = yield* Effect.flip(listed({ AWS_REGION }, { maxResponseBytes: 0 }))
      assert.include(error, { _tag: "OptionsError", of: "HttpVoiceConnectors" })
    }),
  )
})
