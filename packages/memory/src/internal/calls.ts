import * as Interaction from "@proxy-session/domain/Interaction"
import type { Decision } from "@proxy-session/domain/Routing"
import type { ParsedRoute, RecordRequest, RouteRequest } from "@proxy-session/domain/RoutingRequest"
import { type Recorded, remembered } from "@proxy-session/repo/CallRouter"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Row } from "./row.ts"

/** How many answers are remembered at most, so that no flood of calls fills the memory. */
const capacity = 10_000

interface Answer {
  readonly decision: Decision
  readonly until: number
}

/** A call of a session. */
interface Entry {
  readonly row: Row
  /** Absent where the call comes from a snapshot, which has no answers. */
  readonly answered?: { readonly content: string; readonly decision: Decision }
  interaction: Interaction.Interaction
}

/**
 * The calls and texts of a tenant, and the answers that they got. A call that concerns a session is kept as long as the
 * session; of any other the answer alone, for an hour.
 */
export class Calls {
  /** The answers that concern no session, oldest first. */
  readonly #answers = new Map<string, Answer>()
  /** By what a provider reports on. The same id can have come with several contents. */
  readonly #entries = new Map<string, ReadonlyArray<Entry>>()
  readonly #ofSession = new WeakMap<Row, Array<Entry>>()

  /** The answer to a request that came before. */
  answer({ request }: ParsedRoute, now: number): Decision | undefined {
    const content = contentOf(request)
    const entry = this.#entries.get(keyOf(request))?.find(({ answered }) => answered?.content === content)
    if (entry?.answered !== undefined) return entry.answered.decision
    const answer = this.#answers.get(content)
    return answer === undefined || answer.until <= now ? undefined : answer.decision
  }

  /** Remembers the answer to a call of no session. */
  remember({ request }: ParsedRoute, decision: Decision, now: number): void {
    for (const [key, { until }] of this.#answers) {
      if (until > now && this.#answers.size < capacity) break
      this.#answers.delete(key)
    }
    const content = contentOf(request)
    this.#answers.delete(content)
    this.#answers.set(content, { decision, until: now + hour })
  }

  /** Begins a call of a session. */
  begin({ caller, request }: ParsedRoute, decision: Decision, row: Row, now: number): Interaction.Interaction {
    const interaction = Interaction.begin(request, decision, {
      at: DateTime.makeUnsafe(now),
      caller: caller._tag === "Number" ? row.placeOf(caller.number) : 0,
    })
    this.#add({ row, answered: { content: contentOf(request), decision }, interaction })
    return interaction
  }

  /** The calls that a report has changed, or `undefined` where there is no connected call that it is about. */
  report(request: RecordRequest, now: number): ReadonlyArray<Recorded> | undefined {
    const connected = this.#entries.get(keyOf(request))?.filter(({ interaction }) => interaction.via !== undefined)
    if (connected === undefined || connected.length === 0) return undefined
    return connected.flatMap((entry) => {
      const changed = Interaction.report(entry.interaction, request, DateTime.makeUnsafe(now))
      if (changed === undefined) return []
      entry.interaction = changed
      return [{ key: entry.row.key, interaction: changed }]
    })
  }

  of(row: Row): ReadonlyArray<Interaction.Interaction> {
    return (this.#ofSession.get(row) ?? []).map(({ interaction }) => interaction)
  }

  /** Adds a call of a snapshot. */
  restore(row: Row, interaction: Interaction.Interaction): void {
    this.#add({ row, interaction })
  }

  /** A session is gone, and its calls with it. */
  forget(row: Row): void {
    for (const { interaction } of this.#ofSession.get(row) ?? []) {
      const key = keyOf(interaction)
      const others = this.#entries.get(key)?.filter((entry) => entry.row !== row) ?? []
      if (others.length === 0) this.#entries.delete(key)
      else this.#entries.set(key, others)
    }
    this.#ofSession.delete(row)
  }

  #add(entry: Entry): void {
    const key = keyOf(entry.interaction)
    this.#entries.set(key, [...(this.#entries.get(key) ?? []), entry])
    const others = this.#ofSession.get(entry.row)
    if (others === undefined) this.#ofSession.set(entry.row, [entry])
    else others.push(entry)
  }
}

const hour = Duration.toMillis(remembered)

const keyOf = ({ channel, provider, providerId }: Pick<RecordRequest, "channel" | "provider" | "providerId">) =>
  `${channel} ${provider} ${providerId}`

const contentOf = (request: RouteRequest) =>
  JSON.stringify([keyOf(request), request.caller, request.dialled, request.voiceConnectorId])
