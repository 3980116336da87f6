#!/usr/bin/env node
// The syntax is old, so that an old Node can read this far and say what is wrong.
var least = [22, 19]
var found = process.versions.node.split(".").map(Number)

if (found[0] > least[0] || (found[0] === least[0] && found[1] >= least[1])) {
  void import("./bin.mjs")
} else {
  process.stderr.write(
    "proxy-session needs Node " + least.join(".") + " or newer, and this is Node " + found.join(".") + ".\n",
  )
  process.exitCode = 253
}
