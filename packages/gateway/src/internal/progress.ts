import type { CallProgress, Event, MessageProgress } from "../Carrier.ts"

const calls: Readonly<Record<string, CallProgress>> = {
  queued: "initiated",
  trying: "initiated",
  initiated: "initiated",
  ringing: "ringing",
  "early-media": "ringing",
  "in-progress": "answered",
  answered: "answered",
  completed: "completed",
  busy: "busy",
  "no-answer": "no-answer",
  failed: "failed",
  canceled: "canceled",
}

/** How far a call has come by the word that most carriers have for it; `undefined` for a word that is none of ours. */
export const callProgress = (word: string): CallProgress | undefined =>
  Object.hasOwn(calls, word) ? calls[word] : undefined

/** What asks nothing of us: a word that is none of ours, or a text to a group. */
export const unknown: Event = { _tag: "Unknown", endsDial: false }

/** What became of a text, by the words that its carrier has for it. */
export const messageStatus = (
  words: Readonly<Record<string, MessageProgress>>,
  word: string,
  providerId: string,
): Event => {
  const progress = Object.hasOwn(words, word) ? words[word] : undefined
  return progress === undefined ? unknown : { _tag: "MessageStatus", providerId, progress }
}
