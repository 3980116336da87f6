import * as Fixtures from "../Fixtures.ts"

/** A request with one member that its type would not allow, as plain JavaScript or a cast could have made it. */
export const withMember = <Request extends object>(request: Request, member: string, value: unknown): Request =>
  Object.assign(Object.create(Object.getPrototypeOf(request)), request, { [member]: value })

/** A member, the path of the violation (the member itself unless it says otherwise), and values that are refused. */
export type Row = readonly [member: string, path: string, ...values: ReadonlyArray<unknown>]

const text = (length: number) => "x".repeat(length)
const id = ["", " ", "\t\n", ".", "..", text(129), "\ud800", 1, null] as const
const number = ["", "+", "1", "+1", "01", "+01", "1234567890123456", "+1 206 555 0100", "+1206555010O", 1] as const
const minutes = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "60"] as const
const [one, other] = Fixtures.createProxySession.participantPhoneNumbers

export const connectorRows: ReadonlyArray<Row> = [["voiceConnectorId", "voiceConnectorId", ...id]]
export const createRows: ReadonlyArray<Row> = [
  ...connectorRows,
  ["participantPhoneNumbers", "participantPhoneNumbers[1]", ...number.map((each) => [one, each]), [one]],
  ["participantPhoneNumbers", "participantPhoneNumbers[0]", ...number.map((each) => [each, other]), []],
  ["participantPhoneNumbers", "participantPhoneNumbers[2]", [one, other, one]],
  ["name", "name", text(31), "Trip-1", "Zoë", " \n", 1, null],
  ["expiryMinutes", "expiryMinutes", ...minutes],
  ["capabilities", "capabilities[0]", ["Fax"], [""], ["voice"], [null]],
  ["numberSelectionBehavior", "numberSelectionBehavior", "", "Sticky", null],
  ["geoMatchLevel", "geoMatchLevel", "", "City", null],
  [
    "geoMatchParams",
    "geoMatchParams.country",
    ...["us", "U", "USA", "U1"].map((country) => ({ country, areaCode: "" })),
  ],
  [
    "geoMatchParams",
    "geoMatchParams.areaCode",
    ...["20", "2066", "2O6"].map((areaCode) => ({ country: "", areaCode })),
  ],
  ["geoMatchParams", "geoMatchParams.areaCode", { country: "US" }],
  ["geoMatchParams", "geoMatchParams.country", { areaCode: "206" }],
]
export const keyRows: ReadonlyArray<Row> = [...connectorRows, ["proxySessionId", "proxySessionId", ...id]]
export const listRows: ReadonlyArray<Row> = [
  ...connectorRows,
  ["status", "status", "", "open", "Ended"],
  ["maxResults", "maxResults", 0, -1, 101, 1.5, "10"],
  ["nextToken", "nextToken", text(65_536), "\ud800", 1],
]
export const updateRows: ReadonlyArray<Row> = [
  ...keyRows,
  ["capabilities", "capabilities[1]", ["Voice", "Fax"]],
  ["expiryMinutes", "expiryMinutes", ...minutes],
]
export const putRows: ReadonlyArray<Row> = [
  ...connectorRows,
  ["defaultSessionExpiryMinutes", "defaultSessionExpiryMinutes", 1.5, Number.NaN, "60"],
  ["phoneNumberPoolCountries", "phoneNumberPoolCountries", [], Array.from({ length: 101 }, () => "US")],
  ["phoneNumberPoolCountries", "phoneNumberPoolCountries[1]", ["US", "us"], ["US", "USA"]],
  ["fallBackPhoneNumber", "fallBackPhoneNumber", ...number],
  ["disabled", "disabled", "true", 0],
]
