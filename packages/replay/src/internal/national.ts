/** The codes of countries of one and of two digits; all others have three. Source: ITU-T E.164, list of assigned codes. */
const short = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/u

const countryOf = (digits: string): string => short.exec(digits)?.[0] ?? digits.slice(0, 3)

/**
 * The digits of a number as they are dialled within its country, without the nought that may be before them; and beside them
 * those of its alias, which keeps its country where it is of another. `undefined` of what is no whole number.
 */
export const national = (number: string, alias: string): readonly [number: string, alias: string] | undefined => {
  if (!/^\+?[1-9]\d{9,14}$/u.test(number)) return undefined
  const [digits, others] = [number.replace(/^\+/u, ""), alias.replace(/^\+(?=\d+$)/u, "")]
  const country = countryOf(digits)
  const isSame = /^\d{9,}$/u.test(others) && countryOf(others) === country
  return [digits.slice(country.length), isSame ? others.slice(country.length) : others]
}
