import * as Redaction from "@proxy-session/domain/Redaction"

/** Numbers that are reserved for fiction: 555-0100 to 555-0199 in North America, and Ofcom's for drama. */
const reserved =
  /^\+?(?:1\d{3}55501\d\d|447700900\d{3}|44(?:1632960|2079460|1134960|1144960|1154960|1164960|1174960|1184960|1214960|1314960|1414960|1514960|1614960|1914980)\d{3})$/u

/**
 * Whether all telephone numbers in a value are reserved for fiction, so that it may be shown.
 *
 * Whatever looks like a number is taken for one, but for accounts, which have as many digits.
 */
export const isFictional = (value: unknown): boolean => {
  if (typeof value === "string") return !/^\+?\d{7,15}$/u.test(value) || reserved.test(value)
  if (Array.isArray(value)) return value.every(isFictional)
  if (typeof value !== "object" || value === null) return true
  return Object.entries(value).every(([name, each]) => name === "account" || isFictional(each))
}

const numbers = /(?<![A-Za-z0-9-])\+?\d{7,15}(?![A-Za-z0-9-])/gu

/** Whether whatever looks like a telephone number in a text is reserved for fiction, or is the account. */
export const isFictionalText = (text: string, account: string | null): boolean => {
  const rest = text.replace(numbers, (number) => (reserved.test(number) || number === account ? " " : number))
  return Redaction.scrub(rest) === rest
}
