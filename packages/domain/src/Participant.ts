/**
 * One of the two people in a proxy session.
 */
import * as Schema from "effect/Schema"
import { hiding } from "./internal/hiding.ts"
import { PhoneNumber } from "./PhoneNumber.ts"
import * as Role from "./Role.ts"

/**
 * A participant: the person's own number, and the proxy number that the other side sees in its place.
 *
 * The two participants of a session share one proxy number. Both numbers are hidden when a participant is printed.
 *
 * Source: shape `Participant`. The model calls both members optional; a participant without them would be of no use,
 * so an answer that lacks one is malformed.
 *
 * @category models
 */
export class Participant extends hiding(
  Schema.Class<Participant>("Participant")({
    phoneNumber: PhoneNumber,
    proxyPhoneNumber: PhoneNumber.annotate(Role.annotation("proxyNumber")),
  }),
  "phoneNumber",
  "proxyPhoneNumber",
) {}
