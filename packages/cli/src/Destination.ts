/**
 * Where a command sends its request and for which region it signs, and which flag, variable or profile says so.
 */
import type { Namespace } from "@proxy-session/domain/Namespace"
import * as Endpoint from "@proxy-session/protocol/Endpoint"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as Result from "effect/Result"
import { type CommandFailure, configuration, general, usage } from "./ExitCode.ts"
import * as Profile from "./Profile.ts"

/**
 * What may be said on the command line.
 *
 * @category models
 */
export interface Options {
  readonly endpointUrl: string | undefined
  readonly region: string | undefined
  readonly namespace: Namespace | undefined
}

/**
 * Where a request goes.
 *
 * - `options`: for the endpoint rules of the client
 * - `url`: the endpoint that they lead to, base path included
 * - `endpointReason` and `regionReason`: why it is this one
 * - `warnings`: settings that look as if they said where to send, and do not
 * - `attempted`: the URL of the last attempt, without its query
 *
 * @category services
 */
export class Destination extends Context.Service<
  Destination,
  {
    readonly options: Endpoint.EndpointOptions
    readonly url: string
    readonly endpointReason: string
    readonly region: string
    readonly regionReason: string
    readonly warnings: ReadonlyArray<string>
    readonly attempted: Ref.Ref<string>
  }
>()("@proxy-session/cli/Destination") {}

/**
 * Resolves the destination in the order of the AWS CLI: flags, variables, the profile, and AWS's own endpoint last.
 *
 * Source: botocore's `configprovider.py` and `args.py`.
 *
 * @category constructors
 */
export const resolve = Effect.fn("Destination.resolve")(function* (
  options: Options,
  profile: Profile.Profile,
): Effect.fn.Return<Destination["Service"], CommandFailure> {
  const { endpointUrl, namespace = "chime-sdk-voice" } = options
  const asked = yield* regionOf(options.region, profile)
  const isIgnored = yield* isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profile)
  const service = namespace.replaceAll("-", "_")
  const own = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
  const configured = endpointUrl !== undefined || isIgnored ? undefined : yield* endpointOf(own, service, profile)
  const chosen = endpointUrl === undefined ? configured : { value: endpointUrl, by: "--endpoint-url" }
  if (asked === undefined) {
    return yield* configuration("You must specify a region: with --region, with AWS_REGION, or in the profile")
  }
  if (chosen !== undefined) yield* checkEndpoint(chosen)
  // The AWS CLI takes the name of a region with FIPS in it for that region's FIPS endpoint.
  const region = asked.value.replaceAll("fips-", "").replaceAll("-fips", "")
  const rules = {
    namespace,
    region,
    endpoint: chosen?.value,
    // A custom endpoint is no variant of AWS's own, and the AWS CLI asks for none there.
    useFips: chosen === undefined && (region !== asked.value || (yield* isTrue("AWS_USE_FIPS_ENDPOINT", profile))),
    useDualStack: chosen === undefined && (yield* isTrue("AWS_USE_DUALSTACK_ENDPOINT", profile)),
  }
  const endpoint = yield* Effect.fromResult(
    Result.mapError(Endpoint.resolve(rules), ({ message }) =>
      chosen === undefined ? general(message) : invalid(chosen, message),
    ),
  )
  const url = endpoint.origin + endpoint.basePath
  return {
    options: rules,
    url,
    attempted: yield* Ref.make(url),
    endpointReason:
      chosen === undefined
        ? `AWS's own for ${region}: ` +
          (isIgnored
            ? "configured endpoint URLs are ignored (AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)"
            : `neither --endpoint-url nor ${own} nor AWS_ENDPOINT_URL is set, nor endpoint_url in profile ${profile.name}`)
        : `set by ${chosen.by}`,
    region: endpoint.signingRegion,
    regionReason: asked.by,
    warnings: isIgnored || chosen !== undefined ? [] : misplaced(service, profile),
  }
})

/** Booleans of AWS's tools are true by one word alone, in any case; everything else is false. */
const isTrue = Effect.fnUntraced(function* (variable: string, profile: Profile.Profile) {
  const value =
    (yield* Profile.environment(variable)) ?? profile.settings.get(variable.slice("AWS_".length).toLowerCase())
  return value?.toLowerCase() === "true"
})

const regionOf = Effect.fnUntraced(function* (
  flag: string | undefined,
  profile: Profile.Profile,
): Effect.fn.Return<Profile.Chosen | undefined, CommandFailure> {
  const chosen =
    flag === undefined
      ? ((yield* Profile.firstVariable("AWS_REGION", "AWS_DEFAULT_REGION")) ??
        (yield* Profile.setting("region", profile)))
      : { value: flag, by: "--region" }
  if (chosen === undefined || /^(?!\d+$)(?!-)[a-z\d-]{1,63}(?<!-)$/iu.test(chosen.value)) return chosen
  // The value is not repeated: what is indented below a setting is part of it, and may be a key.
  return yield* general(
    `The region is not in a supported format: ${chosen.by} must be letters, digits and hyphens` +
      (chosen.value.trim().includes("\n")
        ? "; what is indented below it is part of it"
        : ", without spaces around them"),
  )
})

