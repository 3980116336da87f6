import * as Result from "effect/Result"
import { BadRequestException } from "../ServiceError.ts"

/** The end of a decision on a request that is wrong. */
export const bad = (message: string): Result.Result<never, BadRequestException> =>
  Result.fail(new BadRequestException({ message, code: "BadRequest" }))
