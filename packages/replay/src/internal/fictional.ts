/** Numbers that nobody has: NANP 555-0100 to 555-0199, Ofcom's numbers for drama, and the unassigned code 999. */
const fictional = /^\+?(?:1\d{3}55501\d{2}|447700900\d{3}|999\d{1,12})$/u

/** Whether a telephone number is of a block that is set aside for fiction. */
export const isFictional = (number: string): boolean => fictional.test(number)

/** Whether the whole text is a telephone number that somebody may have. */
export const isRealNumber = (text: string): boolean => /^\+?[1-9]\d{6,14}$/u.test(text) && !isFictional(text)

/** Whether a text holds seven digits or more in a row, whatever marks or spaces are between them. */
export const holdsNumber = (text: string): boolean => /(?:\p{Nd}[^\p{L}\p{N}]{0,3}){7}/u.test(text)
