/** The words that look most like one, at most three and the nearest first: Python's `difflib.get_close_matches`. */
export const similar = (word: string, possible: ReadonlyArray<string>, cutoff: number): ReadonlyArray<string> =>
  possible
    .map((each) => ({ each, ratio: (2 * matching(each, word)) / (each.length + word.length || 1) }))
    .filter(({ ratio }) => ratio >= cutoff)
    .toSorted((a, b) => b.ratio - a.ratio || (a.each < b.each ? 1 : -1))
    .slice(0, 3)
    .map(({ each }) => each)

/** How many characters two words have in common: those of the longest common part, and of what is before and behind it. */
const matching = (a: string, b: string): number => {
  let longest = { start: 0, other: 0, length: 0 }
  for (let start = 0; start < a.length; start++) {
    for (let other = 0; other < b.length; other++) {
      let length = 0
      while (start + length < a.length && a[start + length] === b[other + length]) length++
      if (length > longest.length) longest = { start, other, length }
    }
  }
  const { length, other, start } = longest
  if (length === 0) return 0
  return (
    length + matching(a.slice(0, start), b.slice(0, other)) + matching(a.slice(start + length), b.slice(other + length))
  )
}
