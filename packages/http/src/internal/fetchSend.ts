import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { type Head, type Request, Response, type Send, type TransportFailure } from "../Exchange.ts"
import { Bytes, isSmall } from "./bytes.ts"
import { cut, headFailure, lost, timedOut, tooLarge } from "./diagnosis.ts"
import { callbackUntil } from "./timeout.ts"

/** Sends requests with `fetch`, which does not tell when it begins. */
export const fetchSend =
  (init: RequestInit): Send =>
  (request, limit, deadline, onBegin) =>
    callbackUntil<Response, TransportFailure>(
      deadline,
      (resume, fiber) => {
        const controller = new AbortController()
        const fetch = fiber.getRef(FetchHttpClient.Fetch)
        onBegin()
        exchange(fetch, { ...init, signal: controller.signal }, request, limit).then(
          (result) => {
            if (result instanceof Response) return resume(Effect.succeed(result))
            controller.abort()
            return resume(Effect.fail(result))
          },
          (defect) => resume(Effect.die(defect)),
        )
        return () => Effect.sync(() => controller.abort())
      },
      () => Effect.fail(timedOut(true)),
    )

const exchange = async (
  fetch: (typeof FetchHttpClient.Fetch)["Service"],
  init: RequestInit,
  { body, headers, method, origin, path }: Request,
  limit: number,
): Promise<Response | TransportFailure> => {
  let head: Head | undefined
  try {
    // The signature would be carried wherever a redirect points.
    const options = { ...init, method, headers: { ...headers }, body: body ?? null, redirect: "manual" } as const
    const response = await fetch(origin + path, options)
    head = { status: response.status, headers: Object.fromEntries(response.headers) }
    const failure = headFailure(head, limit)
    if (failure !== undefined) return failure
    const bytes = new Bytes()
    if (isSmall(head)) bytes.add(new Uint8Array(await response.arrayBuffer()))
    else {
      const reader = response.body?.getReader()
      for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
        bytes.add(piece.value)
        if (bytes.size > limit) break
      }
    }
    return bytes.size > limit ? tooLarge(head) : new Response(head, bytes.whole())
  } catch (cause) {
    return head === undefined ? lost(cause) : cut(cause, head)
  }
}
