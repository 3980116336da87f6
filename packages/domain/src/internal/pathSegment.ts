import * as Schema from "effect/Schema"

/** Text that has a UTF-8 form: a lone surrogate could be neither sent nor signed. */
export const wellFormed = Schema.makeFilter<string>((text) => text.isWellFormed(), {
  expected: "well-formed Unicode",
  toJsonSchema: () => ({}),
})

/** What both ids have in common: one segment of a URL path, as long as the model allows. */
export const pathSegment = Schema.String.check(
  Schema.isBetweenCodePoints(1, 128, { expected: "1 to 128 characters" }),
  Schema.isPattern(/\S/u, { expected: "text with at least one character that is not white space" }),
  Schema.makeFilter<string>((id) => id !== "." && id !== "..", {
    expected: "neither . nor .., which are not names but steps of a path",
  }),
  wellFormed,
)

/** What a page answered, to be sent for the next one. The model limits a session listing's token, and no other. */
export const pageToken = Schema.String.check(
  Schema.isBetweenCodePoints(0, 65535, { expected: "at most 65535 characters" }),
  wellFormed,
)
