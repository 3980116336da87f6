/**
 * A proxy session service as simply as it can be said: one list of all sessions there ever were, looked through from
 * the beginning for every question. It shares no code with the implementation.
 */
import type { PoolNumber } from "@proxy-session/domain/NumberSelection"
import { capabilitiesOf, type Command } from "./commands.ts"

export interface Entry {
  readonly id: string
  readonly people: readonly [string, string]
  readonly number: string
  readonly created: number
  readonly minutes: number
  readonly capabilities: ReadonlyArray<string>
  readonly updated: number
  readonly used: boolean
  readonly endedEarly: boolean
  readonly deleted: boolean
}

/** What a session looks like from outside at an instant. */
export interface Seen {
  readonly id: string
  readonly status: string
  readonly people: ReadonlyArray<string>
  readonly numbers: ReadonlyArray<string>
  readonly capabilities: ReadonlyArray<string>
  readonly minutes: number | undefined
  readonly created: number
  readonly updated: number
  readonly ended: number | undefined
}

export type Outcome =
  | { readonly refused: string }
  | { readonly made: Omit<Seen, "id"> }
  | { readonly seen: Seen }
  | { readonly listed: ReadonlyArray<Seen> }
  | { readonly done: true }

interface Configuration {
  readonly minutes: number
  readonly countries: ReadonlyArray<string>
  readonly disabled: boolean
}

const areaOf = (number: string) => number.slice(2, 5)

export class Model {
  readonly pool: ReadonlyArray<PoolNumber>
  readonly people: ReadonlyArray<string>
  entries: ReadonlyArray<Entry> = []
  configuration: Configuration | undefined
  now = 0

  constructor(pool: ReadonlyArray<PoolNumber>, people: ReadonlyArray<string>) {
    this.pool = pool
    this.people = people
  }

  end(entry: Entry): number {
    return entry.endedEarly ? entry.updated : entry.created + entry.minutes * 60_000
  }

  status(entry: Entry): string {
    return this.now >= this.end(entry) ? "Closed" : entry.used ? "InProgress" : "Open"
  }

  see(entry: Entry): Seen {
    const status = this.status(entry)
    const { capabilities, created, id, minutes, number, people } = entry
    return {
      id,
      status,
      people,
      numbers: [number, number],
      capabilities,
      minutes,
      created,
      updated: status === "Closed" ? this.end(entry) : entry.updated,
      ended: status === "Closed" ? this.end(entry) : undefined,
    }
  }

  /** The nth session ever made, deleted or not. */
  nth(n: number): Entry | undefined {
    return this.entries[n % this.entries.length]
  }

  choose(command: Extract<Command, { does: "create" }>, people: readonly [string, string]): string | undefined {
    const last = this.entries.findLast((entry) => entry.people.toSorted().join() === people.toSorted().join())?.number
    const taken = this.entries
      .filter((entry) => !entry.deleted && this.status(entry) !== "Closed")
      .filter((entry) => entry.people.some((person) => people.includes(person)))
      .map((entry) => entry.number)
    const free = this.pool.filter(
      ({ country, phoneNumber }) =>
        this.configuration?.countries.includes(country) &&
        !people.includes(phoneNumber) &&
        !taken.includes(phoneNumber),
    )
    const numbers = (those: ReadonlyArray<PoolNumber>) => those.map(({ phoneNumber }) => phoneNumber as string)
    const place =
      command.near === "first"
        ? { country: areaOf(people[0]) === "416" ? "CA" : "US", area: areaOf(people[0]) }
        : command.near === "Toronto"
          ? { country: "CA", area: "416" }
          : undefined
    const nearest = [
      ...numbers(free.filter((one) => one.country === place?.country && areaOf(one.phoneNumber) === place.area)),
      ...numbers(free.filter((one) => one.country === place?.country)),
      ...numbers(free),
    ]
    if (command.behavior === "AvoidSticky") return nearest.find((number) => number !== last) ?? nearest[0]
    return nearest.find((number) => number === last) ?? nearest[0]
  }

  /** What a command should bring about. An entry that it makes gets its id later, from the answer. */
  play(command: Command, clock: number): Outcome {
    switch (command.does) {
      case "put": {
        this.configuration = {
          minutes: command.minutes,
          countries: command.countries.split(","),
          disabled: command.disabled,
        }
        return { done: true }
      }
      case "unput": {
        this.configuration = undefined
        return { done: true }
      }
      case "jump":
        return { done: true }
    }
    this.now = Math.max(this.now, clock)
    if (command.does === "list") {
      const alive = this.entries.filter((entry) => !entry.deleted)
      const seen = alive.map((entry) => this.see(entry))
      return { listed: command.status === undefined ? seen : seen.filter(({ status }) => status === command.status) }
    }
    if (command.does === "create") {
      const [one, other] = command.people.map((n) => this.people[n] ?? "")
      const people = [one ?? "", other ?? ""] as const
      if (one === other || capabilitiesOf(command).length === 0) return { refused: "BadRequestException" }
      if (this.configuration === undefined) return { refused: "BadRequestException" }
      if (this.configuration.disabled) return { refused: "ForbiddenException" }
      const number = this.choose(command, people)
      if (number === undefined) return { refused: "BadRequestException" }
      const entry: Entry = {
        id: "",
        people,
        number,
        created: this.now,
        minutes: command.minutes ?? this.configuration.minutes,
        capabilities: [...new Set(capabilitiesOf(command))].toSorted(),
        updated: this.now,
        used: false,
        endedEarly: false,
        deleted: false,
      }
      this.entries = [...this.entries, entry]
      const { id: _, ...made } = this.see(entry)
      return { made }
    }
    const entry = this.nth(command.which)
    const write = (changes: Partial<Entry>) => {
      this.entries = this.entries.map((each) => (each === entry ? { ...each, ...changes } : each))
    }
    if (command.does === "update" && capabilitiesOf(command).length === 0) return { refused: "BadRequestException" }
    if (entry === undefined || entry.deleted) return { refused: "NotFoundException" }
    const closed = this.status(entry) === "Closed"
    if (command.does === "delete") {
      write({ deleted: true })
      return { done: true }
    }
    if (command.does === "interact" && !closed && !entry.used) write({ used: true, updated: this.now })
    if (command.does === "update") {
      if (closed) return { refused: "BadRequestException" }
      const minutes = command.minutes ?? entry.minutes
      write({
        minutes,
        capabilities: [...new Set(capabilitiesOf(command))].toSorted(),
        updated: this.now,
        endedEarly: entry.created + minutes * 60_000 <= this.now,
      })
    }
    const after = this.nth(command.which)
    return after === undefined ? { refused: "NotFoundException" } : { seen: this.see(after) }
  }
}
