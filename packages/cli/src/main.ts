import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { argv, env } from "node:process"
import * as Cli from "./Cli.ts"
import * as NodePlatform from "./NodePlatform.ts"

const args = argv.slice(2)

// The AWS CLI tells a variable that is set to nothing from one that is not set.
const environment = ConfigProvider.layer(ConfigProvider.fromEnv({ preserveEmptyStrings: true }))

// npm and pnpm set the variable, and only where one of them has started this there can be an npx that may end.
const command =
  env["npm_command"] === undefined
    ? Cli.run(args)
    : Effect.flatMap(
        Effect.promise(() => import("./internal/npx.ts")),
        (npx) => npx.whileItRuns(Cli.run(args)),
      )

command.pipe(
  Effect.provide(Layer.mergeAll(NodeServices.layer, NodePlatform.layer, environment)),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? Number(exit.value) : Cli.interrupted(args)),
  }),
)
