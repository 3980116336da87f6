import { assert, describe, it } from "@effect/vitest"
import { ProxySessionKey } from "@proxy-session/domain/ProxySessionRequest"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import { proxySession } from "./operations.ts"
import { parts } from "./verify.ts"

/** Where a request goes in an environment, and for which region it is signed. */
const destination = (env: Record<string, string>, options?: HttpRepo.Options) =>
  Effect.gen(function* () {
    const seen: Array<string> = []
    const client = HttpClient.make((request, url) => {
      const [, region] = parts(request.headers["authorization"] ?? "").scope.split("/")
      seen.push(`${url.origin}${url.pathname.replace("/voice-connectors/vc/proxy-sessions/s", "")} ${region}`)
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(proxySession)))
    })
    const request = yield* ProxySessionKey.decode({ voiceConnectorId: "vc", proxySessionId: "s" })
    yield* ProxySessionRepo.use((repo) => repo.get(request)).pipe(
      Effect.provide(
        (options === undefined ? HttpRepo.layerConfig : HttpRepo.layerConfigWith(options)).pipe(
          Layer.provide([Credentials.layerConfig, Layer.succeed(HttpClient.HttpClient, client)]),
          Layer.provide(
            ConfigProvider.layer(
              ConfigProvider.fromEnvRecord({ AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", ...env }),
            ),
          ),
        ),
      ),
    )
    return seen[0]
  })

const AWS_REGION = "eu-west-1"
const AWS_ENDPOINT_URL = "http://all.test"
const AWS_ENDPOINT_URL_CHIME_SDK_VOICE = "http://voice.test/base/"
const AWS_ENDPOINT_URL_CHIME = "http://chime.test"

describe("HttpRepo.layerConfig and layerConfigWith", () => {
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
      assert.include(yield* Effect.flip(destination({ AWS_REGION, AWS_USE_FIPS_ENDPOINT: "perhaps" })), {
        _tag: "ConfigError",
      })
    }),
  )
})
