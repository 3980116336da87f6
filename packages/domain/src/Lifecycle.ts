/**
 * The life of a proxy session: when it expires, what it is at an instant, and what an update makes of it.
 *
 * Nothing here runs a timer. A session ends by the clock alone, so what it is at an instant follows from the session
 * and the instant.
 */
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { instance } from "./internal/instance.ts"
import { bad } from "./internal/refused.ts"
import * as Capability from "./Capability.ts"
import { ProxySession } from "./ProxySession.ts"
import type { UpdateProxySession } from "./ProxySessionRequest.ts"
import type { BadRequestException } from "./ServiceError.ts"

/** The last instant that a calendar reaches, in milliseconds since the epoch. */
const lastInstant = 8_640_000_000_000_000

/**
 * The instant at which a session expires, in milliseconds since the epoch: its creation plus its minutes, also after an
 * update.
 *
 * `Infinity` for a session without an expiry, and for one whose expiry no calendar reaches (the model sets the minutes no
 * limit).
 *
 * @category getters
 */
export const endsAt = (session: Pick<ProxySession, "createdTimestamp" | "expiryMinutes">): number => {
  const end = DateTime.toEpochMillis(session.createdTimestamp) + (session.expiryMinutes ?? Infinity) * 60_000
  return end > lastInstant ? Infinity : end
}

/**
 * The instant at which a session expires, or `undefined` where {@link endsAt} is `Infinity`.
 *
 * @category getters
 */
export const expiresAt = (
  session: Pick<ProxySession, "createdTimestamp" | "expiryMinutes">,
): DateTime.Utc | undefined => {
  const end = endsAt(session)
  return end === Infinity ? undefined : DateTime.makeUnsafe(end)
}

/**
 * A session ended at an instant: `Closed`, with that instant as its end and its last update.
 *
 * @category combinators
 */
export const close = (session: ProxySession, at: DateTime.Utc): ProxySession =>
  change(session, { status: "Closed", updatedTimestamp: at, endedTimestamp: at })

/**
 * What a session is at an instant: itself, or `Closed` since the moment it expired.
 *
 * @category combinators
 */
export const settle = (session: ProxySession, now: DateTime.Utc): ProxySession => {
  if (session.status === "Closed") return session
  const end = endsAt(session)
  return DateTime.toEpochMillis(now) < end ? session : close(session, DateTime.makeUnsafe(end))
}

/**
 * A session after a first call or message went through it: `InProgress`, unless it has ended.
 *
 * AWS has no text on this status; that an interaction causes it is inferred.
 *
 * @category combinators
 */
export const interact = (session: ProxySession, now: DateTime.Utc): ProxySession => {
  const current = settle(session, now)
  return current.status === "Open" ? change(current, { status: "InProgress", updatedTimestamp: now }) : current
}

/**
 * What an update makes of a session: new capabilities and, if given, a new number of minutes since its creation.
 *
 * A session that has ended cannot be updated. A new expiry that is already past ends it at once.
 *
 * @category combinators
 */
export const update = (
  session: ProxySession,
  request: Pick<UpdateProxySession, "capabilities" | "expiryMinutes">,
  now: DateTime.Utc,
): Result.Result<ProxySession, BadRequestException> => {
  const current = settle(session, now)
  if (current.status === "Closed") {
    return bad("The proxy session is closed")
  }
  const updated = change(current, {
    capabilities: Capability.canonical(request.capabilities),
    updatedTimestamp: now,
    ...(request.expiryMinutes === undefined ? {} : { expiryMinutes: request.expiryMinutes }),
  })
  return Result.succeed(DateTime.toEpochMillis(now) < endsAt(updated) ? updated : close(updated, now))
}

const change = (session: ProxySession, members: Partial<ProxySession>): ProxySession =>
  instance(ProxySession, { ...session, ...members })
