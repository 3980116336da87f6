#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Stdio from "effect/Stdio"
import * as Cli from "./Cli.ts"
import * as NodePlatform from "./NodePlatform.ts"

Stdio.Stdio.use(({ args }) => args).pipe(
  Effect.flatMap(Cli.run),
  Effect.provide(Layer.merge(NodeServices.layer, NodePlatform.layer)),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? Number(exit.value) : 130),
  }),
)
