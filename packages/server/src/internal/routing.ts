import * as WireRequest from "@proxy-session/protocol/WireRequest"
import * as Result from "effect/Result"
import * as Refusal from "./refusal.ts"
import * as Unimplemented from "./unimplemented.ts"

/** Finds the operation that a request asks for, by its path as it was sent, where all operations are below a path. */
export const within = (basePath: string | undefined) => {
  const base = `/${basePath ?? ""}`.replace(/^\/+/u, "/").replace(/\/+$/u, "")
  return (method: string, path: string, query: string): Result.Result<WireRequest.Route, Refusal.Refusal> => {
    if (base !== "" && !path.startsWith(`${base}/`)) return Result.fail(Refusal.outsideBasePath(base))
    const below = path.slice(base.length)
    return Result.mapError(WireRequest.route(method, below, query), (error) => {
      const missing = Unimplemented.nameOf(method, below, query)
      if (missing !== undefined) return Refusal.notImplemented(missing)
      return error._tag === "UnknownPath" && isBelowAnother(method, path)
        ? Refusal.unknownBasePath
        : Refusal.route(error)
    })
  }
}

/** Whether a path has that of an operation at its end, which a wrong base path explains. */
const isBelowAnother = (method: string, path: string): boolean => {
  const start = path.lastIndexOf("/voice-connectors/")
  return start > 0 && Result.isSuccess(WireRequest.route(method, path.slice(start)))
}
