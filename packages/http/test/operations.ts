/**
 * One call of each operation: by our own repositories, by AWS's own client, and as it stands on the wire.
 */
import {
  type ChimeSDKVoiceClient,
  CreateProxySessionCommand,
  DeleteProxySessionCommand,
  DeleteVoiceConnectorProxyCommand,
  GetProxySessionCommand,
  GetVoiceConnectorProxyCommand,
  ListProxySessionsCommand,
  PutVoiceConnectorProxyCommand,
  UpdateProxySessionCommand,
} from "@aws-sdk/client-chime-sdk-voice"
import type { OperationName } from "@proxy-session/domain/OperationName"
import type { ErrorOf } from "@proxy-session/domain/Operations"
import {
  CreateProxySession,
  ListProxySessions,
  ProxySessionKey,
  UpdateProxySession,
} from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy, VoiceConnectorProxyKey } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { ProxySessionRepo } from "@proxy-session/repo/ProxySessionRepo"
import { VoiceConnectorProxyRepo } from "@proxy-session/repo/VoiceConnectorProxyRepo"
import * as Effect from "effect/Effect"

/** Ids that every layer between here and a server would like to rewrite. */
export const connector = "ab c/d+é%~:*()'!@&=$,;"
export const session = '..%2e/?#\\ [ß]|^`{}<>"漢 字'
const connectorPath = "ab%20c%2Fd%2B%C3%A9%25~%3A%2A%28%29%27%21%40%26%3D%24%2C%3B"
const sessionPath = "..%252e%2F%3F%23%5C%20%5B%C3%9F%5D%7C%5E%60%7B%7D%3C%3E%22%E6%BC%A2%20%E5%AD%97"

const key = { voiceConnectorId: connector, proxySessionId: session }
const names = { VoiceConnectorId: connector, ProxySessionId: session }
const sessions = `/voice-connectors/${connectorPath}/proxy-sessions`
const proxy = `/voice-connectors/${connectorPath}/programmable-numbers/proxy`

const participants = ["+14015550101", "+12065550100"] as const

/** The answer of AWS's own example, its numbers replaced by fictional ones. */
export const proxySession =
  '{"ProxySession":{"VoiceConnectorId":"abcdef1ghij2klmno3pqr4","ProxySessionId":"123a4bc5-67d8-901e-2f3g-h4ghjk56789l",' +
  '"Status":"Open","ExpiryMinutes":60,"Capabilities":["SMS","Voice"],"CreatedTimestamp":"2020-04-15T16:10:10.288Z",' +
  '"UpdatedTimestamp":"2020-04-15T16:10:10.288Z","Participants":[{"PhoneNumber":"+12065550100","ProxyPhoneNumber":' +
  '"+19135550199"},{"PhoneNumber":"+14015550101","ProxyPhoneNumber":"+19135550199"}]}}'

/** The same session as a page of one, with the null that the service writes. */
export const page = `{"NextToken":null,"ProxySessions":[${proxySession.slice('{"ProxySession":'.length, -1)}]}`

export const proxyAnswer = '{"Proxy":{"DefaultSessionExpiryMinutes":60,"Disabled":false,"PhoneNumberCountries":["US"]}}'

export interface Case {
  readonly name: string
  readonly call: Effect.Effect<unknown, ErrorOf[OperationName], ProxySessionRepo | VoiceConnectorProxyRepo>
  readonly sdk: (client: ChimeSDKVoiceClient) => Promise<unknown>
  readonly method: string
  readonly target: string
  readonly body: object | undefined
  readonly status: number
  readonly answer: string
}

