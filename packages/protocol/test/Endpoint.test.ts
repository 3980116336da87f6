import { ChimeSDKVoiceClient } from "@aws-sdk/client-chime-sdk-voice"
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"

const origin = (options: Endpoint.EndpointOptions): string =>
  Result.match(Endpoint.resolve(options), {
    onSuccess: (endpoint) => endpoint.origin + endpoint.basePath,
    onFailure: ({ message }) => message,
  })

const fips = { useFips: true } as const
const dualStack = { useDualStack: true } as const
const both = { ...fips, ...dualStack } as const

describe("the models' own test cases", () => {
  for (const [region, plain, withFips, withDualStack, withBoth] of [
    ["us-east-1", "amazonaws.com", "amazonaws.com", "api.aws", "api.aws"],
    ["us-gov-east-1", "amazonaws.com", "amazonaws.com", "api.aws", "api.aws"],
    [
      "cn-north-1",
      "amazonaws.com.cn",
      "amazonaws.com.cn",
      "api.amazonwebservices.com.cn",
      "api.amazonwebservices.com.cn",
    ],
    ["us-iso-east-1", "c2s.ic.gov", "c2s.ic.gov", undefined, undefined],
    ["us-isob-east-1", "sc2s.sgov.gov", "sc2s.sgov.gov", undefined, undefined],
  ] as const) {
    for (const [namespace, prefix] of [
      ["chime-sdk-voice", "voice-chime"],
      ["chime", "chime"],
    ] as const) {
      for (const [what, options, infix, suffix] of [
        ["plain", {}, "", plain],
        ["with FIPS", fips, "-fips", withFips],
        ["with DualStack", dualStack, "", withDualStack],
        ["with both", both, "-fips", withBoth],
      ] as const) {
        // Newer partition data gives the isolated regions DualStack after all; no test case pins what it then is.
        if (suffix === undefined) continue
        it(`${namespace} in ${region}, ${what}`, () => {
          assert.strictEqual(origin({ namespace, region, ...options }), `https://${prefix}${infix}.${region}.${suffix}`)
        })
      }
    }
  }

  for (const region of ["us-east-1", "aws-global", "us-west-2", "eu-central-1", "ap-northeast-1", "somewhere-new-9"]) {
    it(`chime in ${region} is the one global endpoint, signed for us-east-1`, () => {
      assert.deepStrictEqual(
        Endpoint.resolve({ namespace: "chime", region }),
        Result.succeed({
          origin: "https://chime.us-east-1.amazonaws.com",
          host: "chime.us-east-1.amazonaws.com",
          basePath: "",
          signingRegion: "us-east-1",
        }),
      )
    })
  }

  for (const region of ["us-gov-west-1", "cn-northwest-1", "us-iso-east-1", "eusc-de-east-1"]) {
    it(`chime in ${region} is that region's own, signed for it`, () => {
      const { host, signingRegion } = Result.getOrThrow(Endpoint.resolve({ namespace: "chime", region }))
      assert.isTrue(host.startsWith(`chime.${region}.`))
      assert.strictEqual(signingRegion, region)
    })
  }

  it("a region is signed for itself", () => {
    assert.strictEqual(Result.getOrThrow(Endpoint.resolve({ region: "eu-west-2" })).signingRegion, "eu-west-2")
    assert.strictEqual(
      Result.getOrThrow(Endpoint.resolve({ namespace: "chime", region: "us-west-2", ...fips })).signingRegion,
      "us-west-2",
    )
  })

  it("without a region there is no endpoint", () => {
    for (const region of [undefined, ""]) {
      for (const options of [{}, fips, dualStack, both]) {
        assert.strictEqual(origin({ region, ...options }), "Invalid Configuration: Missing Region")
      }
    }
  })
})

