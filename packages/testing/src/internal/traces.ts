import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Formatter from "effect/Formatter"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"

/** Every text that can be reached from a value by its own properties, hidden ones such as a stack among them. */
const texts = (value: unknown, seen = new Set<unknown>()): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if (typeof value === "symbol" || typeof value === "bigint" || typeof value === "number") return [String(value)]
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return []
  seen.add(value)
  const entries = value instanceof Map ? [...value.entries()].flat() : value instanceof Set ? [...value] : []
  const members = Reflect.ownKeys(value).flatMap((key) => [
    typeof key === "string" ? key : String(key),
    Object.getOwnPropertyDescriptor(value, key)?.value,
  ])
  return [...entries, ...members].flatMap((each) => texts(each, seen))
}

/** All that a value shows of itself: to a person, to JSON, and, for an error, to whoever takes it apart. */
export const shown = (value: unknown): string =>
  [
    String(value),
    JSON.stringify(value),
    Formatter.format(value),
    ...(value instanceof Error ? [...texts(value), Cause.pretty(Cause.fail(value))] : []),
  ].join("\n")

/** Runs an effect at debug level and gathers all that it logs and traces. */
export const recorded = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, string], E, R> =>
  Effect.suspend(() => {
    const logs: Array<string> = []
    const spans: Array<Tracer.NativeSpan> = []
    const logger = Logger.make(({ cause, fiber, message }) => {
      const annotations = fiber.getRef(References.CurrentLogAnnotations)
      logs.push(shown(message), shown(annotations), Cause.pretty(cause))
    })
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      },
    })
    return effect.pipe(
      Effect.withTracer(tracer),
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.map((answer) => [answer, [...logs, ...spans.map(told)].join("\n")] as const),
    )
  })

/** What an exporter would send of a span: a success is never part of it. */
const told = ({ attributes, events, name, status }: Tracer.NativeSpan): string =>
  [
    name,
    ...texts(attributes),
    ...texts(events),
    ...(status._tag === "Ended" && Exit.isFailure(status.exit)
      ? [
          Cause.pretty(status.exit.cause),
          ...texts(status.exit.cause.reasons.filter(Cause.isFailReason).map(({ error }) => error)),
        ]
      : []),
  ].join("\n")
