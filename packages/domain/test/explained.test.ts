import * as CredentialsError from "@proxy-session/domain/CredentialsError"
import * as MalformedResponse from "@proxy-session/domain/MalformedResponse"
import * as Participant from "@proxy-session/domain/Participant"
import * as ProxySession from "@proxy-session/domain/ProxySession"
import * as Routing from "@proxy-session/domain/Routing"
import * as ServiceError from "@proxy-session/domain/ServiceError"
import * as SessionEvent from "@proxy-session/domain/SessionEvent"
import * as TransportError from "@proxy-session/domain/TransportError"
import { assert, describe, it } from "@effect/vitest"

const modules = [
  CredentialsError,
  MalformedResponse,
  Participant,
  ProxySession,
  Routing,
  ServiceError,
  SessionEvent,
  TransportError,
]

interface Class {
  readonly identifier: string
  readonly fields: object
  new (input: object): object
  make(input: object): object
}

const isClass = (value: unknown): value is Class =>
  typeof value === "function" && "fields" in value && "identifier" in value && "make" in value

describe("the constructors of what applications make in their tests", () => {
  for (const each of modules.flatMap((module) => Object.values<unknown>(module)).filter(isClass)) {
    for (const [how, construct] of [
      ["new", () => new each({})],
      ["make", () => each.make({})],
    ] as const) {
      const [required] = Object.keys(each.fields).filter((name) => name !== "_tag" && name !== "~effect/Schema/Class")
      if (required === undefined || each.identifier === "RoutingRules") continue
      it(`say which members are missing: ${how} ${each.identifier}`, () => {
        assert.throws(construct, `${each.identifier}.${required} is required`)
      })
    }
  }
})
