/**
 * Each carrier's module by itself, on the raw requests of `fixtures`: what it takes for the carrier's own, and what it reads.
 */
import { assert, describe, it } from "@effect/vitest"
import * as CallerNumber from "@proxy-session/domain/CallerNumber"
import * as Result from "effect/Result"
import { type Event, Received, type Webhook } from "../src/Carrier.ts"
import { type Case, type Fixture, fixtures, headerOf, isOurs, type RawRequest } from "./support/fixtures.ts"

const received = (request: RawRequest, now: number) =>
  new Received({
    url: request.url,
    header: (name) => headerOf(request, name),
    body: Buffer.from(request.body),
    now,
  })

const webhooks: Readonly<Record<Case["expect"]["kind"], Webhook>> = {
  inbound: "voice",
  text: "sms",
  status: "status",
  delivery: "status",
}

/** A number, `withheld` or `malformed`, as the fixtures say it. */
const spelled = (text: string): string => {
  const caller = CallerNumber.parse(text)
  return caller._tag === "Number" ? caller.number : caller._tag.toLowerCase()
}

const oneOf = <A>(expected: A | ReadonlyArray<A> | undefined, actual: A, what: string) =>
  assert.include([expected].flat(), actual, what)

const judge = (event: Event, { expect, id }: Case) => {
  switch (event._tag) {
    case "InboundCall":
      assert.strictEqual(expect.kind, "inbound")
      oneOf(expect.providerId, event.providerId, "the id")
      oneOf(expect.caller, spelled(event.caller), "the caller")
      oneOf(expect.dialled, spelled(event.dialled), "the dialled number")
      if (expect.attestationOptional !== true) {
        assert.strictEqual(
          event.attestation,
          expect.attestation?.passed === true ? (expect.attestation.level ?? undefined) : undefined,
        )
      }
      return
    case "InboundText":
      assert.strictEqual(expect.kind, "text")
      oneOf(expect.providerId, event.providerId, "the id")
      oneOf(expect.caller, spelled(event.caller), "the caller")
      oneOf(expect.dialled, spelled(event.dialled), "the dialled number")
      assert.strictEqual(event.text, expect.text)
      assert.deepStrictEqual(event.media, expect.media ?? [])
      if (event.isOptOut) assert.strictEqual(expect.keyword, "stop")
      return
    case "CallStatus":
      assert.strictEqual(expect.kind, "status")
      oneOf(expect.parentProviderId ?? expect.providerId, event.providerId, "the id")
      oneOf(expect.outcome, event.progress, "the progress")
      if (expect.durationSeconds !== undefined) assert.strictEqual(event.seconds, expect.durationSeconds)
      assert.strictEqual(event.endsDial, /^(?:dial-action|transfer-complete)/u.test(id))
      return
    case "MessageStatus":
      assert.strictEqual(expect.kind, "delivery")
      oneOf(expect.providerId, event.providerId, "the id")
      oneOf(expect.outcome, event.progress, "the progress")
      return
    case "Several":
    case "Unknown":
      assert.fail("every event of the fixtures is known, and comes alone")
  }
}

const check = (fixture: Fixture, example: Case) => {
  const { about, carrier } = fixture
  const { expect, mutations, request } = example
  // What signs a GET of Vonage's is not known, and the gateway takes none.
  if (expect.verify === "undetermined") return assert.isFalse(isOurs(fixture, request))
  assert.strictEqual(carrier.verify(received(request, about.clock)), expect.verify === "accept")
  for (const { bySignature, id, set } of mutations) {
    const { at, ...changed } = set
    const isVerified = carrier.verify(received({ ...request, ...changed }, at ?? about.clock))
    assert.strictEqual(isVerified, bySignature === false, id)
  }
  if (expect.verify === "refuse" || !isOurs(fixture, request)) return
  const event = carrier.read(webhooks[expect.kind], received(request, about.clock))
  if (Result.isFailure(event)) assert.fail(JSON.stringify(event.failure))
  judge(event.success, example)
}

describe.each(fixtures)("the carrier $about.carrier", (fixture) => {
  it.each(fixture.cases)("takes $id for what it is, and refuses every changed copy", (example) =>
    check(fixture, example),
  )

  it("has cases of every kind that it is told of", () => {
    const kinds = fixture.cases
      .filter(({ request }) => isOurs(fixture, request))
      .map(({ expect }) => webhooks[expect.kind])
    assert.sameMembers([...new Set(kinds)], [...fixture.carrier.webhooks])
    assert.isAbove(fixture.cases.flatMap(({ mutations }) => mutations).length, 50)
  })
})