/** An endpoint that is empty is none. */
const endpointOf = Effect.fnUntraced(function* (own: string, service: string, profile: Profile.Profile) {
  for (const candidate of [
    Profile.firstVariable(own),
    Profile.firstVariable("AWS_ENDPOINT_URL"),
    inServices(service, profile),
  ]) {
    const chosen = yield* candidate
    if (chosen !== undefined && chosen.value !== "") return chosen
  }
  const chosen = yield* Profile.setting("endpoint_url", profile)
  return chosen?.value === "" ? undefined : chosen
})

const inServices = Effect.fnUntraced(function* (
  service: string,
  profile: Profile.Profile,
): Effect.fn.Return<Profile.Chosen | undefined, CommandFailure> {
  const chosen = yield* Profile.setting("services", profile)
  if (chosen === undefined) return undefined
  const section = profile.services.get(chosen.value)
  // What is indented below the name is part of it, and may be a key.
  const [name = ""] = chosen.value.split("\n")
  const header = `[services ${/\s/u.test(name) ? JSON.stringify(name) : name}]`
  if (section === undefined || section.size === 0) {
    return yield* general(
      `The services section "${name}" does not exist: ${chosen.by} refers to it, and the config file has no settings ` +
        `below ${header}`,
    )
  }
  const settings = section.get(service)
  if (typeof settings === "string") {
    return yield* general(`${service} of ${header} needs settings indented below it, like endpoint_url`)
  }
  const value = settings?.get("endpoint_url")
  const file = profile.config.file ?? "the config file"
  return value === undefined ? undefined : { value, by: `endpoint_url of ${service} in ${header} of ${file}` }
})

/** Settings that the AWS CLI does not look at. The request goes to AWS as it would there, but not without a word. */
const misplaced = (service: string, profile: Profile.Profile): ReadonlyArray<string> => {
  const section = profile.services.get(profile.settings.get("services") ?? "")?.get(service)
  const wrongCase = typeof section === "object" && [...section.keys()].find((key) => /^endpoint_url$/iu.test(key))
  return [
    ...(profile.nested.get(service)?.has("endpoint_url") === true
      ? [
          `endpoint_url below ${service} in profile ${profile.name} is passed over: it belongs into a [services] section`,
        ]
      : []),
    ...(wrongCase !== false && wrongCase !== undefined && wrongCase !== "endpoint_url"
      ? [`${wrongCase} below ${service} is passed over: it must be written endpoint_url`]
      : []),
  ]
}

/**
 * Refuses an endpoint on the command line that has no scheme, which the AWS CLI does before it looks at anything else.
 *
 * @category decoding
 */
export const checkFlag = (url: string | undefined): Effect.Effect<void, CommandFailure> =>
  url === undefined || /^[a-z][a-z\d+.-]*:/iu.test(url)
    ? Effect.void
    : usage(
        `Bad value for --endpoint-url "${withoutUser(url)}": scheme is missing. ` +
          "Must be of the form http://<hostname>/ or https://<hostname>/",
      )

/** A URL may hold a password. */
const withoutUser = (url: string): string => url.replace(/\/\/[^/]*@/u, "//")

const invalid = ({ by, value }: Profile.Chosen, why: string) => {
  const shown = /^[!-~]+$/u.test(value) ? `: ${withoutUser(value)}` : ""
  return general(`Invalid endpoint${shown} (${by}): ${why.replace("Invalid Configuration: ", "")}`)
}

/**
 * A URL that JavaScript and Python do not read alike could lead to another host than with the AWS CLI: spaces and control
 * characters, backslashes, `http:host`. What botocore holds for no name of a host is refused as well.
 */
const checkEndpoint = (chosen: Profile.Chosen) => {
  const { value } = chosen
  const [, host = ""] = /^https?:\/\/(?:[^/?#@]*@)?(\[[\da-f:.%]+\]|[^/?#:@]*)/iu.exec(value) ?? []
  const isName = host.length <= 255 && /^(?:(?!-)[a-z\d-]{1,63}(?<!-)\.)*(?!-)[a-z\d-]{1,63}(?<!-)\.?$/iu.test(host)
  return !/^[!-[\]-~]+$/u.test(value) || !(isName || host.startsWith("["))
    ? invalid(chosen, "it must be of the form http://<hostname>/ or https://<hostname>/, without spaces")
    : Effect.void
}
