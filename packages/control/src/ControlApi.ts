/**
 * The control API as an OpenAPI document: what a tester of any language can ask of a stand-in, below `/_proxy-session`.
 */
import * as OpenApi from "effect/http-api/OpenApi"
import { api } from "./internal/api.ts"

/**
 * The document that a server has at `/_proxy-session/openapi.json`.
 *
 * @category documents
 */
export const specification = (): OpenApi.OpenAPISpec => OpenApi.fromApi(api)
