/**
 * One client in a process of its own: `node bench/client/one.ts NAME URL WARM_UP_SECONDS [IN_FLIGHT SECONDS]...`.
 *
 * Prints a JSON object with the figures for each number in flight.
 */
import { clients } from "./clients.ts"
import { type Figures, measure } from "./measure.ts"

const [name = "", url = "", warmUp = "1", ...levels] = process.argv.slice(2)
const make = clients[name]
if (make === undefined) throw new Error(`no such client: ${name}`)
const calls = await make(url)
await measure(calls, 64, Number(warmUp))
const figures: Record<string, Figures> = {}
for (let i = 0; i < levels.length; i += 2) {
  const [inFlight = "64", seconds = "1"] = levels.slice(i)
  figures[inFlight] = await measure(calls, Number(inFlight), Number(seconds))
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(0)
