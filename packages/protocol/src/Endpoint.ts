/**
 * Where to send a request, and which region to sign it for: AWS's own endpoint rules for both namespaces.
 */
import type { Namespace } from "@proxy-session/domain/Namespace"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { aws, partitionOf } from "./internal/partitions.ts"

/**
 * The service's name in the scope of every signature, in both namespaces.
 *
 * @category constants
 */
export const signingName = "chime"

const hostPrefix: Readonly<Record<Namespace, string>> = { chime: "chime", "chime-sdk-voice": "voice-chime" }

/**
 * The configuration leads to no endpoint. The messages are those of AWS's rules; `setting` is the option that is wrong,
 * where it is one alone.
 *
 * @category errors
 */
export class EndpointError extends Schema.TaggedError<EndpointError>()("EndpointError", {
  message: Schema.String,
  setting: Schema.optionalKey(Schema.Literals(["endpoint", "region"])),
}) {}

/**
 * What the rules look at.
 *
 * A custom `endpoint` is used as given, base path included; it goes with neither `useFips` nor `useDualStack`.
 *
 * @category models
 */
export interface EndpointOptions {
  readonly namespace?: Namespace | undefined
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly useFips?: boolean | undefined
  readonly useDualStack?: boolean | undefined
}

/**
 * Where a request goes: `origin` without a trailing slash, the `basePath` to put before every path (often empty), and
 * the region to sign for.
 *
 * @category models
 */
export interface Endpoint {
  readonly origin: string
  readonly host: string
  readonly basePath: "" | `/${string}`
  readonly signingRegion: string
}

/**
 * Resolves an endpoint by the rules, in their order.
 *
 * - A region must be one label of a host name, even beside a custom endpoint, since it is signed.
 * - A custom endpoint is used as it is and signed for the configured region (`us-east-1` if there is none).
 * - Without one, a region is needed.
 * - The `chime` namespace in an ordinary region has one global endpoint, signed for `us-east-1`.
 * - Otherwise the host is `{prefix}[-fips].{region}.{suffix}`.
 *
 * Source: the endpoint rulesets of both models.
 *
 * **Example** (The default of a region)
 *
 * ```ts
 * import * as Result from "effect/Result"
 * import { resolve } from "@proxy-session/protocol/Endpoint"
 *
 * Result.getOrThrow(resolve({ region: "eu-central-1" })).origin // => "https://voice-chime.eu-central-1.amazonaws.com"
 * ```
 *
 * @category constructors
 */
export const resolve = (options: EndpointOptions): Result.Result<Endpoint, EndpointError> => {
  const { endpoint, region, useFips = false, useDualStack = false, namespace = "chime-sdk-voice" } = options
  // Without an endpoint, an empty region is a missing one.
  if (region !== undefined && (region !== "" || endpoint !== undefined) && !label.test(region)) {
    return fail("Invalid Configuration: Region must be one label of a host name", "region")
  }
  if (endpoint !== undefined) {
    if (useFips) return fail("Invalid Configuration: FIPS and custom endpoint are not supported")
    if (useDualStack) return fail("Invalid Configuration: Dualstack and custom endpoint are not supported")
    return custom(endpoint, region ?? "us-east-1")
  }
  if (region === undefined || region === "") return fail("Invalid Configuration: Missing Region")
  const partition = partitionOf(region)
  if (namespace === "chime" && partition === aws && !useFips && !useDualStack) {
    return custom("https://chime.us-east-1.amazonaws.com", "us-east-1")
  }
  const suffix = useDualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix
  return custom(`https://${hostPrefix[namespace]}${useFips ? "-fips" : ""}.${region}.${suffix}`, region)
}

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/iu

const fail = (message: string, setting?: "endpoint" | "region") =>
  Result.fail(new EndpointError({ message, ...(setting === undefined ? {} : { setting }) }))

const custom = (endpoint: string, signingRegion: string): Result.Result<Endpoint, EndpointError> => {
  if (!URL.canParse(endpoint)) return fail("Invalid Configuration: the endpoint is not a URL", "endpoint")
  const url = new URL(endpoint)
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return fail("Invalid Configuration: the endpoint must begin with http:// or https://", "endpoint")
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return fail("Invalid Configuration: the endpoint must have no user, query or fragment", "endpoint")
  }
  const path = url.pathname.replace(/^\/|\/+$/gu, "")
  return Result.succeed({ origin: url.origin, host: url.host, basePath: path === "" ? "" : `/${path}`, signingRegion })
}
