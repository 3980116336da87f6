/**
 * Which attempts belong to one call of a client, so that a create that is repeated happens once.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"

/**
 * One call of a client, whatever number of attempts it takes.
 *
 * `id` is what the client sends with each attempt (`amz-sdk-invocation-id`), `accessKeyId` whose it is, and `requestHash`
 * stands for the content of the request: the same id with another content is another call.
 *
 * @category models
 */
export interface Invocation {
  readonly accessKeyId: string
  readonly id: string
  readonly requestHash: string
}

/**
 * The call for which an operation runs, or `undefined` where nobody says.
 *
 * A server provides it for each request that names one; a store that makes a session remembers it, and answers a further
 * attempt of the same call with the session that the first one made. AWS has no such rule; its model has no idempotency
 * token. The SDK for JavaScript and the client of this project send the id.
 *
 * @category references
 */
export const Invocation = Context.Reference<Invocation | undefined>("@proxy-session/repo/Invocation", {
  defaultValue: () => undefined,
})

/**
 * How long a store remembers a call at least: an hour.
 *
 * @category constants
 */
export const remembered: Duration.Duration = Duration.hours(1)

/**
 * A call as one text, to be found again by.
 *
 * @category getters
 */
export const keyOf = ({ accessKeyId, id, requestHash }: Invocation): string =>
  JSON.stringify([accessKeyId, id, requestHash])
