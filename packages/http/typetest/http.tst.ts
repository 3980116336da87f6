/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import type { CredentialsError } from "@proxy-session/domain/CredentialsError"
import { type AwsCredentials, type AwsCredentialProvider, Credentials } from "@proxy-session/http/Credentials"
import * as FastSigner from "@proxy-session/http/FastSigner"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import type { OptionsError } from "@proxy-session/http/OptionsError"
import * as NodeTransport from "@proxy-session/http/NodeTransport"
import * as Transport from "@proxy-session/http/Transport"
import * as UndiciTransport from "@proxy-session/http/UndiciTransport"
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
type Needs = Credentials | Transport.Transport

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

// A transport needs nothing but what it is made of, and a signer is a choice that adds no requirement.
export const transports = {
  fetch: Transport.layerFetch(),
  undici: UndiciTransport.layer({ connections: 1, connect: { ca: "" }, maxHeaderSize: 1024 }),
  node: NodeTransport.layer({ connections: 1 }),
}
expectTypeOf<typeof transports.fetch>().toEqualTypeOf<Layer.Layer<Transport.Transport>>()
expectTypeOf<typeof transports.undici>().toEqualTypeOf<Layer.Layer<Transport.Transport, OptionsError>>()
expectTypeOf<typeof transports.node>().toEqualTypeOf<Layer.Layer<Transport.Transport, OptionsError>>()
expectTypeOf<ReturnType<typeof Transport.layerHttpClient>>().toEqualTypeOf<
  Layer.Layer<Transport.Transport, never, HttpClient.HttpClient>
>()
// @ts-expect-error -- over HTTP/2 undici repeats requests by itself
export const h2 = UndiciTransport.layer({ allowH2: true })
// @ts-expect-error -- whatever the connector is told
export const h2Connect = UndiciTransport.layer({ connect: { allowH2: true } })
// @ts-expect-error -- attempts have deadlines of their own
export const timeouts = UndiciTransport.layer({ headersTimeout: 1 })
export const signer = FastSigner.layer()
expectTypeOf<typeof signer>().toEqualTypeOf<Layer.Layer<never>>()
