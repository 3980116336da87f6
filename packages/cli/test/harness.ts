/**
 * Runs the command as an effect, on a machine made of values: its files, variables, terminal and network.
 */
// The command loads these two when it needs them; here they are there before the test clock runs.
import "@proxy-session/cli/OperationCommand"
import "@proxy-session/cli/Program"
import * as Cli from "@proxy-session/cli/Cli"
import { Platform, type Timeouts } from "@proxy-session/cli/Platform"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import type { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import type { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as ProxySessionServer from "@proxy-session/server/ProxySessionServer"
import * as ByteSize from "effect/ByteSize"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { systemError } from "effect/PlatformError"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as ChildProcess from "effect/process/ChildProcessSpawner"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"

export const connector = ["--voice-connector-id", "abcdef1ghij2klmno3pqr4"] as const
export const keys = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret-of-example",
  AWS_REGION: "us-east-1",
}

/** What is at a path: a text, bytes, or what is no file or may not be read. */
export type File = string | Uint8Array | { readonly is: "Directory" | "CharacterDevice" | "unreadable" }

export interface Machine {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly files?: Readonly<Record<string, File>>
  readonly columns?: number
  /** Whether stdin, stdout and stderr are a terminal. */
  readonly isTerminal?: boolean
  readonly httpServer?: Layer.Layer<HttpServer.HttpServer>
}

/** What came of a command. `screen` is what went to the terminal past the console. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly screen: string
}

/** The network: what was asked over it, and how. */
export class Network extends Context.Service<
  Network,
  {
    readonly requests: Array<HttpClientRequest.HttpClientRequest>
    readonly timeouts: Array<Timeouts>
    readonly client: HttpClient.HttpClient
  }
>()("test/Network") {}

const network = (
  answer: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<HttpClientResponse.HttpClientResponse>,
) => {
  const requests: Array<HttpClientRequest.HttpClientRequest> = []
  const client = HttpClient.make((request) => {
    requests.push(request)
    return answer(request)
  })
  return { requests, timeouts: [], client }
}

/** AWS's own hosts, which the command asks where no endpoint is set. */
const allowedHosts = ["voice-chime.us-east-1.amazonaws.com", "chime.us-east-1.amazonaws.com"]

/** The server of this project behind the network, without a socket. It takes any request for its own. */
export const layerServer: Layer.Layer<Network | MemoryServices> = Layer.effect(
  Network,
  Effect.map(Effect.context<ProxySessionRepo | VoiceConnectorProxyRepo>(), (repos) =>
    network((request) =>
      ProxySessionServer.app({ authentication: "none", allowedHosts }).pipe(
        Effect.provide(
          Context.add(repos, HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
        ),
        Effect.map((response) => HttpServerResponse.toClientResponse(response, { request })),
      ),
    ),
  ),
).pipe(Layer.provideMerge(MemoryRepo.layer({ seed: "cli" })))

type MemoryServices = Layer.Success<ReturnType<typeof MemoryRepo.layer>>

/** A network on which every request gets the same answer. */
export const layerAnswer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  Layer.sync(Network, () =>
    network((request) =>
      Effect.sync(() =>
        HttpClientResponse.fromWeb(request, new Response(status === 204 ? null : body, { status, headers })),
      ),
    ),
  )

const info: Omit<FileSystem.File.Info, "type"> = {
  mtime: Option.none(),
  atime: Option.none(),
  birthtime: Option.none(),
  dev: 0n,
  ino: Option.none(),
  mode: 0,
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  rdev: Option.none(),
  size: ByteSize.zero,
  blksize: Option.none(),
  blocks: Option.none(),
}

const fileSystem = (files: Readonly<Record<string, File>>) => {
  const failure = (_tag: "NotFound" | "PermissionDenied", method: string, path: string) =>
    Effect.fail(systemError({ _tag, module: "FileSystem", method, pathOrDescriptor: path }))
  const bytes = (method: string, path: string) => {
    const file = files[path]
    if (file === undefined) return failure("NotFound", method, path)
    if (typeof file === "string") return Effect.succeed(new TextEncoder().encode(file))
    return "is" in file ? failure("PermissionDenied", method, path) : Effect.succeed(file)
  }
  return FileSystem.layerNoop({
    stat: (path) => {
      const file = files[path]
      if (file === undefined) return failure("NotFound", "stat", path)
      const is = typeof file === "object" && "is" in file ? file.is : "unreadable"
      return Effect.succeed({ ...info, type: is === "unreadable" ? ("File" as const) : is })
    },
    readFile: (path) => bytes("readFile", path),
    stream: (path) => Stream.fromEffect(bytes("stream", path)),
    readFileString: (path) => Effect.map(bytes("readFileString", path), (read) => new TextDecoder().decode(read)),
  })
}

/** Runs a command line on a machine; the default one has keys, a region and no files. */
export const run = (argv: ReadonlyArray<string>, machine: Machine = {}): Effect.Effect<Outcome, never, Network> =>
  Effect.gen(function* () {
    const { client, timeouts } = yield* Network
    const { columns = 80, env = keys, files = {}, isTerminal = false } = machine
    const { httpServer = Layer.effectContext(Effect.die("unused")) } = machine
    const written = { stdout: "", stderr: "", screen: "" }
    const write = (to: keyof typeof written) => (text: unknown) => {
      written[to] += String(text)
    }
    const line =
      (to: keyof typeof written) =>
      (...parts: ReadonlyArray<unknown>) =>
        write(to)(`${parts.join(" ")}\n`)
    const sink = (to: keyof typeof written) => () =>
      Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => write(to)(chunk)))
    const services = Layer.mergeAll(
      fileSystem(files),
      Path.layer,
      Stdio.layerTest({
        stdinIsTerminal: Effect.succeed(isTerminal),
        stdoutIsTerminal: Effect.succeed(isTerminal),
        stderrIsTerminal: Effect.succeed(isTerminal),
        stdout: sink("screen"),
        stderr: sink("screen"),
      }),
      Layer.succeed(
        Terminal.Terminal,
        Terminal.make({
          columns: Effect.succeed(columns),
          rows: Effect.succeed(24),
          size: Effect.die("unused"),
          readInput: Effect.die("unused"),
          readLine: Effect.die("unused"),
          display: (text) => Effect.sync(() => write("screen")(text)),
        }),
      ),
      Layer.succeed(
        ChildProcessSpawner,
        ChildProcess.make(() => Effect.die("unused")),
      ),
      Layer.succeed(Platform, {
        httpClient: (limits) => {
          timeouts.push(limits)
          return Layer.succeed(HttpClient.HttpClient, client)
        },
        httpServer: () => httpServer,
      }),
      ConfigProvider.layer(ConfigProvider.fromEnvRecord({ HOME: "/home/me", ...env }, { preserveEmptyStrings: true })),
      Layer.succeed(Console.Console, { ...globalThis.console, log: line("stdout"), error: line("stderr") }),
    )
    const code = yield* Effect.provide(Cli.run(argv), services)
    return { code, ...written }
  })
