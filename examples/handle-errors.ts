/**
 * Handles each error: what a web application answers to its own users when a `get` fails.
 *
 * The match has a branch for every tag. Leave one out, or add one that cannot occur, and it does not compile.
 */
import type { ErrorOf } from "@proxy-session/domain/Operations"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import { TransportError } from "@proxy-session/domain/TransportError"
import { Faulty } from "@proxy-session/repo/Faulty"
import * as MemoryRepo from "@proxy-session/memory/MemoryRepo"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"

const wrong = () => "400 check the link you followed"
const later = () => "503 please try again in a moment"
const ours = () => "500 our fault, and somebody has been woken up"

const answer = (error: ErrorOf["GetProxySession"]): string =>
  Match.valueTags(error, {
    InvalidRequest: ({ violations }) => `${wrong()}: ${violations.map(({ path }) => path).join(", ")}`,
    BadRequestException: wrong,
    NotFoundException: () => "404 no such trip",
    ThrottledClientException: later,
    ServiceFailureException: later,
    ServiceUnavailableException: later,
    TransportError: ({ retryable }) => (retryable ? later() : ours()),
    UnauthorizedClientException: ours,
    ForbiddenException: ours,
    CredentialsError: ours,
    MalformedResponse: ours,
    UnmodeledServiceError: ({ status }) => (status === 410 ? "410 AWS has ended this service" : ours()),
  })

const respond = (proxySessionId: string) =>
  Effect.gen(function* () {
    const repo = yield* ProxySessionRepo
    const session = yield* repo.get({ voiceConnectorId: "abcdef1ghij2klmno3pqr4", proxySessionId })
    return `200 ${session.status}`
  }).pipe(Effect.catch((error) => Effect.succeed(answer(error))))

const program = Effect.gen(function* () {
  yield* Console.log(yield* respond(".."))
  yield* Console.log(yield* respond("no-such-session"))

  const faulty = yield* Faulty
  const failNext = (error: ErrorOf["GetProxySession"]) => faulty.next("GetProxySession", { error })
  yield* failNext(new ServiceError.ThrottledClientException({ message: "Rate exceeded" }))
  yield* failNext(new ServiceError.ForbiddenException({ message: "AWS authorization failed" }))
  const lost = { operation: "GetProxySession", reason: "Redirect", outcome: "Unknown", attempts: 1 } as const
  yield* failNext(new TransportError(lost))
  for (let i = 0; i < 3; i++) yield* Console.log(yield* respond("any-session"))
})

await Effect.runPromise(Effect.provide(program, Faulty.layer(MemoryRepo.layer())))
