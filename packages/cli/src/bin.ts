#!/usr/bin/env node
import { enableCompileCache } from "node:module"
import { argv, stdout } from "node:process"
import { line } from "./internal/version.ts"

// Scripts that look for the command ask for its version, and need not wait until everything is loaded.
if (argv.length === 3 && argv[2] === "--version") stdout.write(`${line}\n`)
else {
  // Node keeps what it has compiled in the folder for temporary files, and starts in half of the time from then on.
  enableCompileCache()
  void import("./main.ts")
}
