import type { CallProgress } from "../Carrier.ts"

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
