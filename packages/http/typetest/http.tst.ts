/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { type AwsCredentials, type AwsCredentialProvider, Credentials } from "@proxy-session/http/Credentials"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import type { OptionsError } from "@proxy-session/http/OptionsError"
import * as UndiciClient from "@proxy-session/http/UndiciClient"
import type { EndpointError } from "@proxy-session/protocol/Endpoint"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { defaultProvider } from "@aws-sdk/credential-provider-node"
import { expectTypeOf } from "@effect/vitest"
import type * as Config from "effect/Config"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"

type Repos = ProxySessionRepo | VoiceConnectorProxyRepo
type Needs = Credentials | HttpClient.HttpClient

// The live Layer asks for a client and credentials, and says all that can be wrong before a call.
export const live = HttpRepo.layer()
expectTypeOf<typeof live>().toEqualTypeOf<Layer.Layer<Repos, EndpointError | OptionsError, Needs>>()
export const fromEnvironment = HttpRepo.layerConfig()
expectTypeOf<typeof fromEnvironment>().toEqualTypeOf<
  Layer.Layer<Repos, Config.ConfigError | EndpointError | OptionsError, Needs>
>()
export const configured = HttpRepo.layerConfig({ namespace: "chime" })
expectTypeOf<typeof configured>().toEqualTypeOf<typeof fromEnvironment>()

// Credentials fail with one error, and the first of several when they are asked, not before.
export const fixed = (credentials: AwsCredentials) => Credentials.layer(credentials)
expectTypeOf<ReturnType<typeof fixed>>().toEqualTypeOf<Layer.Layer<Credentials, CredentialsError>>()
expectTypeOf<ReturnType<typeof Credentials.layerConfig>>().toEqualTypeOf<Layer.Layer<Credentials, CredentialsError>>()
export const chain = Credentials.fromProvider(defaultProvider())
expectTypeOf<typeof chain>().toEqualTypeOf<Layer.Layer<Credentials, CredentialsError>>()
expectTypeOf<ReturnType<typeof Credentials.first>>().toEqualTypeOf<Layer.Layer<Credentials>>()
expectTypeOf<Credentials["Service"]["get"]>().toEqualTypeOf<Effect.Effect<AwsCredentials, CredentialsError>>()
// @ts-expect-error -- a provider answers a promise
export const prompt: AwsCredentialProvider = () => ({ accessKeyId: "", secretAccessKey: "" })
// @ts-expect-error -- there is no first of none
export const none = Credentials.first()

// A transport is a client, and a signer is a choice that adds no requirement.
export const transport = UndiciClient.layer()
expectTypeOf<typeof transport>().toEqualTypeOf<Layer.Layer<HttpClient.HttpClient, OptionsError>>()
export const signer = FastSigner.layer()
expectTypeOf<typeof signer>().toEqualTypeOf<Layer.Layer<never>>()
