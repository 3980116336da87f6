/**
 * The life of a proxy session: when it expires, what it is at an instant, and what an update makes of it.
 *
 * Nothing here runs a timer. A session ends by the clock alone, so what it is at an instant follows from the session
 * and the instant.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Capability from "./Capability.ts"
import { ProxySession } from "./ProxySession.ts"
import type { UpdateProxySession } from "./ProxySessionRequest.ts"
import { BadRequestException } from "./ServiceError.ts"

/**
 * The instant at which a session expires: its creation plus its minutes, also after an update; `undefined` for one
 * without an expiry, and for one whose expiry no calendar reaches (the model sets the minutes no limit).
 *
 * @category getters
 */
export const expiresAt = (
  session: Pick<ProxySession, "createdTimestamp" | "expiryMinutes">,
): DateTime.Utc | undefined =>
  session.expiryMinutes === undefined
    ? undefined
    : Option.getOrUndefined(
        DateTime.make(DateTime.toEpochMillis(session.createdTimestamp) + session.expiryMinutes * 60_000),
      )

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
  const end = session.status === "Closed" ? undefined : expiresAt(session)
  return end === undefined || DateTime.isLessThan(now, end) ? session : close(session, end)
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
    return Result.fail(new BadRequestException({ message: "The proxy session is closed", code: "BadRequest" }))
  }
  const updated = change(current, {
    capabilities: Capability.canonical(request.capabilities),
    updatedTimestamp: now,
    ...(request.expiryMinutes === undefined ? {} : { expiryMinutes: request.expiryMinutes }),
  })
  const end = expiresAt(updated)
  return Result.succeed(end === undefined || DateTime.isLessThan(now, end) ? updated : close(updated, now))
}

const change = (session: ProxySession, members: Partial<ProxySession>): ProxySession =>
  new ProxySession({ ...session, ...members }, { disableChecks: true })