describe("a custom endpoint", () => {
  it("is used as given, with a region or without", () => {
    for (const region of ["us-east-1", undefined]) {
      for (const namespace of ["chime", "chime-sdk-voice"] as const) {
        assert.strictEqual(origin({ namespace, region, endpoint: "https://example.com" }), "https://example.com")
      }
    }
  })

  it("is signed for the configured region, else us-east-1", () => {
    const signingRegion = (region?: string) =>
      Result.getOrThrow(Endpoint.resolve({ namespace: "chime", endpoint: "https://example.com", region })).signingRegion
    assert.strictEqual(signingRegion("eu-west-1"), "eu-west-1")
    assert.strictEqual(signingRegion(), "us-east-1")
  })

  it("goes with neither FIPS nor DualStack, and FIPS is told first", () => {
    const endpoint = "https://example.com"
    const withFips = "Invalid Configuration: FIPS and custom endpoint are not supported"
    assert.strictEqual(origin({ endpoint, ...fips }), withFips)
    assert.strictEqual(origin({ endpoint, ...both }), withFips)
    assert.strictEqual(
      origin({ endpoint, ...dualStack }),
      "Invalid Configuration: Dualstack and custom endpoint are not supported",
    )
  })

  for (const [endpoint, host, basePath] of [
    ["http://127.0.0.1:8080", "127.0.0.1:8080", ""],
    ["http://127.0.0.1:8080/", "127.0.0.1:8080", ""],
    ["http://[::1]:8080", "[::1]:8080", ""],
    ["https://example.com:443", "example.com", ""],
    ["https://Example.COM", "example.com", ""],
    ["https://service.chime.aws.amazon.com/console", "service.chime.aws.amazon.com", "/console"],
    ["https://example.com/a/b//", "example.com", "/a/b"],
    ["https://example.com/a%20b", "example.com", "/a%20b"],
  ] as const) {
    it(`${endpoint} has the host ${host} and the base path "${basePath}"`, () => {
      const found = Result.getOrThrow(Endpoint.resolve({ endpoint }))
      assert.strictEqual(found.host, host)
      assert.strictEqual(found.basePath, basePath)
      assert.isTrue(found.origin.endsWith(`://${host}`))
    })
  }

  for (const [endpoint, message] of [
    ["", "the endpoint is not a URL"],
    ["example.com", "the endpoint is not a URL"],
    ["localhost:8080", "the endpoint must begin with http:// or https://"],
    ["ftp://example.com", "the endpoint must begin with http:// or https://"],
    ["https://user:secret@example.com", "the endpoint must have no user, query or fragment"],
    ["https://:secret@example.com", "the endpoint must have no user, query or fragment"],
    ["https://user@example.com", "the endpoint must have no user, query or fragment"],
    ["https://example.com?a=secret", "the endpoint must have no user, query or fragment"],
    ["https://example.com#a", "the endpoint must have no user, query or fragment"],
  ] as const) {
    it(`${JSON.stringify(endpoint)} is refused, and not repeated: ${message}`, () => {
      assert.strictEqual(origin({ endpoint }), `Invalid Configuration: ${message}`)
    })
  }
})

describe("a region", () => {
  for (const region of ["us east 1", "a/b", "evil.example.com#", "a.b", "-a", "a-", "us_east_1", "a".repeat(64), "ü"]) {
    it(`${JSON.stringify(region)} would not stay one label of the host, and is refused`, () => {
      assert.strictEqual(origin({ region }), "Invalid Configuration: Region must be one label of a host name")
    })
  }
})

describe("against the AWS SDK for JavaScript", () => {
  const { endpointProvider } = new ChimeSDKVoiceClient({ region: "us-east-1" }).config

  const theirs = (Region: string | undefined, UseFIPS: boolean, UseDualStack: boolean, url?: string): string => {
    try {
      const parameters = {
        UseFIPS,
        UseDualStack,
        ...(Region && { Region }),
        ...(url !== undefined && { Endpoint: url }),
      }
      return endpointProvider(parameters).url.href.replace(/\/+$/u, "")
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  const geographies = [
    "us",
    "eu",
    "ap",
    "sa",
    "ca",
    "me",
    "af",
    "il",
    "mx",
    "cn",
    "us-gov",
    "eusc-de",
    "us-iso",
    "us-isob",
    "eu-isoe",
    "us-isof",
  ]
  const directions = ["east", "west", "central", "north", "south", "northeast", "southwest"]
  const regions = [
    ...geographies.flatMap((geography) =>
      directions.flatMap((direction) => [1, 2, 10].map((n) => `${geography}-${direction}-${n}`)),
    ),
    ...["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"].map(
      (name) => `${name}-global`,
    ),
    "nowhere",
    "nowhere-1",
    "us-east",
    "us-east-1a",
    "US-EAST-1",
    "us-gov",
    "cn-1",
    "x",
    "1",
    "usx-east-1",
    "us-isox-east-1",
  ]

  for (const [what, useFips, useDualStack] of [
    ["plain", false, false],
    ["with FIPS", true, false],
    ["with DualStack", false, true],
    ["with both", true, true],
  ] as const) {
    it(`${regions.length} regions ${what} have the same endpoint`, () => {
      const differing = regions.filter(
        (region) => origin({ region, useFips, useDualStack }) !== theirs(region, useFips, useDualStack),
      )
      assert.deepStrictEqual(differing, [])
    })

    it(`a missing region and a custom endpoint ${what} end the same way`, () => {
      for (const [region, endpoint] of [
        [undefined, undefined],
        [undefined, "https://example.com"],
        ["us-east-1", "https://example.com"],
        ["us-east-1", "https://example.com/console"],
        ["us-gov-east-1", "http://127.0.0.1:8080/a/b"],
      ] as const) {
        assert.strictEqual(
          origin({ region, endpoint, useFips, useDualStack }),
          theirs(region, useFips, useDualStack, endpoint),
        )
      }
    })
  }
})