export const operations: ReadonlyArray<Case> = [
  {
    name: "CreateProxySession",
    call: Effect.flatMap(
      CreateProxySession.decode({
        voiceConnectorId: connector,
        participantPhoneNumbers: participants,
        name: "Trip 1",
        expiryMinutes: 60,
        capabilities: ["Voice", "SMS"],
        numberSelectionBehavior: "PreferSticky",
        geoMatchLevel: "AreaCode",
        geoMatchParams: { country: "US", areaCode: "206" },
      }),
      (request) => ProxySessionRepo.use((repo) => repo.create(request)),
    ),
    sdk: (client) =>
      client.send(
        new CreateProxySessionCommand({
          VoiceConnectorId: connector,
          ParticipantPhoneNumbers: [...participants],
          Name: "Trip 1",
          ExpiryMinutes: 60,
          Capabilities: ["Voice", "SMS"],
          NumberSelectionBehavior: "PreferSticky",
          GeoMatchLevel: "AreaCode",
          GeoMatchParams: { Country: "US", AreaCode: "206" },
        }),
      ),
    method: "POST",
    target: sessions,
    body: {
      ParticipantPhoneNumbers: participants,
      Name: "Trip 1",
      ExpiryMinutes: 60,
      Capabilities: ["Voice", "SMS"],
      NumberSelectionBehavior: "PreferSticky",
      GeoMatchLevel: "AreaCode",
      GeoMatchParams: { Country: "US", AreaCode: "206" },
    },
    status: 201,
    answer: proxySession,
  },
  {
    name: "GetProxySession",
    call: Effect.flatMap(ProxySessionKey.decode(key), (request) => ProxySessionRepo.use((repo) => repo.get(request))),
    sdk: (client) => client.send(new GetProxySessionCommand(names)),
    method: "GET",
    target: `${sessions}/${sessionPath}`,
    body: undefined,
    status: 200,
    answer: proxySession,
  },
  {
    name: "ListProxySessions",
    call: Effect.flatMap(
      ListProxySessions.decode({
        voiceConnectorId: connector,
        status: "Open",
        nextToken: "a+b/c=d e&f",
        maxResults: 10,
      }),
      (request) => ProxySessionRepo.use((repo) => repo.list(request)),
    ),
    sdk: (client) =>
      client.send(
        new ListProxySessionsCommand({
          VoiceConnectorId: connector,
          Status: "Open",
          NextToken: "a+b/c=d e&f",
          MaxResults: 10,
        }),
      ),
    method: "GET",
    target: `${sessions}?status=Open&next-token=a%2Bb%2Fc%3Dd%20e%26f&max-results=10`,
    body: undefined,
    status: 200,
    answer: page,
  },
  {
    name: "UpdateProxySession",
    call: Effect.flatMap(
      UpdateProxySession.decode({ ...key, capabilities: ["Voice"], expiryMinutes: 120 }),
      (request) => ProxySessionRepo.use((repo) => repo.update(request)),
    ),
    sdk: (client) =>
      client.send(new UpdateProxySessionCommand({ ...names, Capabilities: ["Voice"], ExpiryMinutes: 120 })),
    method: "POST",
    target: `${sessions}/${sessionPath}`,
    body: { Capabilities: ["Voice"], ExpiryMinutes: 120 },
    status: 201,
    answer: proxySession,
  },
  {
    name: "DeleteProxySession",
    call: Effect.flatMap(ProxySessionKey.decode(key), (request) =>
      ProxySessionRepo.use((repo) => repo.delete(request)),
    ),
    sdk: (client) => client.send(new DeleteProxySessionCommand(names)),
    method: "DELETE",
    target: `${sessions}/${sessionPath}`,
    body: undefined,
    status: 204,
    answer: "",
  },
  {
    name: "PutVoiceConnectorProxy",
    call: Effect.flatMap(
      PutVoiceConnectorProxy.decode({
        voiceConnectorId: connector,
        defaultSessionExpiryMinutes: 60,
        phoneNumberPoolCountries: ["US"],
        fallBackPhoneNumber: "+12065550142",
        disabled: false,
      }),
      (request) => VoiceConnectorProxyRepo.use((repo) => repo.put(request)),
    ),
    sdk: (client) =>
      client.send(
        new PutVoiceConnectorProxyCommand({
          VoiceConnectorId: connector,
          DefaultSessionExpiryMinutes: 60,
          PhoneNumberPoolCountries: ["US"],
          FallBackPhoneNumber: "+12065550142",
          Disabled: false,
        }),
      ),
    method: "PUT",
    target: proxy,
    body: {
      DefaultSessionExpiryMinutes: 60,
      PhoneNumberPoolCountries: ["US"],
      FallBackPhoneNumber: "+12065550142",
      Disabled: false,
    },
    status: 200,
    answer: proxyAnswer,
  },
  {
    name: "GetVoiceConnectorProxy",
    call: Effect.flatMap(VoiceConnectorProxyKey.decode({ voiceConnectorId: connector }), (request) =>
      VoiceConnectorProxyRepo.use((repo) => repo.get(request)),
    ),
    sdk: (client) => client.send(new GetVoiceConnectorProxyCommand({ VoiceConnectorId: connector })),
    method: "GET",
    target: proxy,
    body: undefined,
    status: 200,
    answer: proxyAnswer,
  },
  {
    name: "DeleteVoiceConnectorProxy",
    call: Effect.flatMap(VoiceConnectorProxyKey.decode({ voiceConnectorId: connector }), (request) =>
      VoiceConnectorProxyRepo.use((repo) => repo.delete(request)),
    ),
    sdk: (client) => client.send(new DeleteVoiceConnectorProxyCommand({ VoiceConnectorId: connector })),
    method: "DELETE",
    target: proxy,
    body: undefined,
    status: 204,
    answer: "",
  },
]
