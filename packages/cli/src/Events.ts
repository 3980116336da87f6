/**
 * The events of `proxy-session serve`, sent to an application by HTTP.
 */
import { SessionEvents, type SessionEventsOptions } from "@proxy-session/repo/SessionEvents"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { variables } from "./Database.ts"
import { type CommandFailure, configuration, usage } from "./ExitCode.ts"
import { variable } from "./Profile.ts"

/** The modules are loaded on demand, so that a server without events starts without them. */
const modules = Effect.promise(async () => {
  const [EventWebhook, FetchHttpClient] = await Promise.all([
    import("@proxy-session/repo/EventWebhook"),
    import("effect/http/FetchHttpClient"),
  ])
  return { EventWebhook, FetchHttpClient }
})

/**
 * What a store is to be opened with, so that its events reach the application for as long as the scope is open, and the
 * control API if it is to have them.
 *
 * A redirect is not followed: events go where the flag says, and nowhere else.
 *
 * @category constructors
 */
export const start = Effect.fnUntraced(function* (
  url: string | undefined,
  controlled: SessionEventsOptions | undefined,
): Effect.fn.Return<Context.Context<never>, CommandFailure, Scope.Scope> {
  const events = SessionEvents.layer(controlled)
  if (url === undefined) return controlled === undefined ? Context.empty() : yield* Layer.build(events)
  const text = yield* variable(variables.eventsSecrets)
  if (text === undefined) {
    return yield* configuration(
      `--events-url needs ${variables.eventsSecrets}: secrets that begin with whsec_, with commas between`,
    )
  }
  const { EventWebhook, FetchHttpClient } = yield* modules
  const secrets = text.split(",").map((secret) => Redacted.make(secret.trim()))
  const client = FetchHttpClient.layer.pipe(
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })),
  )
  const webhook = EventWebhook.layer({ url, secrets }).pipe(Layer.provide(client), Layer.provideMerge(events))
  return yield* Effect.catch(Layer.build(webhook), ({ violations: [{ path, rule }] }) =>
    path === "url" ? usage(`--events-url ${rule}`) : configuration(`${variables.eventsSecrets}: ${path} ${rule}`),
  )
})
