/**
 * Turning the pages of a listing, while its sessions come and go.
 */
import type { ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import * as ProxySessionStream from "@proxy-session/repo/ProxySessionStream"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Input } from "@proxy-session/domain/Input"
import { Bench, type ContractGroup } from "../ContractCase.ts"
import { cases } from "../internal/cases.ts"
import * as Expect from "../internal/expect.ts"
import * as Given from "../internal/given.ts"

const first = (request: Input<typeof ListProxySessions>) => Bench.use(({ repo }) => repo.list(request))

const always = cases()({
  "pages of every size have each session once, in the same order, and no more than was asked for": function* () {
    const voiceConnectorId = yield* Given.connector()
    yield* Given.sessions(voiceConnectorId, 13)
    const whole = Given.ids(yield* Given.listed(voiceConnectorId))
    yield* Expect.same("the number of sessions", whole.length, 13)
    for (const maxResults of [1, 2, 5, 12, 13, 14, 99]) {
      const pages = yield* Stream.runCollect(ProxySessionStream.pages({ voiceConnectorId, maxResults }))
      const longer = pages.filter(({ proxySessions }) => proxySessions.length > maxResults)
      yield* Expect.same(`pages of more than ${maxResults}`, longer.length, 0)
      const ids = Given.ids(pages.flatMap(({ proxySessions }) => proxySessions))
      yield* Expect.same(`the ids in pages of ${maxResults}`, ids, whole)
    }
  },
  "a page has at most as many sessions as the namespace allows, asked for or not": function* () {
    const { maxResults } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    yield* Given.sessions(voiceConnectorId, maxResults + 1)
    for (const size of [{}, { maxResults }]) {
      const page = yield* first({ voiceConnectorId, ...size })
      yield* Expect.same("the page's length", page.proxySessions.length, maxResults)
      yield* Expect.holds("the page should have a token", page.nextToken !== undefined)
    }
  },
  "sessions that come and go meanwhile leave each of the others listed once": function* () {
    const { repo } = yield* Bench
    const voiceConnectorId = yield* Given.connector()
    const before = yield* Given.sessions(voiceConnectorId, 8)
    const leaving = before.filter((_, index) => index % 3 === 0)
    const staying = before.filter((_, index) => index % 3 !== 0)
    let turn = 0
    const found = yield* ProxySessionStream.pages({ voiceConnectorId, maxResults: 2 }).pipe(
      Stream.tap(() =>
        Effect.gen(function* () {
          const gone = leaving[turn++]
          if (gone === undefined) return
          yield* repo.delete(gone)
          yield* Given.session(voiceConnectorId, { participantPhoneNumbers: Given.pairOf(100 + turn) })
        }),
      ),
      Stream.runCollect,
    )
    const ids = Given.ids(found.flatMap(({ proxySessions }) => proxySessions))
    yield* Expect.same("the number of different ids", new Set(ids).size, ids.length)
    const missed = Given.ids(staying).filter((id) => !ids.includes(id))
    yield* Expect.same("the sessions that were missed", missed, [])
  },
  "a token that nobody issued, or that belongs elsewhere, is a BadRequestException": function* () {
    const voiceConnectorId = yield* Given.connector()
    const elsewhere = yield* Given.connector()
    yield* Given.sessions(voiceConnectorId, 3)
    const { nextToken = "" } = yield* first({ voiceConnectorId, maxResults: 1 })
    yield* Expect.holds("the first of three sessions should come with a token", nextToken !== "")
    const changed = `${nextToken.slice(0, -1)}${nextToken.endsWith("0") ? "1" : "0"}`
    for (const token of ["", "x", "😀", "0".repeat(64), changed]) {
      yield* Expect.fails("list", "BadRequestException", first({ voiceConnectorId, nextToken: token }))
    }
    yield* Expect.fails("list elsewhere", "BadRequestException", first({ voiceConnectorId: elsewhere, nextToken }))
    const filtered = first({ voiceConnectorId, nextToken, status: "Open" })
    yield* Expect.fails("list with another filter", "BadRequestException", filtered)
  },
})

export const paging: ContractGroup = { subject: "paging", cases: always }
