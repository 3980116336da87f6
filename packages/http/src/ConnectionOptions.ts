/**
 * How `NodeClient` and `UndiciClient` keep connections.
 */
import type * as Duration from "effect/Duration"

/**
 * How many connections there are, how long they may take to be made, and how long they may idle.
 *
 * - `connections`: sockets to one origin at most, 64 unless told otherwise; calls beyond them wait, not even signed, and one
 *   that gets none in its time certainly was not sent
 * - `connectTimeout`: 3 seconds for the connection, TLS included; then the request certainly was not sent
 * - `keepAliveTimeout`: how long a socket may idle before it is given up, 4 seconds, or less if the server says so
 *
 * @category models
 */
export interface ConnectionOptions {
  readonly connections?: number | undefined
  readonly connectTimeout?: Duration.Input | undefined
  readonly keepAliveTimeout?: Duration.Input | undefined
}
