/**
 * The client's repositories over a connection, for commands that use the client.
 */
import type { OperationName } from "@proxy-session/domain/OperationName"
import { Namespace } from "@proxy-session/domain/Namespace"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import * as Flag from "effect/cli/Flag"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Connection from "./Connection.ts"
import * as Destination from "./Destination.ts"
import { fromOperation } from "./ExitCode.ts"
import { named, on } from "./internal/flag.ts"

/** As with the AWS CLI, the last one counts where a flag is given more than once. */
const optional = <A>(flag: Flag.Flag<A>, description: string) =>
  Flag.map(Flag.atLeast(Flag.withDescription(flag, description), 0), (values) => values.at(-1))

const seconds = (name: string, description: string) => optional(named(name, "seconds"), description)

/**
 * The flags that every operation has, by the AWS CLI's own names.
 *
 * @category constants
 */
export const flags = {
  endpointUrl: optional(Flag.String("endpoint-url"), "Where to send the request, in the stead of AWS's own endpoint"),
  region: optional(Flag.String("region"), "The region to use; over AWS_REGION, AWS_DEFAULT_REGION and the profile"),
  profile: optional(Flag.String("profile"), "The profile of the shared files to take keys and settings from"),
  namespace: optional(Flag.Literals("namespace", Namespace.literals), "The API to speak; chime-sdk-voice if not given"),
  noSignRequest: on("no-sign-request", "Send the request without a signature, and look for no credentials"),
  connectTimeout: seconds("cli-connect-timeout", "How long to wait for a connection; 0 is no limit (default 60)"),
  readTimeout: seconds("cli-read-timeout", "How long to wait for the response; 0 is no limit (default 60)"),
  caBundle: optional(Flag.String("ca-bundle"), "The file of certificate authorities to trust, in PEM form"),
  noVerifySsl: on("no-verify-ssl", "Do not verify the endpoint's certificate"),
}

/**
 * Both repositories over HTTP, and the {@link Destination} of their requests.
 *
 * @category layers
 */
export const layer = (options: Connection.Options) =>
  Layer.unwrap(
    Effect.map(Connection.prepare(options), ({ attemptTimeout, client, credentials, destination, retries }) =>
      HttpRepo.layerConfig({
        ...destination.options,
        attemptTimeout,
        operationTimeout: Duration.infinity,
        retry: { maxAttempts: retries.maxAttempts, constants: retries.constants },
      }).pipe(
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))),
        Layer.provide(Transport.layerHttpClient()),
        Layer.provide(credentials === undefined ? unsigned(client) : Layer.merge(client, credentials)),
        Layer.merge(Layer.succeed(Destination.Destination, destination)),
      ),
    ),
  ).pipe(Layer.catch((error) => Layer.effectContext(Effect.fail(Connection.explain(error)))))

/** Signs with a key that is nobody's, and takes the signature off before the request is sent. */
const unsigned = (client: Layer.Layer<HttpClient.HttpClient>) =>
  Layer.merge(
    Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.mapRequest(strip))).pipe(
      Layer.provide(client),
    ),
    Credentials.layer({ accessKeyId: "unsigned", secretAccessKey: Redacted.make("unsigned") }),
  )

const strip = (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
  ["authorization", "x-amz-date", "x-amz-content-sha256"].reduce(
    (stripped, header) => HttpClientRequest.removeHeader(stripped, header),
    request,
  )

/**
 * Runs an operation on a {@link layer}, and ends with the sentences and exit codes of the AWS CLI where it fails.
 *
 * @category running
 */
export const provide =
  (options: Connection.Options, operation: OperationName) =>
  <A, R>(effect: Effect.Effect<A, ErrorOf[OperationName], R>) =>
    effect.pipe(
      Effect.catch((error) =>
        Effect.gen(function* () {
          const destination = yield* Destination.Destination
          const url = yield* Ref.get(destination.attempted)
          return yield* fromOperation(operation, error, { ...destination, url })
        }),
      ),
      Effect.provide(layer(options)),
    )
