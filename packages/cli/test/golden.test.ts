import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { parse } from "yaml"
import goldens from "./goldens/output.json" with { type: "json" }
import { Network, run } from "./harness.ts"

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

interface Case {
  readonly id: string
  readonly group: string
  readonly args: ReadonlyArray<string>
  readonly answer?: string
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly exitCode: number
  readonly stdout?: string
  readonly stderr?: string
}

const answers = new Map<string, Answer | { readonly pages: Readonly<Record<string, Answer>> }>(
  Object.entries(goldens.answers),
)

/** The network of a case: the server that was recorded, or nobody. */
const network = (name: string | undefined) =>
  Layer.sync(Network, () => ({
    requests: [],
    timeouts: [],
    client: HttpClient.make((request, url) => {
      const answer = answers.get(name ?? "")
      const page =
        answer !== undefined && "pages" in answer ? answer.pages[url.searchParams.get("next-token") ?? ""] : answer
      if (page === undefined) {
        const cause = { code: "ECONNREFUSED", syscall: "connect" }
        return Effect.fail(
          new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }),
        )
      }
      const body = typeof page.body === "string" ? page.body : JSON.stringify(page.body)
      const { headers = {}, status } = page
      return Effect.succeed(
        HttpClientResponse.fromWeb(request, new Response(status === 204 ? null : body, { status, headers })),
      )
    }),
  }))

const play = ({ answer, args, env = {}, files = {} }: Case) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(
      run(args, { env: { ...goldens.about.env, HOME: "/home/me", ...env }, files }).pipe(
        Effect.provide(network(answer)),
      ),
    )
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const lastLine = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .at(-1)
    ?.replace(/^aws: /u, "proxy-session: ")

/** What the command does otherwise, and why. */
const different: Readonly<Record<string, string>> = {
  version: "names itself",
  "list-as-json-bad": "does not repeat a telephone number",
}

describe("the command does what the AWS CLI does", () => {
  const cases: ReadonlyArray<Case> = goldens.cases
  for (const [group, all] of Map.groupBy(cases, ({ group }) => group)) {
    const alike = all.filter(({ id }) => !Object.hasOwn(different, id))
    it.effect(`${group}: ${alike.length} of ${all.length}`, () =>
      Effect.forEach(alike, (golden) =>
        Effect.gen(function* () {
          const { code, stderr, stdout } = yield* play(golden)
          const { args, exitCode, id, stdout: expected = stdout } = golden
          const isYaml = args.some((arg) => arg.startsWith("yaml")) && exitCode === 0
          assert.deepStrictEqual(
            {
              id,
              exitCode: code,
              stdout: isYaml ? parse(stdout) : stdout,
              stderr: group === "debug" && code === 0 ? "" : lastLine(stderr),
            },
            { id, exitCode, stdout: isYaml ? parse(expected) : expected, stderr: lastLine(golden.stderr ?? "") },
          )
        }),
      ),
    )
  }
})
