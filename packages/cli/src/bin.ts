#!/usr/bin/env node
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { argv } from "node:process"
import * as Cli from "./Cli.ts"
import * as NodePlatform from "./NodePlatform.ts"

const args = argv.slice(2)

Cli.run(args).pipe(
  Effect.provide(Layer.merge(NodeServices.layer, NodePlatform.layer)),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? Number(exit.value) : Cli.interrupted(args)),
  }),
)
