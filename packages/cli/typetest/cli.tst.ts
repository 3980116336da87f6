/**
 * What the compiler must accept and refuse. Nothing here runs; `tsc` is the test.
 */
import * as Cli from "@proxy-session/cli/Cli"
import * as Client from "@proxy-session/cli/Client"
import type * as Connection from "@proxy-session/cli/Connection"
import * as ExitCode from "@proxy-session/cli/ExitCode"
import type * as NodePlatform from "@proxy-session/cli/NodePlatform"
import type { Platform } from "@proxy-session/cli/Platform"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import { expectTypeOf } from "@effect/vitest"
import type * as Command from "effect/cli/Command"
import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { Destination } from "@proxy-session/cli/Destination"
import type * as Layer from "effect/Layer"
import type * as Path from "effect/Path"

type Repos = ProxySessionRepo | VoiceConnectorProxyRepo

// A command line never fails: it answers its exit code, and asks for the machine alone.
export const ended = Cli.run(["list-proxy-sessions"])
expectTypeOf<typeof ended>().toEqualTypeOf<Effect.Effect<number, never, Command.Environment | Platform>>()
expectTypeOf<typeof NodePlatform.layer>().toEqualTypeOf<Layer.Layer<Platform>>()

// All that can be wrong with a connection is told as the end of the command.
declare const options: Connection.Options
export const connected = Client.layer(options)
expectTypeOf<typeof connected>().toEqualTypeOf<
  Layer.Layer<Repos | Destination, ExitCode.CommandFailure, FileSystem.FileSystem | Path.Path | Platform>
>()

// Every error of an operation has an exit code; the end of another command is no such error.
export const told = (failure: ExitCode.CommandFailure) =>
  // @ts-expect-error -- it is told already
  // @effect-diagnostics-next-line missingEffectError:off
  ExitCode.fromOperation("GetProxySession", failure)
