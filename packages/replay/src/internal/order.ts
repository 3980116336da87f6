import type { Interaction } from "../Cassette.ts"

/** The order in which recorded calls may come, and what has come of them. */
export interface Order {
  /** Whether all that must come before a call has come. Each list is walked once, however many calls there are. */
  readonly isDue: (interaction: Interaction) => boolean
  /** Whether something has come that must come after it. */
  readonly isOvertaken: (interaction: Interaction | undefined) => boolean
  /** A recorded call has come, or one that is new: that is recorded behind all others. */
  readonly come: (interaction: Interaction | "new") => void
}

export const make = (
  order: "any" | "causal" | "strict",
  interactions: ReadonlyArray<Interaction>,
  left: ReadonlySet<Interaction>,
): Order => {
  if (order === "any") return { isDue: () => true, isOvertaken: () => false, come: () => undefined }
  const inOrder =
    order === "strict" ? interactions : interactions.toSorted((one, other) => one.ticks[1] - other.ticks[1])
  /** The tick at which a call begins to keep others behind it. */
  const passed = ({ ticks: [began, ended] }: Interaction) => (order === "strict" ? began : ended)
  let next = 0
  let latest = -1
  return {
    isDue: (interaction) => {
      for (let each = inOrder[next]; each !== undefined && !left.has(each); each = inOrder[next]) next++
      const earliest = inOrder[next]
      return earliest === undefined || earliest === interaction || passed(earliest) > interaction.ticks[0]
    },
    isOvertaken: (interaction) => interaction !== undefined && passed(interaction) < latest,
    come: (interaction) => {
      latest = interaction === "new" ? Infinity : Math.max(latest, interaction.ticks[0])
    },
  }
}
