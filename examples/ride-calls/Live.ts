/**
 * Ride calls as it runs in production: over signed HTTP, all of it configured by the environment.
 */
import { Credentials } from "@proxy-session/http/Credentials"
import * as HttpRepo from "@proxy-session/http/HttpRepo"
import * as Transport from "@proxy-session/http/Transport"
import * as Layer from "effect/Layer"
import { RideCalls } from "./RideCalls.ts"

export const Live = RideCalls.layer.pipe(
  Layer.provide(HttpRepo.layerConfig()),
  Layer.provide([Credentials.layerConfig(), Transport.layerFetch()]),
)
