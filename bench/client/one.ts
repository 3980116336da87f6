/**
 * One client in a process of its own: `node bench/client/one.ts NAME URL IN_FLIGHT SECONDS`.
 */
import { clients } from "./clients.ts"
import { measure } from "./measure.ts"

const [name = "", url = "", inFlight = "64", seconds = "3"] = process.argv.slice(2)
const make = clients[name]
if (make === undefined) throw new Error(`no such client: ${name}`)
const figures = await measure(await make(url), {
  inFlight: Number(inFlight),
  seconds: Number(seconds),
  warmUpSeconds: 1,
})
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(0)
