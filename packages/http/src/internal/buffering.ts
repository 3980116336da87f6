import type { HttpClient } from "effect/http/HttpClient"

/** Clients whose answers come whole: once there is one, no connection is held for it. */
const bufferingClients = new WeakSet<HttpClient>()

export const markBuffering = <Client extends HttpClient>(client: Client): Client => {
  bufferingClients.add(client)
  return client
}

/** Whether all answers of a client are whole, so that there is nothing to free after them. */
export const isBuffering = (client: HttpClient): boolean => bufferingClients.has(client)
