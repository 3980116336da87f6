import * as Endpoint from "@proxy-session/protocol/Endpoint"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Options } from "../HttpRepo.ts"
import type { OptionsError } from "../OptionsError.ts"

/** Makes something of options with AWS's variables in the place of those that are not given. */
export const configured = <A, R>(
  options: Options,
  make: (options: Options) => Effect.Effect<A, Endpoint.EndpointError | OptionsError, R>,
): Effect.Effect<A, Endpoint.EndpointError | OptionsError | Config.ConfigError, R> =>
  Effect.flatMap(environment(options), ({ constants, maxAttempts, useDualStack, useFips, ...settings }) => {
    const retry = { ...options.retry, constants, maxAttempts }
    const [endpoint, region] = [settings.endpoint?.value, settings.region?.value]
    return Effect.mapError(make({ ...options, endpoint, region, useDualStack, useFips, retry }), (error) => {
      if (error._tag !== "EndpointError" || error.setting === undefined) return error
      const { message, setting } = error
      const name = settings[setting]?.name
      return name === undefined ? error : new Endpoint.EndpointError({ message: `${message} (${name})`, setting })
    })
  })

/** A variable that is read as a text of a form. It is not set where it is missing or blank. */
const variable = <A>(name: string, codec: Schema.Codec<A, string>): Config.Config<A | undefined> =>
  Config.flatMap(Config.withDefault(Config.String(name), ""), (text) =>
    text.trim() === "" ? Config.succeed(undefined) : Config.schema(codec, name),
  )

/** A value, and the variable that it comes from, if it is no option. */
interface Setting {
  readonly name?: string
  readonly value: string
}

const setting = (name: string): Config.Config<Setting | undefined> =>
  Config.map(variable(name, Schema.String), (value) => (value === undefined ? undefined : { name, value }))

const either = <A>(one: Config.Config<A | undefined>, other: Config.Config<A>) =>
  Config.flatMap(one, (found) => (found === undefined ? other : Config.succeed(found)))

/** What AWS's variables say, where no option says it. */
const environment = ({ endpoint, namespace, region, retry = {}, useDualStack, useFips }: Options) => {
  const unless = <A>(option: A | undefined, config: Config.Config<A>) => either(Config.succeed(option), config)
  const option = (value: string | undefined): Setting | undefined => (value === undefined ? undefined : { value })
  const flag = (name: string, byDefault: boolean) =>
    Config.map(variable(name, Flag), (text) => (text === undefined ? byDefault : /^(?:1|on|true|y|yes)$/iu.test(text)))
  const own = namespace === "chime" ? "AWS_ENDPOINT_URL_CHIME" : "AWS_ENDPOINT_URL_CHIME_SDK_VOICE"
  const isLegacy = Config.map(variable("AWS_RETRY_MODE", RetryMode), (mode) => mode === "legacy")
  return Config.all({
    endpoint: unless(
      option(endpoint),
      Config.flatMap(flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", false), (isIgnored) =>
        isIgnored ? Config.succeed(undefined) : either(setting(own), setting("AWS_ENDPOINT_URL")),
      ),
    ),
    region: unless(option(region), either(setting("AWS_REGION"), setting("AWS_DEFAULT_REGION"))),
    useFips: unless(useFips, flag("AWS_USE_FIPS_ENDPOINT", false)),
    useDualStack: unless(useDualStack, flag("AWS_USE_DUALSTACK_ENDPOINT", false)),
    maxAttempts: unless(
      retry.maxAttempts,
      either(
        variable("AWS_MAX_ATTEMPTS", PositiveInt),
        Config.map(isLegacy, (legacy) => (legacy ? 5 : 3)),
      ),
    ),
    constants: unless(
      retry.constants,
      Config.map(Config.all([isLegacy, flag("AWS_NEW_RETRIES_2026", true)]), ([legacy, isNew]) =>
        legacy || !isNew ? "previous" : "2026",
      ),
    ),
  })
}

const RetryMode = /*#__PURE__*/ Schema.Literals(["standard", "adaptive", "legacy"])
const Flag = /*#__PURE__*/ Schema.String.check(
  /*#__PURE__*/ Schema.isPattern(/^(?:[01]|on|off|true|false|y|n|yes|no)$/iu, { expected: "true or false" }),
)
const PositiveInt = /*#__PURE__*/ Schema.FiniteFromString.check(
  /*#__PURE__*/ Schema.isInt(),
  /*#__PURE__*/ Schema.isGreaterThanOrEqualTo(1),
)
