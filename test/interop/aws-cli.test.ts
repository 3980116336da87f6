/**
 * The unmodified AWS CLI against the stand-in, in the namespaces that it knows.
 */
import { assert, layer } from "@effect/vitest"
import { Faulty } from "@proxy-session/repo/Faulty"
import { ThrottledClientException } from "@proxy-session/domain/ServiceError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as OurCli from "../../packages/cli/test/harness.ts"
import { lacking } from "../lacking.ts"
import { AwsCli, findAwsCli, network } from "./aws-cli.ts"
import { environment } from "./programs.ts"
import { overBoth, StandIns } from "./stand-in.ts"

const connector = ["--voice-connector-id", "abcdef1ghij2klmno3pqr4"]

interface Outcome {
  readonly code: number | null
  readonly stderr: string
  readonly answer: {
    readonly Proxy?: object
    readonly ProxySession?: { readonly ProxySessionId: string; readonly Capabilities: ReadonlyArray<string> }
    readonly ProxySessions?: ReadonlyArray<object>
  }
}

for (const namespace of ["chime", "chime-sdk-voice"] as const) {
  const aws = findAwsCli(namespace)
  if (aws === undefined) {
    lacking(`the AWS CLI's ${namespace}`, `no AWS CLI here knows proxy sessions in ${namespace}`)
    continue
  }
  // Version 1 ends with another status where the service answers an error, and prints instants as it was sent them.
  const isSecond = aws.version.startsWith("2.")
  const argvOf = (options: ReadonlyArray<string>) =>
    Effect.map(StandIns, ({ [namespace]: endpoint }) => [
      ...options,
      ...connector,
      "--endpoint-url",
      endpoint,
      "--output",
      "json",
    ])
  const print = Effect.fnUntraced(function* (env: Readonly<Record<string, string>>, ...options: ReadonlyArray<string>) {
    const argv = yield* argvOf(options)
    return yield* AwsCli.use(({ run }) => run({ argv: [namespace, ...argv], env }))
  })
  const run = (...options: ReadonlyArray<string>) =>
    Effect.map(print({ ...environment, AWS_MAX_ATTEMPTS: "1" }, ...options), ({ code, stderr, stdout }): Outcome => ({
      code,
      stderr,
      answer: stdout === "" ? {} : JSON.parse(stdout),
    }))

  layer(Layer.mergeAll(overBoth, aws.layer, network), { excludeTestServices: true, timeout: "1 minute" })(
    `the AWS CLI's ${namespace}`,
    (it) => {
      it.effect(
        "performs all eight operations, and shows errors by name",
        () =>
          Effect.gen(function* () {
            const put = yield* run(
              "put-voice-connector-proxy",
              "--default-session-expiry-minutes",
              "60",
              "--phone-number-pool-countries",
              "US",
            )
            assert.deepStrictEqual(put, {
              code: 0,
              stderr: "",
              answer: { Proxy: { DefaultSessionExpiryMinutes: 60, Disabled: false, PhoneNumberCountries: ["US"] } },
            })
            assert.deepStrictEqual((yield* run("get-voice-connector-proxy")).answer, put.answer)

            const created = yield* run(
              "create-proxy-session",
              "--participant-phone-numbers",
              "+14015550101",
              "+12065550100",
              "--capabilities",
              "Voice",
              "SMS",
            )
            assert.strictEqual(created.code, 0)
            const made = created.answer.ProxySession ?? { ProxySessionId: "" }
            const session = ["--proxy-session-id", made.ProxySessionId]
            assert.deepStrictEqual((yield* run("get-proxy-session", ...session)).answer, created.answer)
            const listed = yield* run("list-proxy-sessions", "--max-results", "10")
            assert.deepStrictEqual(listed.answer.ProxySessions, [made])
            const updated = yield* run("update-proxy-session", ...session, "--capabilities", "SMS")
            assert.deepStrictEqual(updated.answer.ProxySession?.Capabilities, ["SMS"])
            assert.deepStrictEqual(yield* run("delete-proxy-session", ...session), { code: 0, stderr: "", answer: {} })
            const gone = yield* run("get-proxy-session", ...session)
            assert.strictEqual(gone.code, isSecond ? 254 : 255)
            assert.include(gone.stderr, "(NotFoundException) when calling the GetProxySession operation")
            assert.include(gone.stderr, "Unable to find the requested identifier")
            assert.strictEqual((yield* run("delete-voice-connector-proxy")).code, 0)

            const faulty = yield* Faulty
            yield* faulty.next("ListProxySessions", {
              error: new ThrottledClientException({ message: "Too many requests" }),
            })
            const throttled = yield* run("list-proxy-sessions")
            assert.include(throttled.stderr, "(ThrottledClientException)")
            const many = yield* run("list-proxy-sessions", "--max-results", "101")
            assert.include(many.stderr, "(BadRequestException)")
          }),
        120_000,
      )

      const same = "prints what our own command prints, byte for byte, and ends alike"
      if (!isSecond) return lacking(same, "the AWS CLI here is of version 1, which prints in other ways")
      it.effect(
        same,
        () =>
          Effect.gen(function* () {
            const own = Effect.fnUntraced(function* (...options: ReadonlyArray<string>) {
              return yield* OurCli.run(yield* argvOf(options), { env: environment })
            })
            const both = (...options: ReadonlyArray<string>) =>
              Effect.all([print(environment, ...options), own(...options)])
            const put = ["--default-session-expiry-minutes", "60", "--phone-number-pool-countries", "US", "CA"]
            yield* run("put-voice-connector-proxy", ...put)
            const people = ["--participant-phone-numbers", "+14015550101", "+12065550100"]
            const wishes = ["--capabilities", "Voice", "SMS", "--geo-match-params", "Country=US,AreaCode=913"]
            const created = yield* run("create-proxy-session", ...people, ...wishes, "--name", "Trip 1")
            const session = ["--proxy-session-id", created.answer.ProxySession?.ProxySessionId ?? ""]
            for (const options of [
              ["put-voice-connector-proxy", ...put],
              ["get-voice-connector-proxy"],
              ["get-proxy-session", ...session],
              ["list-proxy-sessions", "--status", "Open"],
              ["list-proxy-sessions", "--query", "ProxySessions[].Status"],
              ["list-proxy-sessions", "--output", "text"],
              [
                "list-proxy-sessions",
                "--query",
                "sort_by(ProxySessions, &CreatedTimestamp)[-1].[ExpiryMinutes, `1.0`]",
              ],
              ["list-proxy-sessions", "--max-results", "0"],
              ["get-proxy-session", ...session, "--query", "ProxySession.GeoMatchParams"],
              ["get-proxy-session", "--proxy-session-id", "no-such-session"],
              ["delete-voice-connector-proxy"],
              ["get-voice-connector-proxy"],
            ]) {
              const [theirs, ours] = yield* both(...options)
              assert.strictEqual(ours.stdout, theirs.stdout, options.join(" "))
              assert.strictEqual(ours.stderr, theirs.stderr, options.join(" "))
              assert.strictEqual(ours.code, theirs.code, options.join(" "))
            }
          }),
        120_000,
      )
    },
  )
}
